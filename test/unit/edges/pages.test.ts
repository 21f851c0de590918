/** Pages of others at every route: what a browser can be made to send, and what comes of it. */
import { describe, expect, it } from 'vitest';
import { ROUTES } from '../../../src/edges/http/routes.ts';
import { front, initialize, KEY } from './support.ts';

const APP = 'https://app.example.com';

/** Origins that no page of this machine, and none that is listed, has. */
const FOREIGN = [
  'null',
  'https://evil.example',
  'http://localhost.evil.com',
  'http://localhost:8808.evil.com',
  'http://localhost:8808@evil.com',
  'http://evil.com#localhost',
  'http://127.0.0.1.nip.io',
  'http://[::1].evil',
  'http://2130706433',
  'http://0',
  'http://0.0.0.0:8808',
  'http://127.1',
  'http://0x7f.1',
  'http://localhost.',
  'http://localhost:',
  'http://loca\u006c\u0301host',
  'http://xn--lcalhost-54a',
  'http://[::ffff:127.0.0.1]',
  'HTTPS://APP.EXAMPLE.COM.EVIL.COM',
  'https://app.example.com.evil.com',
  'https://evil-app.example.com',
  'https://app.example.com:444',
  'http://app.example.com',
  'https://user@app.example.com',
  'https://app.example.com/',
  'https://app.example.com, https://evil.example',
  'file://',
  'chrome-extension://abcdef',
  ' ',
  '',
];

const HOSTS = [
  'evil.example',
  'localhost.evil.com',
  'localhost:8808@evil.com',
  'localhost.',
  '127.1',
  '2130706433',
  '0',
  '[::1].evil',
  'localhost:80:80',
  'localhost/..',
  'localhost, evil.example',
  '',
];

const paths = [...ROUTES].flatMap(([name, { methods, ofServer }]) =>
  ['', ...(ofServer ? ['/servers/srv', '/projects/acme', '/projects/nobody'] : [])].flatMap((prefix) =>
    [...methods, 'PUT'].map((method) => ({ method, path: `${prefix}/${name}` })),
  ),
);

const world = (more: Parameters<typeof front>[0] = {}) =>
  front({
    allowedOrigins: [APP],
    projects: { acme: { shared: ['srv'], apiKeys: [{ name: 'p', key: 'slc_p' }] } },
    ...more,
  });

type World = ReturnType<typeof world>;

/** Sends it in every way a page could; nothing may come of it but the refusal. */
function expectRefused(at: World, code: string, headers: Record<string, string>): void {
  for (const { method, path } of paths) {
    const { request, responder } = at.begin(method, path, { headers, body: initialize() });
    const { status, headers: head } = responder;
    const told = `${method} ${path} ${JSON.stringify(headers)}`;
    expect([told, status, responder.json.error?.data?.code]).toEqual([told, 403, code]);
    expect(head['cache-control']).toBe('no-store');
    expect(head['x-content-type-options']).toBe('nosniff');
    const names = Object.keys({ ...head, ...at.front.headersFor(request) }).join();
    if (code === 'forbidden_origin') expect(names).not.toMatch(/access-control/);
    expect(request.bodiesRead).toBe(0);
  }
  expect([at.gateway.sessions, at.driver.opens]).toEqual([0, 0]);
}

describe('every route', () => {
  it.each(FOREIGN)('[WHERE-PAGES] refuses pages of %j, with a key or without', (origin) => {
    expectRefused(world(), 'forbidden_origin', { origin });
    expectRefused(world({ isLoopback: false }), 'forbidden_origin', { origin, 'x-api-key': KEY });
  });

  it.each(HOSTS)('[WHERE-REBINDING] refuses the host %j, whatever the page', (host) => {
    for (const headers of [{ host }, { host, origin: APP }, { host, 'sec-fetch-site': 'same-origin' }])
      expectRefused(world(), 'forbidden_host', headers);
  });

  it.each(['localhost/..', 'localhost:8808@evil.com', 'a b', 'localhost, evil.example', ''])(
    '[WHERE-REBINDING] refuses what is no host even where all are allowed: %j',
    (host) => expectRefused(world({ allowedHosts: ['*'], isLoopback: false }), 'forbidden_host', { host }),
  );

  it.each(['cross-site', 'same-site', 'whatever'])(
    '[WHERE-NAMELESS] refuses pages that do not say whose they are: %s',
    (site) => {
      for (const mode of ['no-cors', 'cors', 'websocket'])
        expectRefused(world(), 'forbidden_origin', { 'sec-fetch-site': site, 'sec-fetch-mode': mode });
    },
  );

  it('[WHERE-NAMELESS] takes what people do, and pages of its own origin', async () => {
    const at = world();
    const open = (headers: Record<string, string>) => at.ask('GET', '/sse', { headers });
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', accept: 'text/html' };
    expect((await open(link)).headers['content-type']).toBe('application/json');
    expect((await open({ 'sec-fetch-site': 'none' })).connection).toBeDefined();
    expect(
      (await open({ 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' })).connection,
    ).toBeDefined();
    expect((await open({ origin: APP, 'sec-fetch-site': 'cross-site' })).connection).toBeDefined();
  });
});

describe('pages of this machine', () => {
  const origins = ['http://localhost:3000', 'http://127.0.0.1:5173', 'http://[::1]:80', 'https://localhost'];
  const statusFor = async (at: World, origin: string, headers: Record<string, string> = {}) =>
    (await at.ask('POST', '/mcp', { headers: { origin, ...headers }, body: initialize() })).status;

  it.each(origins)(
    '[WHERE-LOCAL-PAGES] %s may call a gateway of this machine, and any that asks for keys',
    async (origin) => {
      expect(await statusFor(world(), origin)).toBe(200);
      const keyed = world({ isLoopback: false, apiKeys: [{ name: 'a', key: KEY }] });
      expect(await statusFor(keyed, origin)).toBe(401);
      expect(await statusFor(keyed, origin, { 'x-api-key': KEY })).toBe(200);
      expect(await statusFor(front({ isLoopback: false }), origin)).toBe(403);
    },
  );

  it('[WHERE-LOCAL-PAGES] an origin may be listed as people write it', async () => {
    const at = world({ allowedOrigins: ['https://Bücher.example:443/', 'chrome-extension://abc'] });
    expect(await statusFor(at, 'https://xn--bcher-kva.example')).toBe(200);
    expect(await statusFor(at, 'chrome-extension://abc')).toBe(200);
  });
});

describe('what browsers are told', () => {
  const headersOf = (at: World, method: string, headers: Record<string, string>, url = '/mcp') =>
    at.front.headersFor(at.begin(method, url, { headers }).request);

  it('[WHERE-CORS] the very origin that is allowed, never a wildcard nor credentials', () => {
    for (const at of [world(), world({ allowedOrigins: ['*'] })]) {
      const told = headersOf(at, 'POST', { origin: APP });
      expect(told).toMatchObject({ vary: 'Origin', 'access-control-allow-origin': APP });
      expect(Object.keys(told ?? {})).not.toContain('access-control-allow-credentials');
    }
  });

  it('[WHERE-CORS] that answers differ by origin, also where none was sent and where it was refused', () => {
    for (const headers of [{}, { origin: 'https://evil.example' }, { origin: APP }])
      expect(headersOf(world(), 'GET', headers)).toMatchObject({ vary: 'Origin' });
  });

  it('[WHERE-CORS] may call inward where it is an allowed origin that asks', async () => {
    const inward = { 'access-control-request-private-network': 'true' };
    const told = async (headers: Record<string, string>) =>
      (await world().ask('OPTIONS', '/mcp', { headers: { ...inward, ...headers } })).headers[
        'access-control-allow-private-network'
      ];
    expect(await told({ origin: APP })).toBe('true');
    expect(await told({})).toBeUndefined();
    expect(await told({ origin: 'https://evil.example' })).toBeUndefined();
  });

  it('[WHERE-HEADERS] that what the gateway says itself is not kept, and JSON alone', async () => {
    for (const [method, url, status] of [
      ['GET', '/health', 200],
      ['GET', '/nothing', 404],
      ['PUT', '/mcp', 405],
      ['GET', '/servers/nobody/mcp', 404],
    ] as const) {
      const reply = await world().ask(method, url);
      expect(reply.status).toBe(status);
      expect(reply.headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
    }
  });
});
