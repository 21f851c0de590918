/** Servers over the network behind the gateway: whose session is whose, what is told to them, and how it ends. */
import { describe, expect, it } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { SseClient, textOf, toolCall } from '../support/raw-clients.ts';
import { eventually } from '../support/raw.ts';
import { CARRIERS, type Carrier, remote } from '../support/remote.ts';
import { type Watched, watched } from '../support/watched.ts';

const KEYS = { ada: 'ada-ada-ada-ada', bob: 'bob-bob-bob-bob' };

/** The servers are closed whatever happens. */
async function beside<const N extends readonly string[]>(
  carrier: Carrier,
  names: N,
  run: (servers: Record<N[number], Watched>) => Promise<void>,
): Promise<void> {
  const servers = await Promise.all(names.map(() => watched(carrier)));
  try {
    await run(Object.fromEntries(names.map((name, at) => [name, servers[at]])) as Record<N[number], Watched>);
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
}

describe.each(CARRIERS)('a server over %s', (carrier) => {
  it('[KINDS-SESSIONS] has a session for each session, each principal, or all, as its entry says', () =>
    beside(carrier, ['session', 'principal', 'shared'], async ({ session, principal, shared }) => {
      const gateway = await startTestGateway({
        servers: {
          session: remote(carrier, session.url),
          principal: remote(carrier, principal.url, { sharing: 'principal' }),
          shared: remote(carrier, shared.url, { sharing: 'shared' }),
        },
        apiKeys: Object.entries(KEYS).map(([name, key]) => ({ name, key })),
      });
      const known = async (name: string, who: keyof typeof KEYS): Promise<number> => {
        const client = await SseClient.open(gateway.sse(name), { 'x-api-key': KEYS[who] });
        await client.initialize('2025-06-18');
        const answer = await client.ask(toolCall('who', 'whoami'));
        return (JSON.parse(textOf(answer)) as { server: number }).server;
      };
      const all = (name: string) => Promise.all([known(name, 'ada'), known(name, 'ada'), known(name, 'bob')]);
      expect(new Set(await all('session')).size).toBe(3);
      const [ada, adaToo, bob] = await all('principal');
      expect([adaToo, bob === ada]).toEqual([ada, false]);
      expect(new Set(await all('shared')).size).toBe(1);
      const three = [session, principal, shared];
      expect(three.map((server) => server.opened())).toEqual([3, 2, 1]);
      await gateway.close();
      const ended = () => three.map((server) => server.ended()).join();
      await eventually('all sessions upstream are ended', () => ended() === '3,2,1');
    }));

  it('[KINDS-CREDENTIALS] is shown the headers of its entry with every request, and nothing of the caller', () =>
    beside(carrier, ['server'], async ({ server }) => {
      const gateway = await startTestGateway({
        servers: {
          remote: remote(carrier, server.url, {
            headers: { authorization: 'Bearer upstream-secret', 'x-tenant': 'blue' },
          }),
        },
        apiKeys: [{ name: 'ada', key: KEYS.ada }],
      });
      const client = await SseClient.open(gateway.sse(), {
        authorization: `Bearer ${KEYS.ada}`,
        cookie: 'session=callers-cookie',
        'x-tenant': 'callers-tenant',
        'x-callers-own': 'callers-word',
        'x-forwarded-for': '192.0.2.7',
      });
      await client.initialize('2025-06-18');
      expect(textOf(await client.ask(toolCall(1, 'echo', { text: 'hi' })))).toBe('hi');
      client.close();
      await eventually('the session upstream is ended', () => server.ended() === 1);
      await gateway.close();
      const { seen } = server;
      expect(seen.length).toBeGreaterThan(0);
      for (const { headers } of seen) {
        expect(headers).toMatchObject({ authorization: 'Bearer upstream-secret', 'x-tenant': 'blue' });
        expect(JSON.stringify(headers)).not.toMatch(/ada-ada|callers|192\.0\.2\.7/);
      }
    }));

  it('[KINDS-FORWARDED] is shown of its caller what its entry lists, in place of nothing of its own', () =>
    beside(carrier, ['server'], async ({ server }) => {
      const headers = { authorization: 'Bearer upstream-secret', 'x-team': 'blue' };
      const forwardHeaders = ['X-User', 'X-Team'];
      const gateway = await startTestGateway({
        servers: { remote: remote(carrier, server.url, { headers, forwardHeaders }) },
        apiKeys: [{ name: 'ada', key: KEYS.ada }],
      });
      const open = (user: string) =>
        SseClient.open(gateway.sse(), {
          'x-api-key': KEYS.ada,
          'x-user': user,
          'x-team': 'callers',
          'x-other': 'callers-word',
        });
      for (const user of ['one', 'two']) {
        const before = server.seen.length;
        const client = await open(user);
        await client.initialize('2025-06-18');
        expect(textOf(await client.ask(toolCall(1, 'echo', { text: user })))).toBe(user);
        client.close();
        await eventually('the session upstream is ended', () => server.ended() === server.opened());
        for (const { headers: seen } of server.seen.slice(before)) {
          expect(seen).toMatchObject({ 'x-user': user, ...headers });
          expect(JSON.stringify(seen)).not.toMatch(/ada-ada|callers/);
        }
      }
      await gateway.close();
    }));

  it('[KINDS-ENDS] is told at once when the client of a session is gone', () =>
    beside(carrier, ['server'], async ({ server }) => {
      const gateway = await startTestGateway({ servers: { remote: remote(carrier, server.url) } });
      const goes = await SseClient.open(gateway.sse());
      const stays = await SseClient.open(gateway.sse());
      await Promise.all([goes.initialize(), stays.initialize()]);
      expect([server.opened(), server.ended()]).toEqual([2, 0]);
      goes.close();
      await eventually('one session upstream is ended', () => server.ended() === 1);
      expect(textOf(await stays.ask(toolCall(1, 'echo', { text: 'stays' })))).toBe('stays');
      stays.close();
      await eventually('both sessions upstream are ended', () => server.ended() === 2);
      await gateway.close();
    }));
});
