/** Who gets in: every route, every method, every key. */
import { describe, expect, it } from 'vitest';
import { ROUTES } from '../../../src/edges/http/routes.ts';
import { FakeDriver } from '../engine/support.ts';
import { front, initialize, KEY, OTHER_KEY, sseSession, streamableSession } from './support.ts';

const METHODS = ['GET', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'TRACE', 'CONNECT', 'get', ''];
const KEYS: [string, Record<string, string>][] = [
  ['no key', {}],
  ['a wrong key', { authorization: 'Bearer slc_wrong' }],
  ['the right key', { authorization: `Bearer ${KEY}` }],
];

const locked = () =>
  front({
    apiKeys: [
      { name: 'ann', key: KEY },
      { name: 'ben', key: OTHER_KEY },
    ],
  });

// Those of operators are there where the admin API is on: see the matrix.
const routes = [...ROUTES].filter(([, { ofOperators }]) => ofOperators !== true);
const paths = routes.flatMap(([name, row]) => [
  { path: `/${name}`, row },
  { path: `/${name}/`, row },
  ...(row.ofServer ? [{ path: `/servers/srv/${name}`, row }] : []),
]);

describe.each(paths)('$path', ({ path, row }) => {
  it.each(METHODS.flatMap((method) => KEYS.map(([name, headers]) => ({ method, name, headers }))))(
    '$method with $name',
    async ({ method, name, headers }) => {
      const at = locked();
      const { request, responder } = at.begin(method, path, { headers, body: initialize() });
      const known = row.methods.includes(method);
      const isRight = name === 'the right key';
      if (method === 'OPTIONS') {
        expect(responder.status).toBe(204);
        expect(responder.headers['access-control-allow-methods']).toBe(row.methods.join(', '));
      } else if (!isRight && !row.isPublic) {
        expect(responder.status).toBe(401);
        expect(responder.headers['www-authenticate']).toBe('Bearer');
        expect(responder.json.error?.data?.code).toBe('unauthorized');
      } else if (!known) {
        expect(responder.status).toBe(405);
        expect(responder.headers.allow).toContain(row.methods[0]);
      } else {
        expect([401, 403, 405]).not.toContain(responder.status);
      }
      if (!isRight || !known) {
        expect(request.bodiesRead).toBe(0);
        expect(at.gateway.sessions).toBe(0);
        expect(at.driver.opens).toBe(0);
      }
      expect(responder.answers).toBeLessThanOrEqual(1);
    },
  );
});

describe('what is not in the table', () => {
  const unknown = [
    '',
    '/',
    '//',
    '//sse',
    '/sse//',
    '/SSE',
    '/sse/x',
    '/x/sse',
    '/servers',
    '/servers/',
    '/servers/srv',
    '/servers/srv/',
    '/servers//sse',
    '/servers/srv/health',
    '/servers/srv/sse/x',
    '/servers/srv/sse//',
    '/servers/%/sse',
    '/servers/%ff/sse',
    '/servers/srv/../sse',
    '/projects/srv/sse',
    '/admin',
    '/metrics',
    '/../sse',
    '/%73se',
    '/__proto__',
    '/constructor',
    'http://localhost/sse',
    '*',
    `/${'a/'.repeat(10_000)}`,
  ];

  it.each(unknown)('%j does not exist, and a stranger learns not even that', async (path) => {
    const at = locked();
    expect((await at.ask('GET', path)).status).toBe(401);
    const told = await at.ask('GET', path, { headers: { 'x-api-key': KEY } });
    expect(told.status).toBe(404);
    expect(told.json.error?.data?.hint).toContain('/servers/{name}/mcp');
    expect(told.body).not.toContain('srv');
  });

  it.each(['/servers/other/sse', '/servers/SRV/mcp', '/servers/__proto__/sse', '/servers/srv%20/sse'])(
    '%s is no server, and a stranger cannot tell it from one',
    async (path) => {
      const at = locked();
      const stranger = await at.ask('GET', path);
      const elsewhere = await at.ask('GET', '/servers/srv/sse');
      expect([stranger.status, stranger.body]).toEqual([elsewhere.status, elsewhere.body]);
      const known = await at.ask('GET', path, { headers: { 'x-api-key': KEY } });
      expect([known.status, known.json.error?.data?.code]).toEqual([404, 'unknown_server']);
    },
  );

  it('does not fill the memory of paths', async () => {
    const at = front();
    for (let n = 0; n < 2_000; n++) at.begin('GET', `/servers/x${n}/sse`);
    expect((await at.ask('GET', '/servers/srv/sse')).status).toBe(200);
  });

  it('finds a server whose name must be encoded in a path', async () => {
    const at = front({ servers: { 'a b%c': new FakeDriver() } });
    const { connection } = await at.ask('GET', '/servers/a%20b%25c/sse');
    expect(connection?.frames.find(({ event }) => event === 'endpoint')?.data).toMatch(
      /^\/servers\/a%20b%25c\/messages\?sessionId=/,
    );
  });
});

describe('Host and Origin', () => {
  it.each(['localhost.evil.com', '127.0.0.1.evil.com', 'localhost@evil.com', 'evil.com', ''])(
    'a host of %j is refused before all else',
    async (host) => {
      const at = locked();
      for (const path of ['/sse', '/healthz', '/nothing']) {
        const { request, responder } = at.begin('POST', path, { headers: { host, 'x-api-key': KEY } });
        expect([responder.status, responder.json.error?.data?.code]).toEqual([403, 'forbidden_host']);
        expect(request.bodiesRead).toBe(0);
      }
    },
  );

  it.each(['null', 'http://localhost.evil.com', 'http://localhost@evil.com', 'https://evil.com'])(
    'an origin of %j is refused, also for its preflight, and may read nothing',
    async (origin) => {
      const at = locked();
      for (const method of ['OPTIONS', 'GET', 'POST']) {
        const { request, responder } = at.begin(method, '/mcp', { headers: { origin, 'x-api-key': KEY } });
        expect([responder.status, responder.json.error?.data?.code]).toEqual([403, 'forbidden_origin']);
        expect(at.front.headersFor(request)).toEqual({ vary: 'Origin' });
      }
    },
  );

  it('an origin of this machine may call, and its browser may read the answer', async () => {
    const at = front();
    const origin = 'http://localhost:6274';
    const { request, responder } = at.begin('OPTIONS', '/mcp', { headers: { origin } });
    expect(responder.status).toBe(204);
    expect(at.front.headersFor(request)).toMatchObject({
      'access-control-allow-origin': origin,
      vary: 'Origin',
    });
    expect(JSON.stringify(at.front.headersFor(request))).not.toContain('*');
  });

  it('without an origin there is nothing to allow', () => {
    const at = front();
    const { request } = at.begin('GET', '/healthz');
    expect(at.front.headersFor(request)).toEqual({ vary: 'Origin' });
  });
});

describe('[SEC-LOG-REFUSED] what is told of a refusal to whoever runs the gateway', () => {
  const reasons = (at: ReturnType<typeof front>) => at.notes.named('refused').map(({ message }) => message);

  it('is the host, the origin and the path, cut', async () => {
    const at = front();
    const replies = [
      await at.ask('GET', '/sse?token=planted', { headers: { host: 'ev\nil.com' } }),
      await at.ask('GET', '/sse', { headers: { origin: `https://${'x'.repeat(5_000)}` } }),
      await at.ask('GET', '/servers/other/mcp'),
    ];
    expect(at.notes.refusals).toEqual(['forbidden_host', 'forbidden_origin', 'unknown_server']);
    const [host, origin, server] = reasons(at) as [string, string, string];
    expect(host).toBe('This host name is not allowed here (host "ev\\nil.com", GET /sse).');
    expect(origin).toMatch(
      /^Pages of this origin may not call here \(origin "https:\/\/x+…", GET \/sse\)\.$/,
    );
    expect(origin.length).toBeLessThan(300);
    expect(server).toBe('There is no such server here (GET /servers/other/mcp).');
    expect(replies.map(({ body }) => /ev|xx|other/.test(body ?? ''))).toEqual([false, false, false]);
  });

  it('is whether there was a key, and never the key', async () => {
    const at = locked();
    await at.ask('POST', '/mcp', { body: initialize() });
    await at.ask('POST', '/mcp', { body: initialize(), headers: { authorization: 'Bearer planted' } });
    await at.ask('GET', '/nothing', { headers: { 'x-api-key': 'planted' } });
    expect(at.notes.refusals).toEqual(['unauthorized', 'unauthorized', 'unauthorized']);
    expect(reasons(at)).toEqual([
      'A valid key is needed here (no key was sent, POST /mcp).',
      'A valid key is needed here (the key is unknown, POST /mcp).',
      'A valid key is needed here (the key is unknown, GET /nothing).',
    ]);
  });
});

describe('a session of somebody else', () => {
  const ann = { 'x-api-key': KEY };
  const ben = { 'x-api-key': OTHER_KEY };

  it('does not exist: on POST, GET, resumption and DELETE', async () => {
    const at = locked();
    const id = await streamableSession(at, ann);
    const headers = { ...ben, 'mcp-session-id': id };
    const epoch = at.gateway.context.epoch;
    const tries = [
      await at.ask('POST', '/mcp', { headers, body: { jsonrpc: '2.0', id: 1, method: 'tools/list' } }),
      await at.ask('GET', '/mcp', { headers }),
      await at.ask('GET', '/mcp', { headers: { ...headers, 'last-event-id': `${epoch}-0-0` } }),
      await at.ask('DELETE', '/mcp', { headers }),
    ];
    const never = await at.ask('DELETE', '/mcp', { headers: { ...ben, 'mcp-session-id': 'never' } });
    for (const refused of tries) {
      expect(refused.status).toBe(404);
      expect(refused.body).toBe(never.body);
    }
    expect(at.gateway.sessions).toBe(1);
  });

  it('does not exist on the POST of HTTP with SSE', async () => {
    const at = locked();
    const { endpoint, connection } = await sseSession(at, ann);
    const before = connection.text;
    const body = { jsonrpc: '2.0', id: 1, method: 'ping' };
    expect((await at.ask('POST', endpoint, { headers: ben, body })).status).toBe(404);
    expect(connection.text).toBe(before);
    expect((await at.ask('POST', endpoint, { headers: ann, body })).status).toBe(202);
  });

  it('does not exist at another server or in Streamable HTTP', async () => {
    const at = front({ servers: { srv: new FakeDriver(), other: new FakeDriver() } });
    const id = await streamableSession(at);
    const { endpoint } = await sseSession(at);
    const sse = endpoint.split('=')[1] ?? '';
    const body = { jsonrpc: '2.0', id: 1, method: 'ping' };
    const tries = [
      await at.ask('POST', '/servers/other/mcp', { headers: { 'mcp-session-id': id }, body }),
      await at.ask('POST', `/messages?sessionId=${id}`, { body }),
      await at.ask('DELETE', '/mcp', { headers: { 'mcp-session-id': 'never' } }),
      await at.ask('GET', '/mcp', { headers: { 'mcp-session-id': sse } }),
      await at.ask('POST', `/servers/other/messages?sessionId=${sse}`, { body }),
    ];
    expect(tries.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
  });
});

describe('what is told of the inside', () => {
  it('is nothing to strangers: health says one word', async () => {
    const at = locked();
    const stranger = await at.ask('GET', '/health');
    expect(JSON.parse(stranger.body ?? '')).toEqual({
      status: 'healthy',
      service: 'sluice',
      version: expect.any(String) as string,
    });
    const known = await at.ask('GET', '/health', { headers: { 'x-api-key': KEY } });
    expect(JSON.parse(known.body ?? '')).toMatchObject({ sessions: 0, servers: { srv: { kind: 'played' } } });
  });

  it('is nothing of what broke: an error of ours has no details', async () => {
    const at = front();
    at.driver.health = () => {
      throw new Error('secret path /etc/keys');
    };
    const reply = await at.ask('GET', '/health');
    expect(reply.status).toBe(500);
    expect(reply.body).not.toContain('secret');
    const post = at.begin('POST', '/mcp', { body: 'x' });
    expect(post.responder.answers).toBeLessThanOrEqual(1);
  });

  it('is that the gateway drains, to those who ask whether it is ready', async () => {
    const at = front({ settings: { drainMs: 0 } });
    expect((await at.ask('GET', '/readyz')).status).toBe(200);
    await at.gateway.drain();
    expect((await at.ask('GET', '/readyz')).status).toBe(503);
    expect((await at.ask('GET', '/healthz')).status).toBe(200);
    const refused = await at.ask('GET', '/sse');
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '5']);
  });
});
