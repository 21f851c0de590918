/** Every route with every method: what it takes, what it refuses with `Allow`, HEAD, OPTIONS, and a plain GET. */
import { beforeAll, describe, expect, it } from 'vitest';
import { echoStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { wordOf } from '../support/raw-clients.ts';
import { type Rpc, send } from '../support/raw.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({ servers: { echo: echoStdio() } });
});

const STREAM = 'GET, POST, DELETE, HEAD, OPTIONS';
const STREAMS = ['/sse', '/mcp', '/servers/echo/sse', '/servers/echo/mcp'];
const MESSAGES = ['/messages', '/servers/echo/messages'];
const STATES = ['/health', '/healthz', '/readyz'];
const READ = ['GET', 'HEAD'];
const ALL = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND'];

const REFUSED = [
  ...STREAMS.flatMap((path) => refusals(path, ['GET', 'HEAD', 'POST', 'DELETE'], STREAM)),
  ...MESSAGES.flatMap((path) => refusals(path, ['POST'], 'POST')),
  ...STATES.flatMap((path) => refusals(path, READ, 'GET, HEAD, OPTIONS')),
];

function refusals(path: string, taken: readonly string[], allow: string) {
  return ALL.filter((method) => !taken.includes(method)).map((method) => ({ method, path, allow }));
}

describe('[ROUTE-405] a method that a route does not take is 405 with `Allow`', () => {
  it.each(REFUSED)('$method $path', async ({ method, path, allow }) => {
    const reply = await send(gateway.url + path, { method });
    expect([reply.status, reply.headers.allow]).toEqual([405, allow]);
    // An answer to HEAD has no body, whatever the headers say of one (RFC 9110 section 9.3.2).
    if (method === 'HEAD') expect(await reply.text()).toBe('');
    else expect(wordOf(await reply.json<Rpc>())).toBe('method_not_allowed');
  });
});

describe('HEAD', () => {
  it.each(STREAMS)('[ROUTE-HEAD] %s: the head of a stream, and no session', async (path) => {
    const reply = await send(gateway.url + path, {
      method: 'HEAD',
      headers: { accept: 'text/event-stream' },
    });
    expect([reply.status, reply.isStream, await reply.text()]).toEqual([200, true, '']);
    expect(gateway.recorder.of('sessionOpened')).toEqual([]);
  });

  it.each(STATES)('%s', async (path) => {
    const reply = await send(gateway.url + path, { method: 'HEAD' });
    expect([reply.status, await reply.text()]).toEqual([200, '']);
  });
});

describe('OPTIONS', () => {
  it.each([...STREAMS, ...MESSAGES, ...STATES])(
    '[ROUTE-OPTIONS] [SEC-CORS] %s: 204, and what a page may send',
    async (path) => {
      const headers = { origin: 'http://localhost:3000', 'access-control-request-method': 'POST' };
      const reply = await send(gateway.url + path, { method: 'OPTIONS', headers });
      expect(reply.status).toBe(204);
      expect(reply.headers['access-control-allow-origin']).toBe('http://localhost:3000');
      expect(reply.headers['access-control-allow-methods']).toContain('OPTIONS');
      expect(reply.headers['access-control-allow-headers']).toContain('Mcp-Session-Id');
      expect(reply.headers['access-control-allow-credentials']).toBeUndefined();
    },
  );
});

describe('[ROUTE-GET-PLAIN] GET without `Accept: text/event-stream`', () => {
  it.each(STREAMS)('%s: a health answer that says where to connect, and no session', async (path) => {
    for (const accept of [undefined, '*/*', 'text/html', 'application/json']) {
      const reply = await send(gateway.url + path, { headers: accept === undefined ? {} : { accept } });
      const body = await reply.json<{ status: string; endpoints: string[] }>();
      const prefix = path.slice(0, path.lastIndexOf('/'));
      expect([reply.status, body.status, body.endpoints]).toEqual([
        200,
        'healthy',
        [`${prefix}/sse`, `${prefix}/mcp`],
      ]);
    }
    expect(gateway.recorder.of('sessionOpened')).toEqual([]);
  });
});

describe('[ROUTE-404] paths that are not there are 404', () => {
  const PATHS = [
    '/',
    '/nothing',
    '//mcp',
    '/mcp//',
    '/MCP',
    '/mcp/x',
    '/servers',
    '/servers/echo',
    '/servers/echo/health',
    '/servers/echo/mcp/x',
    '/servers//mcp',
    '/servers/%/mcp',
    '/servers/..%2fecho/mcp',
    '/servers/echo%00/mcp',
    '/%6dcp',
    '/constructor',
    '/__proto__',
  ];

  it.each(PATHS)('%s', async (path) => {
    const reply = await send(gateway.url + path, { headers: { accept: 'text/event-stream' } });
    expect([reply.status, wordOf(await reply.json<Rpc>())?.replace('unknown_server', 'not_found')]).toEqual([
      404,
      'not_found',
    ]);
  });

  it('a trailing slash is forgiven', async () => {
    for (const path of ['/healthz/', '/mcp/', '/servers/echo/mcp/']) {
      expect((await send(gateway.url + path)).status).toBe(200);
    }
  });
});
