/** Sessions that change hands while something else goes wrong: real sockets; what nodes share is in memory. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { HubDirectory } from '../../src/backplanes/memory-hub-directory.ts';
import type { SessionRecord } from '../../src/engine/ports-backplane.ts';
import { type HubNode, withHubNodes } from '../support/hub-nodes.ts';
import { StreamableClient, textOf, toolCall, wordOf } from '../support/raw-clients.ts';
import type { Rpc } from '../support/raw.ts';
import { fixtureInprocess } from '../support/servers.ts';

const KEYS = { apiKeys: ['key-of-ann-1234567890', 'key-of-bob-1234567890'] };
const ANN = { 'x-api-key': 'key-of-ann-1234567890' };
const servers = { fixture: fixtureInprocess() };

/** The same client, coming to another node. */
function at(node: HubNode, client: StreamableClient, headers: Record<string, string> = {}): StreamableClient {
  const moved = new StreamableClient(`${node.url}/mcp`, client.version, headers);
  moved.sessionId = client.sessionId;
  return moved;
}

async function refusalOf(client: StreamableClient): Promise<[number, string | undefined]> {
  const reply = await client.post(toolCall(9, 'echo', { text: 'x' }));
  return [reply.status, wordOf(await reply.json<Rpc>())];
}

afterEach(() => void vi.restoreAllMocks());

describe('a session that changed hands', () => {
  it('[HANDS-ENDED] and ended there does not come back where it was before', async () => {
    await withHubNodes(2, { servers }, async ({ hub, nodes: [a, b] }) => {
      if (!a || !b) throw new Error('There should be two nodes.');
      const client = await StreamableClient.start(`${a.url}/mcp`, '2025-06-18');
      hub.pause(a.name);
      expect(textOf(await at(b, client).ask(toolCall(1, 'echo', { text: 'taken' })))).toBe('taken');
      expect((await at(b, client).delete()).status).toBe(200);
      hub.resume(a.name);
      expect(await refusalOf(client)).toEqual([404, 'unknown_session']);
      expect(await refusalOf(at(b, client))).toEqual([404, 'unknown_session']);
      expect([a.gateway.sessions, b.gateway.sessions]).toEqual([0, 0]);
    });
  });

  it('[HANDS-CLAIMED-TWICE] is claimed once more where the answer to a claim was lost', async () => {
    await withHubNodes(1, { servers, leaseMs: 100 }, async ({ hub, nodes: [a] }) => {
      if (!a) throw new Error('There should be a node.');
      const client = await StreamableClient.start(`${a.url}/mcp`, '2025-06-18');
      hub.pause(a.name);
      // Its lease has run out.
      await expect.poll(() => a.gateway.cluster?.tenure.isGood).toBe(false);
      const original = HubDirectory.prototype.claim;
      const spied = vi.spyOn(HubDirectory.prototype, 'claim').mockImplementationOnce(async function (
        this: HubDirectory,
        record: SessionRecord,
        ms: number,
      ) {
        await original.call(this, record, ms);
        throw new Error('The way back was cut.');
      });
      // The node asks by itself, once it goes on.
      hub.resume(a.name);
      await expect.poll(() => spied.mock.calls.length).toBeGreaterThan(0);
      expect(textOf(await client.ask(toolCall(2, 'echo', { text: 'again' })))).toBe('again');
      expect(spied.mock.calls.length).toBeLessThan(5);
    });
  });

  it('[HANDS-REVOKED] is not given to who may not call any more by then', async () => {
    await withHubNodes(2, { servers, ...KEYS }, async ({ nodes: [a, b] }) => {
      if (!a || !b) throw new Error('There should be two nodes.');
      const client = await StreamableClient.start(`${a.url}/mcp`, '2025-06-18', ANN);
      await a.kill();
      const original = HubDirectory.prototype.claim;
      vi.spyOn(HubDirectory.prototype, 'claim').mockImplementationOnce(function (
        this: HubDirectory,
        ...which
      ) {
        b.change({ apiKeys: ['key-of-bob-1234567890'] });
        return original.apply(this, which);
      });
      expect(await refusalOf(at(b, client, ANN))).toEqual([503, 'owner_uncertain']);
      expect(await refusalOf(at(b, client, ANN))).toEqual([401, 'unauthorized']);
      expect(b.gateway.sessions).toBe(0);
      expect(b.recorder.of('sessionOpened')).toEqual([]);
    });
  });

  it('[HANDS-OTHER-VERSION] is nowhere where its record cannot be read', async () => {
    const keep = HubDirectory.prototype.keep;
    let change = (memory: Record<string, unknown>): unknown => memory;
    vi.spyOn(HubDirectory.prototype, 'keep').mockImplementation(function (this: HubDirectory, record, ms) {
      const memory = JSON.parse(new TextDecoder().decode(record.facts)) as Record<string, unknown>;
      const facts = new TextEncoder().encode(JSON.stringify(change(memory)));
      keep.call(this, { ...record, facts }, ms);
    });
    const line = { version: '2025-06-18', subscriptions: {} };
    const odd: Record<string, unknown>[] = [
      { line: { version: '2025-06-18' } },
      { line: { ...line, version: 20250618 } },
      { line: { ...line, hello: 7 } },
      { line: { ...line, level: {} } },
      { line: { ...line, subscriptions: { '': 'all' } } },
      { line: { ...line, subscriptions: { '': [1] } } },
    ];
    await withHubNodes(2, { servers }, async ({ nodes: [a, b] }) => {
      if (!a || !b) throw new Error('There should be two nodes.');
      const clients: StreamableClient[] = [];
      for (const other of odd) {
        change = (memory) => ({ ...memory, ...other });
        clients.push(await StreamableClient.start(`${a.url}/mcp`, '2025-06-18'));
      }
      await a.kill();
      for (const client of clients) expect(await refusalOf(at(b, client))).toEqual([404, 'unknown_session']);
      expect(b.gateway.sessions).toBe(0);
    });
  });

  it('[HANDS-PRIMED] a standing stream on which nothing was said is taken up again', async () => {
    await withHubNodes(2, { servers }, async ({ nodes: [a, b] }) => {
      if (!a || !b) throw new Error('There should be two nodes.');
      const client = await StreamableClient.start(`${a.url}/mcp`, '2025-11-25');
      const standing = await client.get();
      const primed = await standing.events.until('its first id', () => standing.events.events[0]?.id);
      await a.kill();
      const resumed = await at(b, client).get(primed);
      expect(resumed.status).toBe(200);
      resumed.cut();
      const unknown = await at(b, client).get(primed.replace(/\d+$/, '5'));
      expect(wordOf(await unknown.json<Rpc>())).toBe('history_lost');
    });
  });
});
