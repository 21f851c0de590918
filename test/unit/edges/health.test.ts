/** `/health`: numbers, faults and what to do for those who may know, one word for everybody else. */
import { describe, expect, it } from 'vitest';
import { ROUTES } from '../../../src/edges/http/routes.ts';
import { FakeDriver, hello, openSession, turn } from '../engine/support.ts';
import { front } from './support.ts';

const ROOT = { 'x-api-key': 'root-planted-key' };
const ACME = { 'x-api-key': 'acme-planted-key' };
const STRANGERS = [{}, { 'x-api-key': 'wrong' }, { authorization: 'Bearer wrong' }];

/** A gateway and a project whose servers have ended, a session each. */
async function world() {
  const drivers = { search: new FakeDriver(), files: new FakeDriver() };
  const at = front({
    servers: { 'planted-search': drivers.search },
    apiKeys: [{ name: 'planted-ada', key: 'root-planted-key' }],
    projects: {
      'planted-acme': { servers: { 'planted-files': drivers.files }, apiKeys: ['acme-planted-key'] },
    },
  });
  for (const [path, headers] of [
    ['/servers/planted-search/sse', ROOT],
    ['/projects/planted-acme/servers/planted-files/sse', ACME],
  ] as const) {
    const { connection } = await at.ask('GET', path, {
      headers: { ...headers, accept: 'text/event-stream' },
    });
    expect(connection).toBeDefined();
  }
  for (const server of at.gateway.servers.values()) {
    const session = openSession({ ...at, server } as never, { mount: server.mount });
    session.receive(hello());
    await turn();
    (server.driver as FakeDriver).link.end({ code: 'exited', message: 'It planted-ended.' });
    session.close('deleted');
  }
  const health = async (headers: Record<string, string>, path = '/health') =>
    JSON.parse((await at.ask('GET', path, { headers })).body ?? '{}') as Record<string, unknown>;
  return { at, health, drivers };
}

const FAULT = {
  at: expect.stringMatching(/^2023-11-/) as string,
  code: 'exited',
  message: 'It planted-ended.',
  hint: expect.stringContaining('stderr') as string,
};

describe('[LOGS-HEALTH] whoever may know', () => {
  it('is told of sessions and streams in numbers, and of each server what last went wrong and what to do', async () => {
    const { health } = await world();
    const all = await health(ROOT);
    expect(all).toMatchObject({ sessions: 2, streams: 2 });
    expect(all['servers']).toMatchObject({ 'planted-search': { state: 'up', lastFault: FAULT } });
    const own = await health(ACME);
    expect(own).toMatchObject({ sessions: 1, streams: 1 });
    expect(Object.keys(own['servers'] as object)).toEqual(['planted-files']);
    expect(own['servers']).toMatchObject({ 'planted-files': { lastFault: FAULT } });
    for (const text of [all, own].map((one) => JSON.stringify(one)))
      expect(text).not.toMatch(/root-planted-key|acme-planted-key/);
  });

  it('is told what is out of service, and what to do about what goes worse than it should', async () => {
    const { at, health } = await world();
    at.gateway.servers.get('planted-search')?.disable(true);
    at.gateway.context.degraded.set('backplane_away', 'It is away.');
    expect(await health(ROOT)).toMatchObject({
      servers: { 'planted-search': { state: 'disabled' } },
      troubles: [
        { code: 'backplane_away', message: 'It is away.', hint: expect.stringContaining('Redis') as string },
      ],
    });
  });
});

describe('[LOGS-HEALTH-STRANGER] a stranger', () => {
  const PLACES = ['', '/servers/planted-search', '/projects/planted-acme'];
  const paths = [...ROUTES.keys()].flatMap((leg) => PLACES.map((place) => `${place}/${leg}`));

  it.each(paths)('learns of no server, key, session or fault at %s', async (path) => {
    const { at } = await world();
    at.gateway.context.degraded.set('backplane_away', 'It planted-sank.');
    for (const headers of STRANGERS) {
      const { body, headers: head } = await at.ask('GET', path, { headers });
      // What they ask for is told them again where they may ask for metadata of it.
      const told = PLACES.slice(1).reduce(
        (text, place) => text.replaceAll(place, ''),
        `${body ?? ''}${JSON.stringify(head)}`,
      );
      expect(told).not.toMatch(/planted|id0000/);
    }
  });

  it('sees the state in one word at /health, in all ways to ask', async () => {
    const { health } = await world();
    for (const headers of STRANGERS)
      expect(await health(headers)).toEqual({
        status: 'healthy',
        service: 'sluice',
        version: expect.any(String) as string,
      });
  });
});
