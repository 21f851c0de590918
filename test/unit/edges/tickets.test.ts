/** Tickets at the front door: where they are given, and where they are taken. */
import { describe, expect, it } from 'vitest';
import { FakeDriver } from '../engine/support.ts';
import { front, type FrontWorld, initialize, KEY, OTHER_KEY } from './support.ts';

const ANN = { 'x-api-key': KEY };
const KEYS = [
  { name: 'ann', key: KEY },
  { name: 'ben', key: OTHER_KEY },
];

const locked = (options: Parameters<typeof front>[0] = {}) =>
  front({
    apiKeys: KEYS,
    servers: { srv: new FakeDriver(), other: new FakeDriver() },
    ...options,
  });

async function ticketAt(at: FrontWorld, prefix = '', headers: Record<string, string> = ANN): Promise<string> {
  const reply = await at.ask('POST', `${prefix}/tickets`, { headers });
  expect(reply.status).toBe(200);
  return (JSON.parse(reply.body ?? '') as { ticket: string }).ticket;
}

describe('asking for a ticket', () => {
  it.each(['', '/servers/srv'])('[TICKET-GIVEN] works with a key at "%s/tickets"', async (prefix) => {
    const at = locked();
    const reply = await at.ask('POST', `${prefix}/tickets`, { headers: ANN });
    expect(reply.status).toBe(200);
    expect(reply.headers['cache-control']).toBe('no-store');
    expect(JSON.parse(reply.body ?? '')).toEqual({
      ticket: expect.stringMatching(/^[\w-]{8,}$/) as string,
      expiresInMs: 30_000,
    });
  });

  it('[TICKET-GIVEN] fails without a key, with a ticket in its place, and for a server that does not exist', async () => {
    const at = locked();
    const ticket = await ticketAt(at);
    expect((await at.ask('POST', '/tickets')).status).toBe(401);
    expect((await at.ask('POST', `/tickets?ticket=${ticket}`)).status).toBe(401);
    expect((await at.ask('POST', '/servers/nobody/tickets', { headers: ANN })).status).toBe(404);
    expect((await at.ask('GET', '/tickets', { headers: ANN })).status).toBe(405);
  });

  it('[TICKET-BOUNDED] is refused with a reason when there are too many', async () => {
    const at = locked({ tickets: { perPrincipal: 1 } });
    await ticketAt(at);
    const refused = await at.ask('POST', '/tickets', { headers: ANN });
    expect([refused.status, refused.json.error?.data?.code]).toEqual([503, 'too_many_tickets']);
    await ticketAt(at, '', { 'x-api-key': OTHER_KEY });
  });
});

describe('a good ticket', () => {
  it.each(['/sse', '/mcp', '/servers/srv/sse', '/servers/srv/mcp'])(
    '[TICKET-OPENS] opens %s',
    async (path) => {
      const at = locked();
      const ticket = await ticketAt(at, path.slice(0, path.lastIndexOf('/')));
      const reply = await at.ask('GET', `${path}?ticket=${ticket}`);
      expect(reply.status).toBe(200);
      expect(reply.connection?.frames.find(({ event }) => event === 'endpoint')?.data).not.toContain(ticket);
      expect(at.notes.named('sessionOpened')[0]?.['principal']).toMatch(/^ann#/);
    },
  );

  it('[TICKET-ONCE] opens one stream of many that come at the same moment', async () => {
    const at = locked();
    const ticket = await ticketAt(at);
    const asked = Array.from({ length: 20 }, () => at.ask('GET', `/sse?ticket=${ticket}`));
    const all = (await Promise.all(asked)).map(({ status }) => status);
    expect(all.toSorted()).toEqual([200, ...Array.from({ length: 19 }, () => 401)]);
    expect(at.gateway.sessions).toBe(1);
  });

  it('[TICKET-PRINCIPAL] is good no more when its key is gone', async () => {
    const at = locked();
    const ticket = await ticketAt(at);
    at.change({ apiKeys: KEYS.slice(1) });
    expect((await at.ask('GET', `/sse?ticket=${ticket}`)).status).toBe(401);
  });

  it('is left alone where a key is sent, too', async () => {
    const at = locked();
    const ticket = await ticketAt(at);
    expect((await at.ask('GET', `/sse?ticket=${ticket}`, { headers: ANN })).status).toBe(200);
    expect((await at.ask('GET', `/sse?ticket=${ticket}`)).status).toBe(200);
  });

  it('is not spent by a page of an origin that may not call', async () => {
    const at = locked();
    const ticket = await ticketAt(at);
    const headers = { origin: 'https://evil.example' };
    expect((await at.ask('GET', `/sse?ticket=${ticket}`, { headers })).status).toBe(403);
    expect((await at.ask('GET', `/sse?ticket=${ticket}`)).status).toBe(200);
  });
});

describe('a ticket that is not good', () => {
  const uses: [string, (at: FrontWorld, ticket: string) => Promise<{ method?: string; path: string }>][] = [
    ['made up', async () => ({ path: '/sse?ticket=made-up' })],
    ['empty', async () => ({ path: '/sse?ticket=' })],
    ['badly encoded', async () => ({ path: '/sse?ticket=%zz' })],
    [
      'used',
      async (at, ticket) => {
        await at.ask('GET', `/sse?ticket=${ticket}`);
        return { path: `/sse?ticket=${ticket}` };
      },
    ],
    [
      'out of date',
      async (at, ticket) => {
        at.runtime.advance(30_000);
        return { path: `/sse?ticket=${ticket}` };
      },
    ],
    ['of another server', async (_at, ticket) => ({ path: `/servers/other/sse?ticket=${ticket}` })],
    [
      'of the root at the same server',
      async (_at, ticket) => ({ path: `/servers/srv/sse?ticket=${ticket}` }),
    ],
    ['on a POST', async (_at, ticket) => ({ method: 'POST', path: `/mcp?ticket=${ticket}` })],
    ['on a HEAD', async (_at, ticket) => ({ method: 'HEAD', path: `/sse?ticket=${ticket}` })],
    ['on a DELETE', async (_at, ticket) => ({ method: 'DELETE', path: `/mcp?ticket=${ticket}` })],
    ['at a path that does not exist', async (_at, ticket) => ({ path: `/nothing?ticket=${ticket}` })],
  ];

  it.each(uses)('[TICKET-SAME-401] [TICKET-ROUTE] is answered like no key: %s', async (_name, use) => {
    const at = locked();
    const { method = 'GET', path } = await use(at, await ticketAt(at));
    const body = method === 'POST' ? initialize() : undefined;
    const before = at.gateway.sessions;
    const refused = await at.ask(method, path, { body });
    const stranger = await at.ask(method, path.slice(0, path.indexOf('?')), { body });
    expect([refused.status, refused.headers, refused.body]).toEqual([401, stranger.headers, stranger.body]);
    expect(at.gateway.sessions).toBe(before);
  });

  it('[TICKET-SECRET] is told to nobody', async () => {
    const at = locked();
    const ticket = await ticketAt(at, '/servers/srv');
    await at.ask('GET', `/sse?ticket=${ticket}`);
    await at.ask('GET', `/nothing?ticket=${ticket}`);
    expect(at.notes.refusals).toEqual(['unauthorized', 'unauthorized']);
    expect(JSON.stringify(at.notes.all)).not.toContain(ticket);
    expect(JSON.stringify(at.notes.all)).toContain('the ticket is not good any more');
  });
});

it('[TICKET-GIVEN] where no key is asked for, tickets are given all the same', async () => {
  const at = front();
  const ticket = await ticketAt(at, '', {});
  expect((await at.ask('GET', `/sse?ticket=${ticket}`)).status).toBe(200);
});

it('[TICKET-ROUTE] a ticket of a project is good in that project, and one of the root or of another is not', async () => {
  const projects = Object.fromEntries(
    ['acme', 'beta'].map((name) => [
      name,
      { servers: { files: new FakeDriver() }, apiKeys: [`${name}-key`] },
    ]),
  );
  const at = locked({ projects });
  const acme = () => ticketAt(at, '/projects/acme', { 'x-api-key': 'acme-key' });
  const beta = () => ticketAt(at, '/projects/beta', { 'x-api-key': 'beta-key' });
  const status = async (path: string, ticket: string) =>
    (await at.ask('GET', `${path}?ticket=${ticket}`)).status;
  expect(await status('/projects/acme/sse', await acme())).toBe(200);
  for (const ticket of [await beta(), await ticketAt(at)])
    expect(await status('/projects/acme/sse', ticket)).toBe(401);
  expect(await status('/projects/acme/servers/files/sse', await acme())).toBe(401);
  expect(await status('/sse', await acme())).toBe(401);
});

it.each(['/projects/acme', '/projects/nope', '/servers/other', '/servers/nope'])(
  '[TICKET-SPENT] [PROJECT-HIDDEN] a ticket of the root is spent at %s',
  async (prefix) => {
    const acme = { servers: { files: new FakeDriver() }, apiKeys: ['acme-key'] };
    const at = locked({ projects: { acme } });
    const ticket = await ticketAt(at);
    expect((await at.ask('GET', `${prefix}/sse?ticket=${ticket}`)).status).toBe(401);
    expect((await at.ask('GET', `/sse?ticket=${ticket}`)).status).toBe(401);
  },
);
