/** Sessions of all that a path may lead to, whose node is killed: they go on at another, and nothing of it is loosened. */
import { expect, it } from 'vitest';
import { type HubNode, withHubNodes } from '../support/hub-nodes.ts';
import { request, StreamableClient, textOf, toolCall, wordOf } from '../support/raw-clients.ts';
import type { Rpc } from '../support/raw.ts';
import { fixtureInprocess, wrap } from '../support/servers.ts';

const ANN = { 'x-api-key': 'key-of-ann-1234567890' };
const ACME = { 'x-api-key': 'key-of-acme-1234567890' };

interface Place {
  readonly path: string;
  readonly headers: Record<string, string>;
  /** A tool that may be called there, by its name. */
  readonly open: string;
  readonly hidden: string;
}

const PLACES: readonly Place[] = [
  { path: '/mcp', headers: ANN, open: 'one__echo', hidden: 'one__add' },
  { path: '/servers/two/mcp', headers: ANN, open: 'echo', hidden: 'add' },
  { path: '/projects/acme/mcp', headers: ACME, open: 'own__echo', hidden: 'own__sleep' },
  { path: '/projects/acme/servers/one/mcp', headers: ACME, open: 'echo', hidden: 'sleep' },
];

function at(node: HubNode, { path, headers }: Place, session?: string): StreamableClient {
  const client = new StreamableClient(`${node.url}${path}`, '2025-11-25', headers);
  client.sessionId = session;
  return client;
}

async function toolsOf(client: StreamableClient): Promise<string[]> {
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const { result } = await client.ask(
      request(`l${names.length}`, 'tools/list', cursor === undefined ? {} : { cursor }),
    );
    const page = result as { tools: { name: string }[]; nextCursor?: string };
    names.push(...page.tools.map(({ name }) => name));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return names.sort();
}

it('[NODES-FEATURES-KILLED] merged servers, callers with rules, and projects', async () => {
  const { driver } = await fixtureInprocess()({ name: 'own', observer: {} });
  const options = {
    servers: { one: fixtureInprocess(), two: fixtureInprocess() },
    merge: {},
    apiKeys: [{ name: 'ann', key: ANN['x-api-key'], policy: { tools: { deny: ['*/add'] } } }],
    projects: {
      acme: {
        // All nodes have it: it does not end with one of them.
        servers: { own: wrap(driver, async () => {}) },
        shared: ['one'],
        apiKeys: [{ name: 'acme', key: ACME['x-api-key'], policy: { tools: { deny: ['*/sleep'] } } }],
      },
    },
  };
  await withHubNodes(3, options, async ({ nodes: [a, b, c] }) => {
    if (!a || !b || !c) throw new Error('There should be three nodes.');
    const opened = await Promise.all(
      PLACES.map(async (place) => {
        const client = await StreamableClient.start(`${a.url}${place.path}`, '2025-11-25', place.headers);
        return { place, session: client.sessionId, tools: await toolsOf(client) };
      }),
    );
    expect(a.gateway.sessions).toBe(PLACES.length);
    await a.kill();
    for (const { place, session, tools } of opened) {
      const client = at(b, place, session);
      expect(await toolsOf(client)).toEqual(tools);
      expect(tools).toContain(place.open);
      expect(tools).not.toContain(place.hidden);
      // From the third it is carried to the second.
      const carried = at(c, place, session);
      expect(textOf(await carried.ask(toolCall(2, place.open, { text: place.path })))).toBe(place.path);
      const refused = await carried.ask(toolCall(3, place.hidden, { a: 1, b: 1 }));
      expect(refused.error?.message ?? wordOf(refused)).toMatch(/unknown|not found/i);
      for (const other of PLACES.filter(({ path }) => path !== place.path)) {
        const stray = await at(c, other, session).post(request(4, 'tools/list'));
        expect([other.path, stray.status, wordOf(await stray.json<Rpc>())]).toEqual([
          other.path,
          404,
          'unknown_session',
        ]);
      }
    }
    expect([b.gateway.sessions, c.gateway.sessions]).toEqual([PLACES.length, 0]);
  });
});
