/** What servers and tools are sent within a time, over every way that leads to them. */
import { describe, expect, it, vi } from 'vitest';
import { inprocess } from '../../../src/index.ts';
import type { GatewayOptions } from '../../../src/edges/compose.ts';
import { modernHeaders, modernRequest } from '../../support/modern-face.ts';
import { front, initialize, KEY, OTHER_KEY, toolCall } from './support.ts';

/** Two servers with a tool of the same name: merged, it has another. */
function served(limits: object, options: Partial<GatewayOptions> = {}) {
  const ran: string[] = [];
  const server = (name: string) =>
    inprocess({
      name,
      handler: {
        'tools/list': () => ({
          tools: ['pay', 'look'].map((tool) => ({ name: tool, inputSchema: { type: 'object' } })),
        }),
        'tools/call': (params) => {
          ran.push(`${name} ${String(params['name'])}`);
          return { content: [] };
        },
      },
    });
  const at = front({
    servers: { bank: { driver: server('bank'), ...limits }, shop: server('shop') },
    projects: { acme: { shared: ['bank'] } },
    ...options,
  });
  const ask = async (path: string, headers: Readonly<Record<string, string>>, body: unknown) => {
    const { responder } = at.begin('POST', path, { headers, body });
    await vi.waitFor(() => expect(responder.isDone).toBe(true));
    return responder;
  };
  const call = async (path: string, name: string, headers: Record<string, string> = {}) => {
    const { json } = await ask(path, headers, { ...toolCall(1), params: { name } });
    return json.error?.data ?? json.result;
  };
  const modern = async (path: string, name: string, key: Record<string, string> = {}) => {
    const body = modernRequest(1, 'tools/call', { name, arguments: {} });
    return (await ask(path, { ...modernHeaders(body), ...key }, body)).json;
  };
  return { at, ask, ran, call, modern };
}

const WAYS: readonly (readonly [string, string])[] = [
  ['/servers/bank/mcp', 'pay'],
  ['/mcp', 'bank__pay'],
  ['/projects/acme/mcp', 'pay'],
  ['/projects/acme/servers/bank/mcp', 'pay'],
];

describe('[RATE-TOOL] calls of a tool', () => {
  it.each(WAYS)('are limited at %s as %s', async (path, name) => {
    const { call, ran } = served({ toolLimits: { 'p*': '2/min' } });
    await call(path, name);
    await call(path, name);
    expect(await call(path, name)).toMatchObject({
      code: 'rate_limited',
      retryAfterMs: 30_000,
      limit: 2,
      scope: 'tool',
    });
    expect(ran).toEqual(['bank pay', 'bank pay']);
  });

  it('count together, whatever way they take and in whichever words', async () => {
    const { call, modern, ran } = served({ toolLimits: { pay: '5/min' } });
    for (const [path, name] of WAYS) await call(path, name);
    await modern('/servers/bank/mcp', 'pay');
    expect(ran).toHaveLength(5);
    for (const [path, name] of WAYS) {
      expect(await call(path, name)).toMatchObject({ scope: 'tool' });
      expect((await modern(path, name)).error?.data).toMatchObject({ code: 'rate_limited', scope: 'tool' });
    }
    await call('/mcp', 'shop__pay');
    await call('/servers/bank/mcp', 'look');
    expect(ran.slice(5)).toEqual(['shop pay', 'bank look']);
  });

  it('hold for each caller alone where that is said', async () => {
    const toolLimits = { '*': { calls: '1/min', per: 'caller' } };
    const { call, ran } = served({ toolLimits }, { apiKeys: [KEY, OTHER_KEY] });
    for (const key of [KEY, KEY, OTHER_KEY, OTHER_KEY])
      await call('/servers/bank/mcp', 'pay', { 'x-api-key': key });
    expect(ran).toEqual(['bank pay', 'bank pay']);
  });

  it('hold for each caller of 2026-07-28 alone, where all share the server, too', async () => {
    const toolLimits = { '*': { calls: '1/min', per: 'caller' } };
    const { modern, ran } = served({ toolLimits, sharing: 'shared' }, { apiKeys: [KEY, OTHER_KEY] });
    for (const key of [KEY, KEY, OTHER_KEY, OTHER_KEY])
      await modern('/servers/bank/mcp', 'pay', { 'x-api-key': key });
    expect(ran).toEqual(['bank pay', 'bank pay']);
  });

  it('have the names that are shown without effect: those of the server count', async () => {
    const { call, ran } = served({
      toolLimits: { pay: '1/min' },
      offer: { tools: { rename: { pay: 'spend' } } },
    });
    await call('/servers/bank/mcp', 'spend');
    expect(await call('/servers/bank/mcp', 'spend')).toMatchObject({ scope: 'tool' });
    expect(await call('/mcp', 'spend')).toMatchObject({ scope: 'tool' });
    expect(ran).toEqual(['bank pay']);
  });
});

describe('[RATE-SERVER] requests to a server', () => {
  it('are limited in all, and those of the gateway are none', async () => {
    const { at, ask, call, ran } = served({ limits: { calls: '3/min' } });
    const opened = await ask('/servers/bank/mcp', {}, initialize());
    const headers = { 'mcp-session-id': opened.headers['mcp-session-id'] ?? '' };
    for (let n = 0; n < 3; n++) await call('/servers/bank/mcp', 'look', headers);
    expect(await call('/mcp', 'bank__pay')).toMatchObject({ scope: 'server', unit: 'calls' });
    expect(await call('/servers/bank/mcp', 'look', headers)).toMatchObject({ code: 'rate_limited' });
    expect(ran).toHaveLength(3);
    at.runtime.advance(20_000);
    await call('/servers/bank/mcp', 'look', headers);
    expect(ran).toHaveLength(4);
  });

  it('are not used up by what the gateway itself asks, be it for the lists of a merge', async () => {
    const { ask, call, ran } = served({ limits: { calls: '1/min' } });
    await ask('/mcp', {}, { jsonrpc: '2.0', id: 1, method: 'tools/list' });
    await call('/mcp', 'bank__pay');
    expect(ran).toEqual(['bank pay']);
  });

  it('are limited in bytes, and a reload changes that and keeps what was counted', async () => {
    const { at, call, ran } = served({ limits: { bytes: '50/s' } });
    await call('/servers/bank/mcp', 'look');
    expect(await call('/servers/bank/mcp', 'look')).toMatchObject({ unit: 'bytes', limit: 50 });
    const projects = { acme: { own: [], shared: ['bank'] } };
    at.change({ projects, serverLimits: { bank: { limits: { bytes: '60/s' } } } });
    expect(await call('/servers/bank/mcp', 'look')).toMatchObject({ unit: 'bytes', limit: 60 });
    at.change({ projects });
    await call('/servers/bank/mcp', 'look');
    expect(ran).toHaveLength(2);
  });
});

describe('[RATE-KEY] a key with limits of its own', () => {
  it('has those in place of what others have', async () => {
    const at = front({
      apiKeys: [{ name: 'slow', key: KEY, limits: { calls: '1/min' } }, OTHER_KEY],
      callsPerMinute: 2,
    });
    const statuses = async (key: string) => {
      const all = [];
      for (let n = 0; n < 3; n++)
        all.push(
          (await at.ask('POST', '/mcp', { headers: { 'x-api-key': key }, body: initialize() })).status,
        );
      return all;
    };
    expect(await statuses(KEY)).toEqual([200, 429, 429]);
    expect(await statuses(OTHER_KEY)).toEqual([200, 200, 429]);
  });
});
