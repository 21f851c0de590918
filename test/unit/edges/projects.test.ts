/** Projects behind the front door: who gets in, what a stranger can tell, whose sessions are whose. */
import { describe, expect, it } from 'vitest';
import type { GatewayOptions } from '../../../src/edges/compose.ts';
import { FakeDriver } from '../engine/support.ts';
import { front, type FrontWorld, initialize, sseSession, toolCall } from './support.ts';

const ROOT = { 'x-api-key': 'root-key' };
const ACME = { 'x-api-key': 'acme-key' };
const BETA = { 'x-api-key': 'beta-key' };

/** Two projects with a server of the same name each, and one that is shared in. */
function world(more: Partial<GatewayOptions> = {}) {
  const drivers = { search: new FakeDriver(), acme: new FakeDriver(), beta: new FakeDriver() };
  for (const driver of Object.values(drivers)) driver.answersCalls = true;
  const at = front({
    servers: { search: drivers.search },
    apiKeys: ['root-key'],
    projects: {
      acme: { servers: { files: drivers.acme }, shared: ['search'], apiKeys: ['acme-key'], default: 'files' },
      beta: { servers: { files: drivers.beta }, apiKeys: ['beta-key'] },
    },
    ...more,
  });
  return { ...at, drivers };
}

const INSIDE = ['', '/servers/files', '/servers/other'];
const LEGS = [
  'sse',
  'mcp',
  'messages',
  'tickets',
  'mcp/sse',
  'mcp/sse/message',
  'ws',
  'health',
  'nothing',
  '',
];
const METHODS = ['GET', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'PUT'];

const paths = ['/projects', '/projects/', '/projects/x/y/z/sse', '/projects/%/sse'];
for (const inside of INSIDE) for (const leg of LEGS) paths.push(`/projects/acme${inside}/${leg}`);

/** All that a caller can see. */
async function seen(at: FrontWorld, method: string, path: string, headers: Record<string, string>) {
  const reply = await at.ask(method, path, { headers, body: initialize() });
  return { status: reply.status, headers: reply.headers, body: reply.body, connection: reply.connection };
}

describe('[PROJECT-HIDDEN] what a stranger can tell', () => {
  const cases = METHODS.flatMap((method) => paths.map((path) => ({ method, path })));

  it.each(cases)(
    'of $method $path is the same without a key, whether it is there or not',
    async ({ method, path }) => {
      const at = world();
      const there = await seen(at, method, path, {});
      expect(there).toEqual(await seen(at, method, path.replace('/acme', '/nope'), {}));
      expect(there).toEqual(await seen(at, method, path, { authorization: 'Bearer wrong' }));
      if (method !== 'OPTIONS') expect(there.status).toBe(401);
      expect(at.gateway.sessions).toBe(0);
    },
  );

  it.each(cases)('of $method $path is the same with a key of elsewhere', async ({ method, path }) => {
    const at = world();
    for (const headers of [BETA, ROOT]) {
      const there = await seen(at, method, path, headers);
      expect(there).toEqual(await seen(at, method, path.replace('/acme', '/nope'), headers));
      if (method !== 'OPTIONS')
        expect([there.status, there.body?.includes('not_found')]).toEqual([404, true]);
    }
    expect(at.gateway.sessions).toBe(0);
    expect(Object.values(at.drivers).map(({ opens }) => opens)).toEqual([0, 0, 0]);
  });

  it('is nothing of a keyed project where the gateway itself is open', async () => {
    const { servers, projects } = {
      servers: { search: new FakeDriver() },
      projects: { acme: { shared: ['search'], apiKeys: ['acme-key'] } },
    };
    const at = front({ servers, projects });
    const there = await seen(at, 'GET', '/projects/acme/sse', {});
    expect(there.status).toBe(401);
    expect(there).toEqual(await seen(at, 'GET', '/projects/nope/sse', {}));
    expect((await at.ask('GET', '/projects/acme/sse', { headers: ACME })).status).toBe(200);
    expect((await at.ask('GET', '/sse')).status).toBe(200);
  });
});

describe('[PROJECT-KEYS] the keys of a project', () => {
  it('open it, and nothing else', async () => {
    const at = world();
    const status = async (path: string, headers: Record<string, string>) =>
      (await at.ask('POST', path, { headers, body: initialize() })).status;
    expect(await status('/projects/acme/mcp', ACME)).toBe(200);
    expect(await status('/projects/acme/servers/files/mcp', ACME)).toBe(200);
    expect(await status('/projects/beta/mcp', ACME)).toBe(404);
    expect(await status('/mcp', ACME)).toBe(401);
    expect(await status('/servers/search/mcp', ACME)).toBe(401);
    expect(await status('/servers/acme%2Ffiles/mcp', ROOT)).toBe(404);
    expect(await status('/servers/files/mcp', ROOT)).toBe(404);
  });

  it('where it has none are those of the gateway', async () => {
    const at = world({ projects: { open: { shared: ['search'] } } });
    expect((await at.ask('GET', '/projects/open/sse', { headers: ROOT })).status).toBe(200);
    expect((await at.ask('GET', '/projects/open/sse')).status).toBe(401);
    expect((await at.ask('GET', '/projects/nope/sse', { headers: ROOT })).status).toBe(404);
  });

  it('close the root, too, where there is nothing but projects with keys', async () => {
    const at = front({
      servers: {},
      projects: { acme: { servers: { files: new FakeDriver() }, apiKeys: ['acme-key'] } },
    });
    expect((await at.ask('GET', '/sse')).status).toBe(401);
    expect((await at.ask('GET', '/nothing')).status).toBe(401);
    expect((await at.ask('GET', '/health')).body).not.toContain('servers');
  });

  it('a ticket opens its own project only', async () => {
    const at = world();
    const give = async () => {
      const reply = await at.ask('POST', '/projects/acme/tickets', { headers: ACME });
      return (JSON.parse(reply.body ?? '') as { ticket: string }).ticket;
    };
    expect((await at.ask('GET', `/projects/beta/sse?ticket=${await give()}`)).status).toBe(401);
    expect((await at.ask('GET', `/sse?ticket=${await give()}`)).status).toBe(401);
    expect((await at.ask('GET', `/projects/acme/sse?ticket=${await give()}`)).status).toBe(200);
  });
});

describe('[PROJECT-ROUTES] the routes of a project', () => {
  it('lead to its own servers, whatever those of others are called', async () => {
    const at = world();
    const call = async (path: string, headers: Record<string, string>) =>
      (await at.ask('POST', path, { headers, body: toolCall(1) })).status;
    expect(await call('/projects/acme/servers/files/mcp', ACME)).toBe(200);
    expect(await call('/projects/beta/servers/files/mcp', BETA)).toBe(200);
    expect(await call('/projects/beta/mcp', BETA)).toBe(200);
    expect(await call('/projects/acme/servers/search/mcp', ACME)).toBe(200);
    expect(await call('/projects/beta/servers/search/mcp', BETA)).toBe(404);
    expect([at.drivers.acme.opens, at.drivers.beta.opens, at.drivers.search.opens]).toEqual([1, 1, 1]);
  });

  it('are told to clients of HTTP+SSE with the project in them', async () => {
    const at = world();
    for (const prefix of ['/projects/acme', '/projects/acme/servers/search']) {
      const { connection } = await at.ask('GET', `${prefix}/sse`, { headers: ACME });
      const endpoint = connection?.frames.find(({ event }) => event === 'endpoint')?.data ?? '';
      expect(endpoint).toMatch(new RegExp(`^${prefix}/messages\\?sessionId=`));
      expect((await at.ask('POST', endpoint, { headers: ACME, body: toolCall(1) })).status).toBe(202);
    }
  });

  it('are spoken in the dialect of the server, else of the project, else of the gateway', async () => {
    const one = new FakeDriver();
    const at = front({
      servers: {},
      dialect: 'http-sse',
      projects: {
        acme: { servers: { one, own: { driver: new FakeDriver(), dialect: 'orch-data' } }, dialect: 'clg' },
        beta: { servers: { two: new FakeDriver() } },
      },
    });
    const text = async (path: string) => (await at.ask('GET', path)).connection?.text;
    expect(await text('/projects/acme/servers/one/sse')).toContain('connectionId');
    expect(await text('/projects/acme/servers/own/sse')).toContain('connection-established');
    expect(await text('/projects/beta/sse')).toMatch(/^event: endpoint\n/);
  });
});

describe('[PROJECT-SESSIONS] sessions', () => {
  it('are found under their own project only, even at the same server', async () => {
    const at = world({ projects: { a: { shared: ['search'] }, b: { shared: ['search'] } } });
    const headers = ROOT;
    const opened = await at.ask('POST', '/projects/a/servers/search/mcp', { headers, body: initialize() });
    const session = { ...headers, 'mcp-session-id': opened.headers['mcp-session-id'] ?? '' };
    const body = toolCall(1);
    for (const path of ['/projects/b/servers/search/mcp', '/servers/search/mcp', '/mcp', '/projects/b/mcp']) {
      expect((await at.ask('POST', path, { headers: session, body })).status).toBe(404);
    }
    expect((await at.ask('POST', '/projects/a/servers/search/mcp', { headers: session, body })).status).toBe(
      200,
    );
  });

  it('of callers without a session are apart, too', async () => {
    const at = front({
      servers: { srv: { driver: new FakeDriver(), sharing: 'principal' } },
      projects: { a: { shared: ['srv'] }, b: { shared: ['srv'] } },
    });
    for (const path of ['/mcp', '/projects/a/mcp', '/projects/b/mcp'])
      await at.ask('POST', path, { body: toolCall(1) });
    const principals = at.notes.named('sessionOpened').map(({ principal }) => principal);
    expect(new Set(principals).size).toBe(3);
  });

  it('[PROJECT-LIMITS] are bounded in a project, and what one holds is not taken from another', async () => {
    const files = () => ({ files: new FakeDriver() });
    const at = front({
      servers: {},
      projects: {
        a: { servers: files(), limits: { sessions: 2 } },
        b: { servers: files(), limits: { sessionsPerPrincipal: 1, streams: 5 } },
        c: { servers: files(), limits: { streams: 1 } },
      },
    });
    const open = async (project: string) => {
      const reply = await at.ask('GET', `/projects/${project}/sse`);
      return [
        reply.status,
        reply.headers['retry-after'],
        reply.status === 200 ? undefined : reply.json.error?.data?.code,
      ];
    };
    const taken = [200, undefined, undefined];
    expect([await open('a'), await open('a'), await open('a')]).toEqual([
      taken,
      taken,
      [503, '5', 'too_many_sessions'],
    ]);
    expect([await open('b'), await open('b')]).toEqual([taken, [429, '5', 'too_many_sessions']]);
    expect([await open('c'), await open('c')]).toEqual([taken, [503, '5', 'too_many_streams']]);
    const posted = await at.ask('POST', '/projects/c/mcp', { body: initialize() });
    expect(posted.status).toBe(200);
  });

  it('[PROJECT-RELOAD] end with the key, the project, or the server that is no longer theirs', async () => {
    const at = world();
    const acme = { own: ['files'], shared: ['search'], apiKeys: ['acme-key'] };
    const beta = { own: ['files'], apiKeys: ['beta-key'] };
    const first = await sseSession(at, ACME, '/projects/acme/servers/files/sse');
    const second = await sseSession(at, ACME, '/projects/acme/servers/search/sse');
    const third = await sseSession(at, BETA, '/projects/beta/sse');
    at.change({ apiKeys: ['root-key'], projects: { acme: { ...acme, shared: [] }, beta } });
    expect([first, second, third].map(({ connection }) => connection.isClosed)).toEqual([false, true, false]);
    at.change({ apiKeys: ['root-key'], projects: { acme: { ...acme, apiKeys: ['new-key'] } } });
    expect([first, third].map(({ connection }) => connection.isClosed)).toEqual([true, true]);
    expect((await at.ask('GET', '/projects/acme/sse', { headers: ACME })).status).toBe(401);
    expect((await at.ask('GET', '/projects/beta/sse', { headers: { 'x-api-key': 'new-key' } })).status).toBe(
      404,
    );
  });
});

describe('[PROJECT-HEALTH] /health', () => {
  it('shows the servers of a site to those with its key only', async () => {
    const at = world();
    await at.ask('GET', '/projects/acme/sse', { headers: ACME });
    const health = async (headers: Record<string, string>) =>
      JSON.parse((await at.ask('GET', '/health', { headers })).body ?? '') as Record<string, unknown>;
    expect(Object.keys(await health({}))).toEqual(['status', 'service', 'version']);
    expect(await health(ROOT)).toMatchObject({ sessions: 1, servers: { search: {} } });
    expect(Object.keys((await health(ROOT))['servers'] as object)).toEqual(['search']);
    expect(await health(ACME)).toMatchObject({
      sessions: 1,
      dialects: { superset: 1 },
      servers: { files: {}, search: {} },
    });
    expect(await health(BETA)).toMatchObject({ sessions: 0, dialects: {}, servers: { files: {} } });
  });

  it('[PROJECT-OTHERS] of one that is open tells nothing of projects with keys', async () => {
    const drivers = { search: new FakeDriver(), acme: new FakeDriver() };
    const projects = { acme: { servers: { files: drivers.acme }, apiKeys: ['acme-key'] } };
    const at = front({ servers: { search: drivers.search }, projects });
    const health = async (headers = {}) => (await at.ask('GET', '/health', { headers })).body;
    const before = await health();
    await at.ask('GET', '/projects/acme/sse', { headers: ACME });
    drivers.acme.state = 'failed';
    expect(await health()).toBe(before);
    expect(JSON.parse((await health(ACME)) ?? '')).toMatchObject({ status: 'degraded', sessions: 1 });
  });

  it('[PROJECT-OTHERS] with the key of a project tells nothing of the servers of others', async () => {
    const at = world();
    const status = async (headers: Record<string, string>) =>
      (JSON.parse((await at.ask('GET', '/health', { headers })).body ?? '') as { status: string }).status;
    at.drivers.beta.state = 'failed';
    const all = await Promise.all([{}, ROOT, ACME, BETA].map(status));
    expect(all).toEqual(['degraded', 'degraded', 'healthy', 'degraded']);
  });
});
