/** Ids that somebody made up, changed or has from others, at nodes that have the session and at others: real sockets. */
import { expect, it } from 'vitest';
import { type HubNode, withHubNodes } from '../support/hub-nodes.ts';
import { StreamableClient, textOf, toolCall, wordOf } from '../support/raw-clients.ts';
import type { Rpc } from '../support/raw.ts';
import { fixtureInprocess } from '../support/servers.ts';

const KEYS = { apiKeys: ['key-of-ann-1234567890', 'key-of-bob-1234567890'] };
const ANN = { 'x-api-key': 'key-of-ann-1234567890' };
const BOB = { 'x-api-key': 'key-of-bob-1234567890' };
const servers = { fixture: fixtureInprocess() };
const NOWHERE = [404, 'unknown_session'];

function at(node: HubNode, id: string, headers: Record<string, string>): StreamableClient {
  const client = new StreamableClient(`${node.url}/mcp`, '2025-11-25', headers);
  client.sessionId = id;
  return client;
}

const echo = (text: string) => toolCall(text, 'echo', { text });

/** What somebody is told of a session, whatever it asks for. */
async function toldOf(node: HubNode, id: string, headers: Record<string, string>): Promise<unknown[]> {
  const client = at(node, id, headers);
  const replies = [client.post(echo('x')), client.delete(), client.get(), client.get('1-1-0')];
  return Promise.all(
    replies.map(async (reply) => [(await reply).status, wordOf(await (await reply).json<Rpc>())]),
  );
}

it('[HANDS-IDS] ids of sessions open nothing for others, nor do changed ones for anybody', async () => {
  await withHubNodes(3, { servers, ...KEYS }, async ({ hub, nodes }) => {
    const [a, b, c] = nodes as [HubNode, HubNode, HubNode];
    const { sessionId: id = '' } = await StreamableClient.start(`${a.url}/mcp`, '2025-11-25', ANN);
    const changed = [
      id.slice(0, -1),
      id.toLowerCase(),
      `${id.slice(0, 12)}${id[12] === 'A' ? 'B' : 'A'}${id.slice(13)}`,
      `${id},${id}`,
      'x'.repeat(6_000),
      '%00',
    ];
    const nothing = [NOWHERE, NOWHERE, NOWHERE, NOWHERE];
    for (const one of changed)
      for (const node of [a, b]) expect(await toldOf(node, one, ANN), one).toEqual(nothing);
    for (const node of nodes) expect(await toldOf(node, id, BOB)).toEqual(nothing);
    hub.pause(a.name);
    // While it is waited for whether the session may be claimed.
    const strange = [b, c].map((node) => toldOf(node, id, BOB));
    const own = at(b, id, ANN).ask(echo('mine'));
    expect(await Promise.all(strange)).toEqual([nothing, nothing]);
    expect(textOf(await own)).toBe('mine');
    hub.resume(a.name);
    for (const node of nodes) expect(await toldOf(node, id, BOB)).toEqual(nothing);
    expect(textOf(await at(c, id, ANN).ask(echo('still mine')))).toBe('still mine');
  });
});

it('[HANDS-IDS] ids of events that were never given are refused, before and after', async () => {
  await withHubNodes(2, { servers, ...KEYS }, async ({ nodes }) => {
    const [a, b] = nodes as [HubNode, HubNode];
    const { sessionId: id = '' } = await StreamableClient.start(`${a.url}/mcp`, '2025-11-25', ANN);
    const call = await at(a, id, ANN).post(toolCall(1, 'progress', { steps: 3 }, 'p'), { alone: true });
    await call.events.ended;
    const never = [
      '99-1-1',
      '0-1-1',
      '01-1-1',
      '1--1-1',
      '1-999999999-1',
      '1-1-9999999999999999',
      'a-1-1',
      '1-1-x',
    ];
    const statuses = async (node: HubNode) => {
      const replies = never.map(async (last) => {
        const reply = await at(node, id, ANN).get(last);
        await reply.text();
        return reply.status;
      });
      return new Set(await Promise.all(replies));
    };
    expect([await statuses(a), await statuses(b)]).toEqual([new Set([400]), new Set([400])]);
    await a.kill();
    expect(await statuses(b)).toEqual(new Set([400]));
  });
});
