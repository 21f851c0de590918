/** Keys that come and go while clients are connected: what is open ends, and what it opens is right. */
import { describe, expect, it } from 'vitest';
import type { GatewayOptions } from '../../../src/edges/compose.ts';
import { FakeDriver } from '../engine/support.ts';
import { PlayedSource } from '../access/key-source.ts';
import { front, held, initialize, sseSession, streamableSession, toolCall } from './support.ts';

function world(more: Partial<GatewayOptions> = {}) {
  const source = new PlayedSource();
  return { source, ...front({ keys: source, ...more }) };
}

const shown = (key: string) => ({ 'x-api-key': key });

describe('[KEY-REVOKED] a key that is taken back', () => {
  it('ends the sessions, streams, calls and tickets of its holder, and nobody else’s', async () => {
    const at = world();
    const [ann, ben] = [at.source.add('ann'), at.source.add('ben')];
    at.driver.answersCalls = false;
    const [gone, stays] = [await sseSession(at, shown(ann)), await sseSession(at, shown(ben))];
    const id = await streamableSession(at, shown(ann));
    const headers = { ...shown(ann), 'mcp-session-id': id };
    const inFlight = at.begin('POST', '/mcp', { headers, body: toolCall(1) });
    const ticket = await at.ask('POST', '/tickets', { headers: shown(ann) });
    const given = (JSON.parse(ticket.body ?? '') as { ticket: string }).ticket;
    at.source.revoke('ann');
    await at.ask('GET', '/healthz');
    expect([gone.connection.isClosed, stays.connection.isClosed]).toEqual([true, false]);
    expect(at.gateway.sessions).toBe(1);
    expect(inFlight.responder.body ?? '').toContain('"error"');
    expect((await at.ask('GET', `/sse?ticket=${given}`)).status).toBe(401);
    expect((await at.ask('POST', '/mcp', { headers, body: toolCall(2) })).status).toBe(401);
    expect((await at.ask('POST', '/mcp', { headers: shown(ben), body: toolCall(2) })).status).not.toBe(401);
  });

  it('[KEY-LATE-BODY] does not run what it had begun to send', async () => {
    const at = world();
    const key = at.source.add('ann');
    const late = [initialize(), toolCall(1)].map((body) => {
      const slow = held();
      return { slow, body, ...at.begin('POST', '/mcp', { headers: shown(key), held: slow }) };
    });
    const stream = await sseSession(at, shown(key));
    const posted = held();
    const reply = at.begin('POST', stream.endpoint, { headers: shown(key), held: posted });
    at.source.revoke('ann');
    for (const { slow, body } of late) slow.arrive(body);
    posted.arrive(toolCall(3));
    await at.ask('GET', '/healthz');
    expect([...late.map(({ responder }) => responder.status), reply.responder.status]).toEqual([
      401, 401, 401,
    ]);
    expect(late[0]?.responder.headers['www-authenticate']).toBe('Bearer');
    expect([at.gateway.sessions, at.gateway.inFlight]).toEqual([0, 0]);
  });
});

describe('[KEY-EXPIRED] a key that runs out', () => {
  it('ends what it opened at that time, configured or added', async () => {
    const at = world({
      apiKeys: [{ name: 'own', key: 'own-key', expires: 1_700_000_005_000 }],
      settings: { sessionIdleMs: 1e9, heartbeatMs: 1e9 },
    });
    const kept = at.source.add('ann', { expires: 1_700_000_009_000 });
    // A stream may end a little before, a session does not.
    for (const key of ['own-key', kept]) await streamableSession(at, shown(key));
    const stream = await sseSession(at, shown(kept));
    at.runtime.advance(4_999);
    expect(at.gateway.sessions).toBe(3);
    at.runtime.advance(1);
    expect(at.gateway.sessions).toBe(2);
    at.runtime.advance(4_000);
    expect([at.gateway.sessions, stream.connection.isClosed]).toEqual([0, true]);
    const [over, unknown] = await Promise.all(
      [kept, 'unknown'].map((key) => at.ask('POST', '/mcp', { headers: shown(key), body: toolCall(1) })),
    );
    expect([over?.status, over?.headers, over?.body]).toEqual([401, unknown?.headers, unknown?.body]);
  });
});

describe('[KEY-FIRST] the first key', () => {
  it('shuts a door that was open, and ends the sessions of anybody', async () => {
    const at = world({ keyRequired: 'from-first' });
    const open = await sseSession(at);
    const key = at.source.add('ann');
    expect(open.connection.isClosed).toBe(true);
    expect((await at.ask('POST', '/mcp', { body: toolCall(1) })).status).toBe(401);
    expect((await at.ask('POST', '/mcp', { headers: shown(key), body: toolCall(1) })).status).toBe(200);
    at.source.revoke('ann');
    expect((await at.ask('POST', '/mcp', { body: toolCall(1) })).status).toBe(401);
  });

  it('shuts none that is to stay open', async () => {
    const at = world({ keyRequired: false });
    const open = await sseSession(at);
    at.source.add('ann');
    expect(open.connection.isClosed).toBe(false);
    expect((await at.ask('POST', '/mcp', { body: toolCall(1) })).status).toBe(200);
  });

  it('is awaited where a source is given and nothing else is said', async () => {
    expect((await world().ask('POST', '/mcp', { body: toolCall(1) })).status).toBe(401);
  });
});

describe('[KEY-PROJECTS] a key', () => {
  const projects = {
    acme: { servers: { files: new FakeDriver() } },
    beta: { servers: { files: new FakeDriver() }, apiKeys: ['beta-key'] },
    open: { servers: { files: new FakeDriver() } },
  };

  it('opens the projects that it was added for, or the gateway and projects without keys, and nothing else', async () => {
    const at = world({ projects });
    const two = at.source.add('two', { projects: ['acme', 'beta'] });
    const one = at.source.add('one', { projects: ['gone'] });
    const root = at.source.add('root');
    const paths = [
      '/mcp',
      '/projects/acme/mcp',
      '/projects/beta/mcp',
      '/projects/open/mcp',
      '/projects/gone/mcp',
    ];
    const opened = async (key: string) => {
      const replies = paths.map((path) => at.ask('POST', path, { headers: shown(key), body: initialize() }));
      return (await Promise.all(replies)).map(({ status }) => status);
    };
    expect(await opened(root)).toEqual([200, 200, 404, 200, 404]);
    expect(await opened(two)).toEqual([401, 200, 200, 404, 404]);
    expect(await opened('beta-key')).toEqual([401, 404, 200, 404, 404]);
    expect(await opened(one)).toEqual([401, 401, 401, 401, 401]);
    expect(await opened('nobodys')).toEqual([401, 401, 401, 401, 401]);
    const open = await Promise.all(
      [two, root].map((key) => sseSession(at, shown(key), '/projects/acme/sse')),
    );
    expect(open[0]?.connection.isClosed).toBe(false);
    at.source.revoke('two');
    expect(open.map(({ connection }) => connection.isClosed)).toEqual([true, false]);
    expect(await opened(two)).toEqual([401, 401, 401, 401, 401]);
  });

  it('of one project is another principal in each: a session of one is not found in the other', async () => {
    const shared = { shared: ['srv'] };
    const at = world({ projects: { acme: shared, beta: shared } });
    const key = at.source.add('two', { projects: ['acme', 'beta'] });
    const begun = await at.ask('POST', '/projects/acme/mcp', { headers: shown(key), body: initialize() });
    const headers = { ...shown(key), 'mcp-session-id': begun.headers['mcp-session-id'] ?? '' };
    const call = (path: string) => at.ask('POST', path, { headers, body: toolCall(1) });
    expect((await call('/projects/beta/mcp')).status).toBe(404);
    expect((await call('/projects/acme/mcp')).status).toBe(200);
  });
});

it('[KEY-SOURCE] nothing listens to a source after the end', async () => {
  const at = world();
  expect(at.source.listeners).toBe(1);
  await at.gateway.close();
  expect(at.source.listeners).toBe(0);
});
