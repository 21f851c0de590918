/** From where a request comes, at the front door: what is believed, and who is let in. */
import { describe, expect, it } from 'vitest';
import { ROUTES } from '../../../src/edges/http/routes.ts';
import { FakeDriver } from '../engine/support.ts';
import { front, initialize, KEY, OTHER_KEY, sseSession } from './support.ts';

const PROXY = '10.0.0.1';
const INSIDE = '203.0.113.9';
const OUTSIDE = '198.51.100.7';

describe('behind a proxy', () => {
  const HEADERS = {
    host: 'gw.internal',
    'x-forwarded-for': INSIDE,
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'mcp.example.com',
  };
  const at = (options: Parameters<typeof front>[0] = {}) =>
    front({
      dialect: 'orch-data',
      allowedHosts: ['mcp.example.com', 'gw.internal'],
      trustedProxies: ['10.0.0.0/8'],
      ...options,
    });
  const endpoint = async (world: ReturnType<typeof front>, headers: Record<string, string>, peer: string) =>
    (await world.ask('GET', '/sse', { headers, peer })).connection?.frames.map(({ data }) => data).join(' ');

  it('[WHERE-CALLED-AS] streams name the address that the client called', async () => {
    const told = await endpoint(at(), HEADERS, PROXY);
    expect(told).toContain('https://mcp.example.com');
    expect(told).not.toContain('gw.internal');
  });

  it('[WHERE-TRUST-NOBODY] and not what anybody else says of it', async () => {
    for (const world of [at({ trustedProxies: [] }), at({ trustedProxies: ['10.0.0.2'] })]) {
      const told = await endpoint(world, HEADERS, PROXY);
      expect(told).toContain('http://gw.internal');
      expect(told).not.toContain('mcp.example.com');
    }
  });

  it('[WHERE-PROXIED-HOST] both hosts must be allowed', async () => {
    const world = at({ allowedHosts: ['mcp.example.com', 'gw.internal'] });
    const codeOf = async (headers: Record<string, string>) => {
      const reply = await world.ask('POST', '/mcp', {
        headers: { ...HEADERS, ...headers },
        peer: PROXY,
        body: initialize(),
      });
      return reply.status === 200 ? 200 : reply.json.error?.data?.code;
    };
    expect(await codeOf({})).toBe(200);
    expect(await codeOf({ 'x-forwarded-host': 'evil.example' })).toBe('forbidden_host');
    expect(await codeOf({ host: 'evil.example' })).toBe('forbidden_host');
  });

  it('[WHERE-CALLED-AS] also where the path is one that has to be understood first', async () => {
    const world = at({ dialect: 'superset' });
    const { endpoint: told } = await sseSession(world, { host: 'gw.internal' });
    const wrapped = `/%7B%22uri%22:%22${told.replace('?', '?')}%22%7D`;
    const reply = await world.ask('POST', wrapped, { headers: HEADERS, peer: PROXY, body: initialize() });
    expect(reply.status).toBe(202);
  });
});

describe('addresses that may call', () => {
  const KEYS = [{ name: 'ann', key: KEY }];
  const ACME = [{ name: 'ben', key: OTHER_KEY }];
  const world = (options: Parameters<typeof front>[0] = {}) =>
    front({
      apiKeys: KEYS,
      allowedAddresses: ['203.0.113.0/24', 'loopback'],
      trustedProxies: [PROXY],
      projects: {
        acme: { servers: { own: new FakeDriver() }, apiKeys: ACME, allowedAddresses: ['192.0.2.0/24'] },
        open: { servers: { own: new FakeDriver() } },
      },
      ...options,
    });
  const key = (value: string) => ({ 'x-api-key': value });

  it('[WHERE-ADDRESSES] are let in with a key, others are not, and the log says why', async () => {
    const at = world();
    const ask = (path: string, peer: string, value: string) =>
      at.ask('POST', path, { headers: key(value), peer, body: initialize() });
    expect((await ask('/mcp', INSIDE, KEY)).status).toBe(200);
    expect((await ask('/mcp', `::ffff:${INSIDE}`, KEY)).status).toBe(200);
    expect((await ask('/mcp', OUTSIDE, KEY)).status).toBe(401);
    expect(at.notes.named('refused').at(-1)?.['message']).toContain(`address ${OUTSIDE}`);
    expect((await ask('/projects/acme/mcp', '192.0.2.1', OTHER_KEY)).status).toBe(200);
    expect((await ask('/projects/acme/mcp', INSIDE, OTHER_KEY)).status).toBe(401);
    expect((await ask('/projects/open/mcp', INSIDE, KEY)).status).toBe(200);
    expect((await ask('/projects/open/mcp', OUTSIDE, KEY)).status).toBe(401);
  });

  it('[WHERE-ADDRESSES] are asked for where no key is, and may be changed while it runs', async () => {
    const at = front({ allowedAddresses: ['203.0.113.0/24'] });
    const statusFrom = async (peer: string) =>
      (await at.ask('POST', '/mcp', { peer, body: initialize() })).status;
    expect([await statusFrom(INSIDE), await statusFrom(OUTSIDE)]).toEqual([200, 401]);
    at.change({ allowedAddresses: ['198.51.100.0/24'] });
    expect([await statusFrom(INSIDE), await statusFrom(OUTSIDE)]).toEqual([401, 200]);
    at.change({});
    expect([await statusFrom(INSIDE), await statusFrom(OUTSIDE)]).toEqual([200, 200]);
  });

  it.each(['unknown', '203.0.113.9, x', 'x'.repeat(5_000)])(
    '[WHERE-NOT-SURE] hold nobody whose way is %.20j, whatever address the proxy has',
    async (xff) => {
      const at = world({ allowedAddresses: ['10.0.0.0/8', '203.0.113.0/24'] });
      const ask = (headers: Record<string, string>) =>
        at.ask('POST', '/mcp', { headers: { ...key(KEY), ...headers }, peer: PROXY, body: initialize() });
      expect((await ask({ 'x-forwarded-for': xff })).status).toBe(401);
      expect((await ask({ 'x-forwarded-for': INSIDE, forwarded: 'for=10.1.1.1' })).status).toBe(401);
      expect((await ask({ 'x-forwarded-for': INSIDE })).status).toBe(200);
      expect((await ask({})).status).toBe(200);
    },
  );

  it('[WHERE-NO-ORACLE] tell nothing to others, on any route', async () => {
    const at = world();
    const prefixes = [
      '',
      '/servers/srv',
      '/servers/nobody',
      '/projects/acme',
      '/projects/open',
      '/projects/nobody',
      '/projects/acme/servers/own',
    ];
    const ticket = async () => {
      const reply = await at.ask('POST', '/tickets', { headers: key(KEY) });
      return (JSON.parse(reply.body ?? '') as { ticket: string }).ticket;
    };
    for (const prefix of prefixes) {
      for (const [route, { methods }] of [...ROUTES, ['nothing', { methods: ['GET', 'POST'] }] as const]) {
        for (const method of methods) {
          const path = `${prefix}/${route}`;
          const seen = async (headers: Record<string, string>, query = '') => {
            const {
              status,
              headers: head,
              body,
            } = await at.ask(method, path + query, { headers, peer: OUTSIDE, body: initialize() });
            return { method, path, status, head, body };
          };
          const stranger = await seen({});
          for (const value of [KEY, OTHER_KEY, 'slc_wrong']) expect(await seen(key(value))).toEqual(stranger);
          expect(await seen({ authorization: `Bearer ${KEY}` })).toEqual(stranger);
          if (method === 'GET') expect(await seen({}, `?ticket=${await ticket()}`)).toEqual(stranger);
        }
      }
    }
    expect(at.gateway.sessions).toBe(0);
  });
});
