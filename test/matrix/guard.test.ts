/** Who may call, and from where: hosts, origins and keys, on every route. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureInprocess, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { wordOf } from '../support/raw-clients.ts';
import { type Reply, type Rpc, send, wire, firstAnswer } from '../support/raw.ts';

const KEY = 'a-key-of-the-test-0123';
const HASHED = 'another-key-of-the-test';

let open: TestGateway;
let locked: TestGateway;
let listed: TestGateway;

beforeAll(async () => {
  const servers = { fixture: fixtureInprocess() };
  open = await startTestGateway({ servers });
  locked = await startTestGateway({
    servers,
    apiKeys: [KEY, { name: 'hashed', key: `sha256:${createHash('sha256').update(HASHED).digest('hex')}` }],
  });
  listed = await startTestGateway({
    servers,
    allowedHosts: ['mcp.example.com', 'with-port.example.com:8443'],
    allowedOrigins: ['https://app.example.com'],
  });
});

afterAll(() => Promise.all([open, locked, listed].map((gateway) => gateway.close())));

const ROUTES = [
  ['GET', '/sse'],
  ['POST', '/sse'],
  ['GET', '/mcp'],
  ['POST', '/mcp'],
  ['DELETE', '/mcp'],
  ['HEAD', '/mcp'],
  ['POST', '/messages?sessionId=x'],
  ['GET', '/servers/fixture/sse'],
  ['POST', '/servers/fixture/mcp'],
  ['POST', '/servers/fixture/messages?sessionId=x'],
  ['GET', '/nowhere'],
] as const;

const PUBLIC = ['/health', '/healthz', '/readyz'];

async function word(reply: Reply): Promise<string | undefined> {
  return wordOf(await reply.json<Rpc>());
}

describe('[SEC-HOST] a host', () => {
  it.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '127.0.0.2',
    '0.0.0.0',
    '[::2]',
    'localhost@evil.example',
  ])('called %j is refused on every route', async (host) => {
    for (const [method, path] of [...ROUTES, ...PUBLIC.map((each) => ['GET', each] as const)]) {
      if (method === 'HEAD') continue;
      const reply = await send(open.url + path, { method, headers: { host } });
      expect([path, reply.status, await word(reply)]).toEqual([path, 403, 'forbidden_host']);
    }
  });

  it.each(['localhost', 'LOCALHOST:1', '127.0.0.1', '[::1]:8808'])('called %s is served', async (host) => {
    expect((await send(`${open.url}/healthz`, { headers: { host } })).status).toBe(200);
  });

  it('is served where it is listed, with its port where the list has one', async () => {
    const status = async (host: string) =>
      (await send(`${listed.url}/healthz`, { headers: { host } })).status;
    expect(
      await Promise.all(['mcp.example.com', 'MCP.example.com:99', 'with-port.example.com:8443'].map(status)),
    ).toEqual([200, 200, 200]);
    expect(
      await Promise.all(['with-port.example.com', 'x.mcp.example.com', 'mcp.example.com.'].map(status)),
    ).toEqual([403, 403, 403]);
  });

  it('without a name is refused', async () => {
    const raw = await wire(open.port, 'GET /healthz HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n');
    expect(firstAnswer(raw).status).toBe(403);
  });

  it('in an absolute request line does not hide a foreign Host', async () => {
    const raw = await wire(
      open.port,
      'GET http://localhost/healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    );
    expect(firstAnswer(raw).status).toBe(403);
  });
});

describe('[SEC-ORIGIN] a page', () => {
  const FOREIGN = [
    'https://evil.example',
    'null',
    'http://localhost.evil.example',
    'https://127.0.0.1.evil.example',
    'http://localhost@evil.example',
    'file://',
    'http://[::2]',
    'http://localhost:1/path',
  ];

  it.each(FOREIGN)('of %s is refused on every route, preflight included', async (origin) => {
    for (const [method, path] of [...ROUTES, ['OPTIONS', '/mcp'] as const, ['GET', '/healthz'] as const]) {
      if (method === 'HEAD') continue;
      const reply = await send(open.url + path, { method, headers: { origin } });
      expect([path, reply.status, await word(reply)]).toEqual([path, 403, 'forbidden_origin']);
      expect(reply.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it.each(['http://localhost:5173', 'https://127.0.0.1', 'http://[::1]:3000'])(
    'of this machine is served: %s',
    async (origin) => {
      const reply = await send(`${open.url}/healthz`, { headers: { origin } });
      expect(reply.status).toBe(200);
    },
  );

  it('[SEC-CORS] is told its own origin, and nothing is open to all', async () => {
    const origin = 'https://app.example.com';
    const reply = await send(`${listed.url}/healthz`, { headers: { origin } });
    expect(reply.headers).toMatchObject({ 'access-control-allow-origin': origin, vary: 'Origin' });
    expect(reply.headers['access-control-allow-credentials']).toBeUndefined();
    const plain = await send(`${listed.url}/healthz`);
    expect(plain.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('[SEC-KEY] where keys are set', () => {
  it('every route but the public ones wants one, and a wrong one is none', async () => {
    for (const headers of [
      {},
      { 'x-api-key': 'wrong' },
      { authorization: `Basic ${KEY}` },
      { authorization: KEY },
      { 'x-api-key': '' },
    ]) {
      for (const [method, path] of ROUTES) {
        const reply = await send(locked.url + path, { method, headers });
        expect([path, reply.status, reply.headers['www-authenticate']]).toEqual([path, 401, 'Bearer']);
        if (method !== 'HEAD') expect(await word(reply)).toBe('unauthorized');
      }
      for (const path of PUBLIC) expect((await send(locked.url + path, { headers })).status).toBe(200);
    }
  });

  it('a path that does not exist looks the same as one that does', async () => {
    const told = await Promise.all(
      ['/mcp', '/nowhere', '/servers/fixture/mcp', '/servers/secret/mcp'].map(async (path) => {
        const reply = await send(locked.url + path);
        return [reply.status, await reply.text()];
      }),
    );
    expect(new Set(told.map((each) => JSON.stringify(each))).size).toBe(1);
  });

  it('[SEC-KEY-FORMS] one is taken as a bearer token and as X-API-Key', async () => {
    for (const headers of [
      { authorization: `Bearer ${KEY}` },
      { authorization: `bearer  ${KEY}` },
      { 'x-api-key': KEY },
    ]) {
      expect((await send(`${locked.url}/mcp`, { headers })).status).toBe(200);
    }
  });

  it('[SEC-KEY-FORMS] one in the URL is none', async () => {
    for (const name of ['key', 'api_key', 'apiKey', 'token', 'access_token', 'x-api-key', 'authorization']) {
      expect((await send(`${locked.url}/mcp?${name}=${KEY}`)).status).toBe(401);
    }
  });

  it('[SEC-KEY-HASH] one may be known by its hash alone, which is no key itself', async () => {
    expect((await send(`${locked.url}/mcp`, { headers: { 'x-api-key': HASHED } })).status).toBe(200);
    const hash = createHash('sha256').update(HASHED).digest('hex');
    for (const key of [hash, `sha256:${hash}`]) {
      expect((await send(`${locked.url}/mcp`, { headers: { 'x-api-key': key } })).status).toBe(401);
    }
  });
});
