/** Who may call and from where, on every leg: hosts, origins and keys. */
import { beforeAll, describe, expect, it } from 'vitest';
import { echoStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import {
  BOTH_TYPES,
  hello,
  JSON_TYPE,
  SseClient,
  StreamableClient,
  textOf,
  toolCall,
  wordOf,
} from '../support/raw-clients.ts';
import { type Reply, type Rpc, send } from '../support/raw.ts';

interface Leg {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Served without a key. */
  readonly isPublic?: boolean;
}

const STREAM = { accept: 'text/event-stream' };
const HELLO = JSON.stringify(hello(1, '2025-11-25'));
const POST = { method: 'POST', headers: { ...JSON_TYPE, ...BOTH_TYPES }, body: HELLO };

const LEGS: readonly Leg[] = [
  { name: 'GET /sse', method: 'GET', path: '/sse', headers: STREAM },
  { name: 'GET /mcp', method: 'GET', path: '/mcp', headers: { ...STREAM, 'mcp-session-id': 'x' } },
  { name: 'plain GET /mcp', method: 'GET', path: '/mcp' },
  { name: 'POST /mcp', path: '/mcp', ...POST },
  { name: 'POST /sse', path: '/sse', ...POST },
  { name: 'POST /messages', path: '/messages?sessionId=x', ...POST },
  { name: 'POST of a server', path: '/servers/echo/mcp', ...POST },
  { name: 'POST of no server', path: '/servers/nobody/mcp', ...POST },
  { name: 'DELETE /mcp', method: 'DELETE', path: '/mcp', headers: { 'mcp-session-id': 'x' } },
  { name: 'HEAD /sse', method: 'HEAD', path: '/sse' },
  { name: 'PUT /mcp', method: 'PUT', path: '/mcp' },
  { name: 'GET /nothing', method: 'GET', path: '/nothing' },
  { name: 'GET /health', method: 'GET', path: '/health', isPublic: true },
  { name: 'GET /healthz', method: 'GET', path: '/healthz', isPublic: true },
  { name: 'GET /readyz', method: 'GET', path: '/readyz', isPublic: true },
];

function call(
  gateway: TestGateway,
  { method, path, headers, body }: Leg,
  more: Record<string, string> = {},
): Promise<Reply> {
  const sending = {
    method,
    headers: { ...headers, ...more },
    ...(body === undefined ? {} : { body }),
    alone: true,
  };
  return send(gateway.url + path, sending);
}

async function expectRefused(reply: Reply, status: number, word: string): Promise<void> {
  expect(reply.status).toBe(status);
  expect(reply.headers['mcp-session-id']).toBeUndefined();
  // An answer to HEAD has no body.
  const text = await reply.text();
  if (text !== '') expect(wordOf(JSON.parse(text) as Rpc)).toBe(word);
}

describe('hosts and origins', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway({
      servers: { echo: echoStdio({ sharing: 'shared' }) },
      allowedOrigins: ['https://app.example.com'],
      allowedHosts: ['gateway.example.com'],
    });
  });

  const HOSTS = [
    'evil.example',
    'evil.example:8808',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    'gateway.example.com.evil.example',
    'evil-gateway.example.com',
    'localhost@evil.example',
    '127.0.0.2',
    '0.0.0.0',
    '[::ffff:127.0.0.1]',
    'localhost:1:2',
    '2130706433',
  ];

  it.each(LEGS)('[SEC-HOST] $name: a host of somebody else is 403 (DNS rebinding)', async (leg) => {
    for (const host of HOSTS) await expectRefused(await call(gateway, leg, { host }), 403, 'forbidden_host');
  });

  it('[SEC-HOST] hosts of this machine, and those that are listed, are served', async () => {
    for (const host of [
      'localhost',
      'LOCALHOST:1234',
      '127.0.0.1:8808',
      '[::1]:8808',
      'gateway.example.com:443',
    ]) {
      expect((await send(`${gateway.url}/readyz`, { headers: { host } })).status).toBe(200);
    }
  });

  const ORIGINS = [
    'null',
    'http://evil.example',
    'http://localhost.evil.example',
    'http://127.0.0.1.nip.io',
    'http://localhost@evil.example',
    'http://evil.example#localhost',
    'https://app.example.com.evil.example',
    'http://app.example.com',
    'https://app.example.com:444',
    'file://',
    'chrome-extension://abcdef',
    'http://localhost:80, http://evil.example',
    '*',
    '',
  ];

  it.each(LEGS)('[SEC-ORIGIN] $name: a foreign origin is 403', async (leg) => {
    for (const origin of ORIGINS) {
      const reply = await call(gateway, leg, { origin });
      expect(reply.headers['access-control-allow-origin']).toBeUndefined();
      await expectRefused(reply, 403, 'forbidden_origin');
    }
  });

  it('[SEC-ORIGIN] a preflight of a foreign page is refused, too', async () => {
    const headers = { origin: 'http://evil.example', 'access-control-request-method': 'POST' };
    await expectRefused(await send(gateway.mcp(), { method: 'OPTIONS', headers }), 403, 'forbidden_origin');
  });

  it('[SEC-ORIGIN] [SEC-CORS] local origins, listed ones and none are served, and named in the answer', async () => {
    for (const origin of [
      'http://localhost:3000',
      'https://127.0.0.1',
      'http://[::1]:5',
      'https://app.example.com',
    ]) {
      const reply = await send(`${gateway.url}/readyz`, { headers: { origin } });
      expect([reply.status, reply.headers['access-control-allow-origin']]).toEqual([200, origin]);
      expect(reply.headers.vary).toBe('Origin');
    }
    expect((await send(`${gateway.url}/readyz`)).headers['access-control-allow-origin']).toBeUndefined();
  });

  it('[SEC-CONTENT-TYPE] what a page can send without asking never reaches a session', async () => {
    const origin = 'http://localhost:3000';
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const reply = await send(gateway.mcp(), {
        method: 'POST',
        headers: { origin, 'content-type': type },
        body: HELLO,
      });
      await expectRefused(reply, 415, 'wrong_content_type');
    }
    expect(gateway.recorder.of('sessionOpened')).toEqual([]);
  });
});

describe('keys', () => {
  const KEY = 'correct-horse-battery-staple';
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway({ servers: { echo: echoStdio({ sharing: 'shared' }) }, apiKeys: [KEY] });
  });

  const WRONG: readonly (readonly [string, Record<string, string>])[] = [
    ['none', {}],
    ['another key', { authorization: 'Bearer wrong' }],
    ['another key as X-API-Key', { 'x-api-key': 'wrong' }],
    ['a part of the key', { authorization: `Bearer ${KEY.slice(0, -1)}` }],
    ['the key and more', { authorization: `Bearer ${KEY}x` }],
    ['another scheme', { authorization: `Basic ${KEY}` }],
    ['no scheme', { authorization: KEY }],
    ['an empty key', { authorization: 'Bearer ' }],
    ['two keys', { 'x-api-key': `${KEY}, ${KEY}` }],
    ['a huge key', { 'x-api-key': 'k'.repeat(8_000) }],
    ['a wrong bearer beside the right key', { authorization: 'Bearer wrong', 'x-api-key': KEY }],
  ];

  it.each(LEGS)('[SEC-KEY] $name: 401 without a key', async (leg) => {
    for (const [, headers] of WRONG) {
      const reply = await call(gateway, leg, headers);
      if (leg.isPublic) {
        expect(reply.status).toBe(200);
        continue;
      }
      expect(reply.headers['www-authenticate']).toBe('Bearer');
      await expectRefused(reply, 401, 'unauthorized');
    }
  });

  it('[SEC-KEY] without a key all paths look the same, whether something is there or not', async () => {
    const paths = [
      '/mcp',
      '/servers/echo/mcp',
      '/servers/nobody/mcp',
      '/nothing',
      '/servers/echo/sse',
      '/messages?sessionId=x',
    ];
    const answers = await Promise.all(
      paths.map(async (path) => {
        const reply = await send(gateway.url + path, { ...POST });
        const { date: _date, ...headers } = reply.headers;
        return JSON.stringify([reply.status, headers, await reply.text()]);
      }),
    );
    expect(new Set(answers).size).toBe(1);
  });

  it('[SEC-KEY-FORMS] a key in the query is not taken', async () => {
    for (const name of ['key', 'api_key', 'apiKey', 'access_token', 'token']) {
      await expectRefused(await send(`${gateway.mcp()}?${name}=${KEY}`, { ...POST }), 401, 'unauthorized');
    }
  });

  it('[SEC-KEY-FORMS] the key is taken as bearer and as X-API-Key, on both dialects', async () => {
    for (const headers of [
      { authorization: `Bearer ${KEY}` },
      { authorization: `bearer  ${KEY}` },
      { 'x-api-key': KEY },
    ]) {
      const streamable = await StreamableClient.start(gateway.mcp(), '2025-11-25', headers);
      const sse = await SseClient.open(gateway.sse(), headers);
      for (const client of [streamable, sse]) {
        expect(textOf(await client.ask(toolCall(1, 'echo', { text: 'hello' })))).toBe('hello');
      }
      sse.close();
    }
  });

  it('[SEC-HEALTH-STRANGER] strangers see the state and nothing else', async () => {
    const stranger = await (await send(`${gateway.url}/health`)).json<object>();
    expect(Object.keys(stranger)).toEqual(['status', 'service', 'version']);
    const known = await send(`${gateway.url}/health`, { headers: { 'x-api-key': KEY } });
    expect(Object.keys(await known.json<object>())).toContain('servers');
  });
});
