/** Who gets in at the admin API, and how. */
import { beforeEach, describe, expect, it } from 'vitest';
import { ADMIN_KEY, bare, bearer, CALLER_KEY, type Desk, openDesk, posted, spoken } from './desk.ts';

const HELLO = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'desk', version: '1' },
};

let desk: Desk;

describe('an operator', () => {
  beforeEach(async () => {
    desk = await openDesk({ apiKeys: [CALLER_KEY], allowedOrigins: ['https://app.example.com'] });
  });

  it('[ADMIN-TOKEN] [ADMIN-COOKIE] signs in with the printed address, once, and out again', async () => {
    const login = posted({ token: desk.running.consoleToken() });
    const response = await desk.ask('/admin/api/login', login);
    expect(response.status).toBe(200);
    const cookie = response.headers.get('set-cookie') ?? '';
    const { port } = new URL(desk.running.url);
    expect(cookie).toMatch(
      new RegExp(`^sluice-admin-${port}=[\\w-]{40,}; Path=/admin; HttpOnly; SameSite=Strict; Max-Age=43200$`),
    );
    expect((await desk.ask('/admin/api/login', login)).status).toBe(401);
    const headers = { cookie: cookie.split(';', 1)[0] ?? '', origin: desk.running.url };
    const me = (await (await desk.ask('/admin/api/me', { headers })).json()) as object;
    expect(me).toMatchObject({ via: 'session' });
    const out = await desk.ask('/admin/api/logout', { method: 'POST', headers });
    expect([out.status, out.headers.get('set-cookie')]).toEqual([204, expect.stringContaining('Max-Age=0')]);
    expect((await desk.ask('/admin/api/me', { headers })).status).toBe(401);
  });

  it('[ADMIN-STRANGER] is nobody without the right proof, whatever is there', async () => {
    const told = new Set<string>();
    for (const path of ['/admin', '/admin/api/overview', '/admin/api/nothing', '/admin/servers/echo'])
      for (const headers of [
        {},
        bearer(CALLER_KEY),
        bearer(`${ADMIN_KEY}x`),
        { cookie: 'sluice-admin-1=x' },
      ]) {
        const response = await desk.ask(path, { headers });
        told.add(`${response.status} ${await response.text()}`);
      }
    expect([...told]).toEqual([expect.stringMatching(/^401 .*Sign in first/)]);
    const mcp = await desk.ask('/mcp', spoken('tools/list', bearer(ADMIN_KEY)));
    expect(mcp.status).toBe(401);
    expect((await desk.ask('/admin/api/me', { headers: { 'x-api-key': ADMIN_KEY } })).status).toBe(401);
  });

  it.each(['https://app.example.com', 'http://localhost:3000', 'http://127.0.0.1:1', 'null'])(
    '[ADMIN-FOREIGN] pages of %s may not call, with the cookie or the key, nor read',
    async (origin) => {
      const { cookie = '' } = await desk.signIn();
      for (const headers of [
        { cookie, origin },
        { ...bearer(ADMIN_KEY), origin },
      ]) {
        for (const path of ['/admin/api/overview', '/admin/mcp', '/console/', '/admin/api/login']) {
          const response = await desk.ask(path, { headers });
          expect([path, response.status]).toEqual([path, 403]);
          expect([...response.headers.keys()].join()).not.toMatch(/access-control/);
        }
      }
      const preflight = await desk.ask('/admin/api/keys', { method: 'OPTIONS', headers: { origin } });
      expect([...preflight.headers.keys()].join()).not.toMatch(/access-control/);
    },
  );

  it('[ADMIN-FOREIGN] a change by cookie must say that the console meant it', async () => {
    const { cookie = '' } = await desk.signIn();
    const change = async (headers: Record<string, string>) =>
      (await desk.ask('/admin/api/keys', posted({ name: 'ann' }, { cookie, ...headers }))).status;
    expect(await change({})).toBe(403);
    expect(await change({ 'sec-fetch-site': 'same-site' })).toBe(403);
    expect(await change({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).toBe(403);
    expect(await change({ 'sec-fetch-site': 'none' })).toBe(403);
    expect(await change({ 'sec-fetch-site': 'same-origin' })).toBe(201);
    expect(await change({ origin: desk.running.url })).toBe(201);
  });

  it('[ADMIN-SESSION] [ADMIN-MCP] is out, with all that was opened, when the admin key is another', async () => {
    const headers = await desk.signIn();
    const opened = await desk.ask('/admin/servers/echo/mcp', spoken('initialize', headers, HELLO));
    const session = opened.headers.get('mcp-session-id') ?? '';
    expect([opened.status, session.length > 10]).toEqual([200, true]);
    await opened.text();
    const named = (more: Record<string, string>) => spoken('ping', { ...more, 'mcp-session-id': session });
    expect((await desk.ask('/admin/servers/echo/mcp', named(headers))).status).toBe(200);
    expect((await desk.ask('/admin/servers/echo/mcp', named(bearer(ADMIN_KEY)))).status).toBe(404);
    expect((await desk.ask('/servers/echo/mcp', named(bearer(CALLER_KEY)))).status).toBe(404);
    const { config, running, recorder } = desk;
    await running.reload({ ...config, admin: { enabled: true, key: `sha256:${'0'.repeat(64)}` } });
    expect((await desk.ask('/admin/api/me', { headers })).status).toBe(401);
    expect((await desk.ask('/admin/api/me', { headers: bearer(ADMIN_KEY) })).status).toBe(401);
    expect(recorder.of('sessionClosed')).toMatchObject([{ reason: 'key-gone' }]);
  });

  it('[ADMIN-OFF] is not there where it is off, as any path that is not', async () => {
    const { running, config } = desk;
    await running.reload({ ...config, apiKeys: [], apiKeyRequired: false, admin: { enabled: false } });
    const nothing = await bare(running.url, '/nothing');
    for (const path of [
      '/admin',
      '/admin/api/overview',
      '/admin/api/login',
      '/admin/csp',
      '/console/',
      '/admin/mcp',
    ])
      expect(await bare(running.url, path, bearer(ADMIN_KEY))).toBe(nothing);
    expect(running.consoleToken()).toBeUndefined();
  });
});

it('[ADMIN-BRAKE] who guesses is braked, and the right key then says no more', async () => {
  const braked = await openDesk({ limits: { rates: { failures: '3/min' } } });
  const statuses: number[] = [];
  for (let at = 0; at < 5; at++)
    statuses.push((await braked.ask('/admin/api/login', posted({ key: `wrong-${at}-wrong-wrong` }))).status);
  expect(statuses).toEqual([401, 401, 401, 401, 429]);
  const told = async (init: RequestInit) => (await braked.ask('/admin/api/login', init)).text();
  expect(await told(posted({ key: ADMIN_KEY }))).toBe(await told(posted({ key: 'wrong-wrong-wrong-wrong' })));
  expect((await braked.ask('/admin/api/me', { headers: bearer(ADMIN_KEY) })).status).toBe(429);
});
