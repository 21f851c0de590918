/** Calls within a minute, behind the front door: over which transport, in whose words, and that sessions go on. */
import { describe, expect, it } from 'vitest';
import { HANDSHAKE } from '../engine/fake-driver.ts';
import { FakeDriver } from '../engine/support.ts';
import { front, initialize, sseSession, streamableSession, toolCall } from './support.ts';

const NOTE = { jsonrpc: '2.0', method: 'notifications/roots/list_changed' };

const CUSTOM = { jsonrpc: '2.0', method: 'notifications/custom' };

describe('[RATE-HTTP] a caller of Streamable HTTP that makes more calls than it may', () => {
  it('is told so with 429, and when it may go on', async () => {
    const at = front({ callsPerMinute: 3 });
    const id = await streamableSession(at);
    const headers = { 'mcp-session-id': id };
    for (const call of [1, 2]) {
      expect((await at.ask('POST', '/mcp', { headers, body: toolCall(call) })).status).toBe(200);
    }
    at.runtime.advance(1_500);
    const refused = await at.ask('POST', '/mcp', { headers, body: toolCall('c') });
    expect(refused.status).toBe(429);
    expect(refused.headers).toMatchObject({
      'retry-after': '19',
      'ratelimit-limit': '3',
      'ratelimit-remaining': '0',
      'ratelimit-reset': '19',
      'ratelimit-policy': '"caller";q=3;w=60',
      ratelimit: '"caller";r=0;t=19',
    });
    expect(JSON.parse(refused.body ?? '')).toMatchObject({
      id: 'c',
      error: {
        code: -32000,
        data: { code: 'rate_limited', retryAfterMs: 18_500, limit: 3, scope: 'caller' },
      },
    });
    expect((await at.ask('POST', '/mcp', { headers, body: NOTE })).status).toBe(202);
    at.runtime.advance(18_500);
    expect((await at.ask('POST', '/mcp', { headers, body: toolCall(4) })).status).toBe(200);
  });

  it('opens no session and reaches no server by it', async () => {
    const at = front({ callsPerMinute: 1 });
    await streamableSession(at);
    for (let more = 0; more < 5; more++) {
      expect((await at.ask('POST', '/mcp', { body: initialize() })).status).toBe(429);
      expect((await at.ask('POST', '/mcp', { body: toolCall(1) })).status).toBe(429);
    }
    expect([at.gateway.sessions, at.driver.opens]).toEqual([1, 1]);
  });

  it('has all of a batch taken, or nothing', async () => {
    const at = front({ callsPerMinute: 3 });
    at.driver.handshake = { ...HANDSHAKE, protocolVersion: '2025-03-26' };
    const headers = { 'mcp-session-id': await streamableSession(at, {}, '2025-03-26') };
    const batch = (ids: number[]) => at.ask('POST', '/mcp', { headers, body: ids.map((id) => toolCall(id)) });
    const refused = await batch([1, 2, 3]);
    expect([refused.status, refused.json.id]).toEqual([429, null]);
    expect((await batch([4, 5])).status).toBe(200);
  });
});

describe('[RATE-STREAM] a caller with a stream', () => {
  it('is told on it, acknowledged as ever, and its session goes on', async () => {
    const at = front({ callsPerMinute: 1, dialect: 'http-sse' });
    const { connection, endpoint } = await sseSession(at);
    const post = async (body: unknown) => (await at.ask('POST', endpoint, { body })).status;
    expect([await post(toolCall(1)), await post(toolCall('b')), await post(NOTE)]).toEqual([202, 202, 202]);
    const errors = connection.frames.filter(({ data = '' }) => data.includes('rate_limited'));
    expect(errors.map(({ event, data }) => [event, JSON.parse(data ?? '')])).toMatchObject([
      ['message', { id: 'b', error: { data: { retryAfterMs: 60_000 } } }],
    ]);
    at.runtime.advance(60_000);
    expect(await post(toolCall(3))).toBe(202);
    expect(connection.frames.filter(({ data = '' }) => data.includes('"id":3'))).toHaveLength(1);
    expect(at.driver.links[0]?.raw.filter((text) => text.includes('tools/call'))).toHaveLength(2);
  });

  it('has all taken that is no request, and errors where a message is none', async () => {
    const at = front({ callsPerMinute: 1, dialect: 'http-sse' });
    const { connection, endpoint } = await sseSession(at);
    await at.ask('POST', endpoint, { body: toolCall(1) });
    await at.ask('POST', endpoint, { body: [toolCall(2), { ...CUSTOM, params: { n: 7 } }, 5] });
    expect(at.driver.links[0]?.raw.filter((text) => text.includes('"n":7'))).toHaveLength(1);
    const codes = connection.frames.flatMap(({ data = '' }) => /"code":"(\w+)"/.exec(data)?.[1] ?? []);
    expect(codes.sort()).toEqual(['invalid_request', 'rate_limited']);
  });

  it('is told in the words of its dialect', async () => {
    const clg = front({ callsPerMinute: 1, dialect: 'clg' });
    const { connection } = await clg.ask('GET', '/sse');
    const { connectionId } = JSON.parse(connection?.frames[0]?.data ?? '') as { connectionId: string };
    const post = (id: number) =>
      clg.ask('POST', '/sse', { body: { ...toolCall(id), protocol: 'sse', connectionId } });
    expect((await post(1)).status).toBe(200);
    const refused = await post(2);
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '60']);
    expect(JSON.parse(refused.body ?? '')).toMatchObject({
      code: -32000,
      error: expect.stringContaining('1 requests'),
    });
    const orch = front({ callsPerMinute: 1, dialect: 'orch-data' });
    const session = await sseSession(orch);
    const twice = async (id: number) => orch.ask('POST', session.endpoint, { body: toolCall(id) });
    expect((await twice(1)).status).toBe(200);
    const both = await twice(2);
    expect([both.status, both.json.error?.data?.code]).toEqual([200, 'rate_limited']);
    expect(session.connection.text).toContain('rate_limited');
  });

  it('is answered in order, whether its messages count or not', async () => {
    const at = front({ callsPerMinute: 100, dialect: 'http-sse' });
    const { endpoint } = await sseSession(at);
    await at.ask('POST', endpoint, { body: toolCall('first') });
    const bodies = Array.from({ length: 20 }, (_, n) =>
      n % 2 ? { ...CUSTOM, params: { n } } : toolCall(n, { n }),
    );
    const all = bodies.map((body) => at.begin('POST', endpoint, { body }));
    await Promise.all(all.map(() => at.ask('GET', '/healthz')));
    const order = at.driver.links[0]?.raw.flatMap((text) => /"n":(\d+)/.exec(text)?.[1] ?? []);
    expect(order).toEqual(bodies.map((_, n) => String(n)));
  });
});

describe('[RATE-SITES] calls', () => {
  it('of a project are bounded by its own limit, else by that of the gateway, each for itself', async () => {
    const servers = () => ({ srv: new FakeDriver() });
    const at = front({
      callsPerMinute: 2,
      projects: { own: { servers: servers(), limits: { callsPerMinute: 1 } }, as: { servers: servers() } },
    });
    const statuses = async (path: string) => {
      const all = [];
      for (let n = 0; n < 3; n++) all.push((await at.ask('POST', path, { body: initialize() })).status);
      return all;
    };
    expect(await statuses('/projects/own/mcp')).toEqual([200, 429, 429]);
    expect(await statuses('/projects/as/mcp')).toEqual([200, 200, 429]);
    expect(await statuses('/mcp')).toEqual([200, 200, 429]);
  });

  it('count on over a reload', async () => {
    const at = front({ callsPerMinute: 1 });
    await streamableSession(at);
    at.change({ callsPerMinute: 1 });
    expect((await at.ask('POST', '/mcp', { body: initialize() })).status).toBe(429);
    at.change({});
    expect((await at.ask('POST', '/mcp', { body: initialize() })).status).toBe(200);
  });

  it('count on over a reload that changes the limit', async () => {
    const servers = { srv: new FakeDriver() };
    const limited = (callsPerMinute: number) => ({
      projects: { acme: { servers, limits: { callsPerMinute } } },
    });
    const at = front(limited(2));
    const status = async () => (await at.ask('POST', '/projects/acme/mcp', { body: initialize() })).status;
    expect([await status(), await status(), await status()]).toEqual([200, 200, 429]);
    const reloaded = (callsPerMinute: number) =>
      at.change({ projects: { acme: { own: ['srv'], limits: { callsPerMinute } } } });
    reloaded(3);
    expect([await status(), await status()]).toEqual([200, 429]);
    reloaded(1);
    reloaded(2);
    expect(await status()).toBe(429);
  });
});
