/** Projects and servers behind URLs of a configuration, with real sockets. */
import { describe, expect, it } from 'vitest';
import { configured, serve } from '../support/configured.ts';
import { freePort } from '../support/ports.ts';
import { request, SseClient, StreamableClient, textOf, toolCall, wordOf } from '../support/raw-clients.ts';
import { WsClient } from '../support/ws-client.ts';
import { CARRIERS, type Carrier } from '../support/remote.ts';
import { eventually, send } from '../support/raw.ts';
import { watched, type Watched } from '../support/watched.ts';
import { fileURLToPath } from 'node:url';

const FIXTURE = fileURLToPath(new URL('../fixtures/server/stdio.ts', import.meta.url));
const child = (word: string) => ({ command: process.execPath, args: [FIXTURE], env: { WORD: word } });
const ACME = { 'x-api-key': 'acme-key' };
const BETA = { 'x-api-key': 'beta-key' };

async function beside(carrier: Carrier, run: (server: Watched) => Promise<void>): Promise<void> {
  const server = await watched(carrier);
  try {
    await run(server);
  } finally {
    await server.close();
  }
}

async function pidOf(client: SseClient | StreamableClient): Promise<number> {
  return (JSON.parse(textOf(await client.ask(toolCall('who', 'whoami')))) as { pid: number }).pid;
}

describe.each(CARRIERS)('[CONFIG-REMOTE] an entry with the URL of a server over %s', (carrier) => {
  it('is served, with its headers and those of the caller that it names', () =>
    beside(carrier, async (server) => {
      const far = { url: server.url, headers: { 'x-team': 'blue' }, forwardHeaders: ['X-Tenant'] };
      const gateway = await serve(configured({ mcpServers: { far } }));
      const sent = {
        'x-tenant': 'red',
        'x-other': 'planted',
        authorization: 'Bearer planted',
        cookie: 'planted',
      };
      const client = await StreamableClient.start(`${gateway.url}/mcp`, '2025-06-18', sent);
      expect(textOf(await client.ask(toolCall(1, 'echo', { text: 'hi' })))).toContain('hi');
      expect(server.seen.length).toBeGreaterThan(0);
      for (const { headers } of server.seen) {
        expect(headers).toMatchObject({ 'x-team': 'blue', 'x-tenant': 'red' });
        expect(JSON.stringify(headers)).not.toContain('planted');
      }
    }));

  it('[FORWARD-APART] of callers with other headers each has a session of its own, also where they name none', () =>
    beside(carrier, async (server) => {
      const gateway = await serve(
        configured({ mcpServers: { far: { url: server.url, forwardHeaders: ['x-tenant'] } } }),
      );
      for (const tenant of ['red', 'blue', 'red']) {
        const client = new StreamableClient(`${gateway.url}/mcp`, '2025-06-18', { 'x-tenant': tenant });
        expect(textOf(await client.ask(toolCall(1, 'echo', { text: tenant })))).toContain(tenant);
      }
      expect(server.opened()).toBe(2);
    }));
});

describe('[LOOP-FOUND] a gateway that is its own server', () => {
  const legs: [Carrier, string][] = [
    ['streamable', 'http://127.0.0.1:PORT/servers/self/mcp'],
    ['sse', 'http://127.0.0.1:PORT/servers/self/sse'],
    ['websocket', 'ws://127.0.0.1:PORT/servers/self/ws'],
  ];
  it.each(legs.filter(([carrier]) => CARRIERS.includes(carrier)))(
    'over %s says so, and goes on',
    async (_carrier, url) => {
      const port = await freePort();
      const self = { url: url.replace('PORT', String(port)), startTimeout: '5s' };
      const gateway = await serve(configured({ port, mcpServers: { self, echo: child('a') } }));
      const client = new StreamableClient(`${gateway.url}/servers/self/mcp`, '2025-06-18');
      const answer = await client.ask(toolCall(1, 'echo', { text: 'hi' }));
      expect(answer.error?.message).toMatch(/answered 508: requests to it come back to where they were/);
      const health = await (await send(`${gateway.url}/health`)).json<{ status: string; sessions: number }>();
      expect(health.sessions).toBeLessThan(5);
      const other = new StreamableClient(`${gateway.url}/servers/echo/mcp`, '2025-06-18');
      expect(textOf(await other.ask(toolCall(1, 'echo', { text: 'hi' })))).toContain('hi');
    },
  );
});

describe('projects of a configuration', () => {
  const file = (projects: object) => ({
    mcpServers: { common: child('common') },
    apiKeys: ['root-key'],
    projects,
  });
  const acme = {
    mcpServers: { files: child('acme') },
    servers: ['common'],
    apiKeys: ['acme-key'],
    default: 'files',
  };
  const beta = { mcpServers: { files: child('beta') }, apiKeys: ['beta-key'] };

  it('[PROJECT-ROUTES] [PROJECT-KEYS] serve their own servers to their own callers, over every transport', async () => {
    const gateway = await serve(configured(file({ acme, beta })));
    expect([...gateway.servers]).toEqual(['common', 'acme/files', 'beta/files']);
    const pids = new Set<number>();
    for (const [project, headers] of [
      ['acme', ACME],
      ['beta', BETA],
    ] as const) {
      const at = `${gateway.url}/projects/${project}`;
      for (const path of [at, `${at}/servers/files`]) {
        const sse = await SseClient.open(`${path}/sse`, headers);
        await sse.initialize();
        pids.add(await pidOf(sse));
        sse.close();
        pids.add(await pidOf(await StreamableClient.start(`${path}/mcp`, '2025-11-25', headers)));
      }
    }
    // A session a process.
    expect(pids.size).toBe(8);
    expect((await send(`${gateway.url}/projects/beta/mcp`, { headers: ACME })).status).toBe(404);
    expect((await send(`${gateway.url}/projects/beta/mcp`)).status).toBe(401);
  });

  it('[PROJECT-ROUTES] show the servers of a project as one at its root, and nothing of others', async () => {
    // Both are started for this: the slower one is waited for.
    const shown = { ...acme, default: undefined, merge: { names: 'always', wait: 10_000 } };
    const gateway = await serve(configured(file({ acme: shown, beta })));
    const root = await StreamableClient.start(`${gateway.url}/projects/acme/mcp`, '2025-11-25', ACME);
    const { result } = await root.ask({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    const tools = (result?.['tools'] ?? []) as { name: string }[];
    const names = tools.map(({ name }) => name);
    expect(names).toContain('files__echo');
    expect(names).toContain('common__echo');
    expect(names.filter((name) => !/^(?:files|common)__/.test(name))).toEqual([]);
    expect(textOf(await root.ask(toolCall(2, 'common__echo', { text: 'hi' })))).toContain('hi');
    const session = { ...ACME, 'mcp-session-id': root.sessionId ?? '' };
    const other = new StreamableClient(
      `${gateway.url}/projects/acme/servers/files/mcp`,
      '2025-11-25',
      session,
    );
    expect((await other.post(toolCall(3, 'echo', { text: 'hi' }))).status).toBe(404);
  });

  it('[PROJECT-RELOAD] a reload touches no other project, and ends what is gone', async () => {
    const before = configured({ port: 0, ...file({ acme, beta }) });
    const gateway = await serve(before);
    const kept = await SseClient.open(`${gateway.url}/projects/acme/sse`, ACME);
    const changed = await SseClient.open(`${gateway.url}/projects/beta/sse`, BETA);
    const pid = await pidOf(kept);
    await pidOf(changed);
    await gateway.reload(
      configured(file({ acme, beta: { ...beta, mcpServers: { files: child('new') } }, third: beta3 })),
    );
    await changed.feed.ended;
    expect(await pidOf(kept)).toBe(pid);
    const third = await StreamableClient.start(`${gateway.url}/projects/third/mcp`, '2025-11-25', {
      'x-api-key': 'third-key',
    });
    expect(await pidOf(third)).toBeGreaterThan(0);
    await gateway.reload(configured(file({ beta })));
    await kept.feed.ended;
    await eventually(
      'the project is gone',
      async () => (await send(`${gateway.url}/projects/acme/mcp`, { headers: ACME })).status === 401,
    );
  });

  const beta3 = { mcpServers: { files: child('third') }, apiKeys: ['third-key'] };
});

it('[RATE-RELOAD] a socket that is open is held to the rate that its project has now', async () => {
  const acme = (limits: object) => ({
    mcpServers: { words: child('one') },
    projects: { acme: { servers: ['words'], apiKeys: ['acme-key'], limits } },
  });
  const gateway = await serve(configured(acme({})));
  const url = `${gateway.url.replace('http', 'ws')}/projects/acme/ws`;
  const client = await WsClient.open(url, ['mcp'], { headers: ACME });
  await client.initialize();
  await gateway.reload(configured(acme({ callsPerMinute: 1 })));
  const [first, second] = [await client.ask(request(1, 'ping')), await client.ask(request(2, 'ping'))];
  expect([wordOf(first), wordOf(second)]).toEqual([undefined, 'rate_limited']);
  client.ws.close();
});
