/** Sessions whose node dies, is stopped or is cut off: real sockets, real servers; what they share is in memory. */
import { describe, expect, it } from 'vitest';
import {
  hello,
  JSON_TYPE,
  request,
  StreamableClient,
  textOf,
  toolCall,
  wordOf,
} from '../support/raw-clients.ts';
import { type HubNode, type HubNodes, withHubNodes } from '../support/hub-nodes.ts';
import type { Reply, Rpc } from '../support/raw.ts';
import { fixtureInprocess, fixtureStdio } from '../support/servers.ts';
import { SseClient } from '../support/raw-clients.ts';

const KEYS = { apiKeys: ['key-of-ann-1234567890', 'key-of-bob-1234567890'] };
const ANN = { 'x-api-key': 'key-of-ann-1234567890' };
const BOB = { 'x-api-key': 'key-of-bob-1234567890' };

/** The same client, coming to another node. */
function at(node: HubNode, client: StreamableClient, headers: Record<string, string> = {}): StreamableClient {
  const moved = new StreamableClient(`${node.url}/mcp`, client.version, headers);
  moved.sessionId = client.sessionId;
  return moved;
}

function three({ nodes }: HubNodes): [HubNode, HubNode, HubNode] {
  const [a, b, c] = nodes;
  if (!a || !b || !c) throw new Error('There should be three nodes.');
  return [a, b, c];
}

function updatesIn({ events }: Reply): Rpc[] {
  return events.messages.filter(({ method }) => method === 'notifications/resources/updated');
}

const sessionsAt = (node: HubNode) => node.gateway.sessions;

describe('a node that dies', () => {
  it('[FAILOVER-TAKEN] leaves its sessions to the node to which their clients come back', async () => {
    await withHubNodes(3, { servers: { fixture: fixtureStdio() } }, async (all) => {
      const [a, b, c] = three(all);
      const client = await StreamableClient.start(`${a.url}/mcp`, '2025-06-18');
      const first = JSON.parse(textOf(await client.ask(toolCall(1, 'whoami')))) as { pid: number };
      await a.kill();
      const next = JSON.parse(textOf(await at(b, client).ask(toolCall(2, 'whoami')))) as Record<
        string,
        unknown
      >;
      // Another process, told of the same client.
      expect(next['pid']).not.toBe(first.pid);
      expect(JSON.stringify(next)).toContain('raw');
      expect([sessionsAt(b), sessionsAt(c)]).toEqual([1, 0]);
      // From there it is carried, as from any node that does not own it.
      expect(textOf(await at(c, client).ask(toolCall(3, 'echo', { text: 'three' })))).toBe('three');
      expect([sessionsAt(b), sessionsAt(c)]).toEqual([1, 0]);
      expect((await at(c, client).delete()).status).toBe(200);
      expect([sessionsAt(b), sessionsAt(c)]).toEqual([0, 0]);
      const late = await at(c, client).post(request(4, 'tools/list'));
      expect([late.status, wordOf(await late.json<Rpc>())]).toEqual([404, 'unknown_session']);
    });
  });

  it('[FAILOVER-WISHES] its sessions keep what their clients asked for', async () => {
    await withHubNodes(3, { servers: { fixture: fixtureStdio() } }, async (all) => {
      const [a, b] = three(all);
      const client = await StreamableClient.start(`${a.url}/mcp`, '2025-06-18');
      await client.ask(request(1, 'logging/setLevel', { level: 'error' }));
      const uri = 'test://watched-resource';
      await client.ask(request(2, 'resources/subscribe', { uri }));
      const before = await client.get();
      await client.ask(toolCall('before', 'touch_resource', { uri }));
      await before.events.until('the update before', () => updatesIn(before).length === 1);
      await a.kill();
      const moved = at(b, client);
      const stream = await moved.get();
      // Nobody asks for it: the server is started for what was subscribed to.
      await expect.poll(() => b.recorder.of('linkOpened').length, { timeout: 10_000 }).toBe(1);
      await moved.ask(toolCall(3, 'touch_resource', { uri }));
      const told = await stream.events.until('the update', () =>
        stream.events.messages.find(({ method }) => method === 'notifications/resources/updated'),
      );
      expect(told.params).toMatchObject({ uri });
      // What was given before, to a client that names no event, is not given again.
      expect(updatesIn(stream)).toHaveLength(1);
      stream.cut();
    });
  });

  it('[FAILOVER-REPLAY] [FAILOVER-ONE-ERROR] a stream is taken up where it was cut, and its call ends with one error', async () => {
    await withHubNodes(3, { servers: { fixture: fixtureInprocess() } }, async (all) => {
      const [a, b, c] = three(all);
      const client = await StreamableClient.start(`${a.url}/mcp`);
      const reply = await client.post(toolCall('call-1', 'progress', { steps: 50, delayMs: 30 }, 'token'), {
        alone: true,
      });
      const seen = await reply.events.until('some progress', () =>
        reply.events.events.length >= 4 ? reply.events.events.slice(0, 4) : undefined,
      );
      const last = seen.at(-1)?.id;
      await a.kill();
      const resumed = await at(b, client).get(last);
      expect(resumed.status).toBe(200);
      const answer = await resumed.events.answer('call-1');
      expect(wordOf(answer)).toBe('node_lost');
      expect(answer.error?.message).toContain('may have run');
      await resumed.events.ended;
      const all1 = [...seen, ...resumed.events.events].filter(({ data }) => data.includes('"progress"'));
      const steps = all1.map(({ data }) => (JSON.parse(data) as Rpc).params?.['progress']);
      expect(steps).toEqual(steps.map((_, index) => index + 1));
      expect(new Set(all1.map(({ id }) => id)).size).toBe(all1.length);
      // Asked again, from a third node, the same is given once more, and nothing else.
      const again = await at(c, client).get(last);
      await again.events.ended;
      expect(again.events.messages).toEqual(resumed.events.messages);
      const end = resumed.events.events.at(-1)?.id;
      expect((await at(c, client).get(end)).status).toBe(204);
    });
  });

  it('[FAILOVER-STREAM-SESSIONS] sessions that are their stream end with it', async () => {
    await withHubNodes(2, { servers: { fixture: fixtureInprocess() } }, async ({ nodes: [a, b] }) => {
      if (!a || !b) throw new Error('There should be two nodes.');
      const client = await SseClient.open(`${a.url}/sse`);
      await client.initialize();
      await a.kill();
      await client.feed.ended;
      const reply = await new SseClient(
        client.stream,
        new URL(client.endpoint.pathname + client.endpoint.search, b.url),
        {},
      ).post(toolCall(1, 'echo', { text: 'late' }));
      expect(reply.status).toBe(404);
      await reply.text();
    });
  });

  it('[FAILOVER-STRANGER] nobody else gets its sessions, and asking for one claims nothing', async () => {
    await withHubNodes(
      2,
      { servers: { fixture: fixtureInprocess() }, ...KEYS },
      async ({ nodes: [a, b] }) => {
        if (!a || !b) throw new Error('There should be two nodes.');
        const client = await StreamableClient.start(`${a.url}/mcp`, '2025-06-18', ANN);
        await a.kill();
        const strange = await at(b, client, BOB).post(request(1, 'tools/list'));
        expect([strange.status, wordOf(await strange.json<Rpc>())]).toEqual([404, 'unknown_session']);
        expect(sessionsAt(b)).toBe(0);
        const elsewhere = new StreamableClient(`${b.url}/servers/fixture/mcp`, client.version, ANN);
        const { sessionId = '' } = client;
        elsewhere.sessionId = sessionId.slice(0, -1) + (sessionId.endsWith('A') ? 'B' : 'A');
        expect((await elsewhere.post(request(2, 'tools/list'))).status).toBe(404);
        expect(textOf(await at(b, client, ANN).ask(toolCall(3, 'echo', { text: 'mine' })))).toBe('mine');
      },
    );
  });

  it('[FAILOVER-ONE-OWNER] of many who come back to several nodes at once one node gets the session', async () => {
    await withHubNodes(3, { servers: { fixture: fixtureInprocess() } }, async (all) => {
      const [a, b, c] = three(all);
      const clients = await Promise.all(
        Array.from({ length: 10 }, () => StreamableClient.start(`${a.url}/mcp`, '2025-06-18')),
      );
      await a.kill();
      const asked = clients.flatMap((client, index) =>
        [b, c, b, c].map(async (node, turn) => {
          const text = `${index}-${turn}`;
          return textOf(await at(node, client).ask(toolCall(text, 'echo', { text }))) === text;
        }),
      );
      expect(await Promise.all(asked)).toEqual(asked.map(() => true));
      expect(sessionsAt(b) + sessionsAt(c)).toBe(10);
    });
  });
});

describe('a node that is stopped for a while', () => {
  it('[FAILOVER-PAUSE] does nothing for a session that was claimed meanwhile, once it goes on', async () => {
    await withHubNodes(3, { servers: { fixture: fixtureStdio() } }, async (all) => {
      const [a, b] = three(all);
      const pidOf = async (node: HubNode, id: string) =>
        (JSON.parse(textOf(await at(node, client).ask(toolCall(id, 'whoami')))) as { pid: number }).pid;
      const client = await StreamableClient.start(`${a.url}/mcp`, '2025-06-18');
      const other = await StreamableClient.start(`${a.url}/mcp`, '2025-06-18');
      all.hub.pause(a.name);
      const taken = await pidOf(b, '1');
      all.hub.resume(a.name);
      // Whoever asks the node that slept is served by the one that has it.
      expect(await pidOf(a, '2')).toBe(taken);
      expect(await pidOf(b, '3')).toBe(taken);
      // What nobody claimed is still its own.
      expect(textOf(await other.ask(toolCall('4', 'echo', { text: 'still here' })))).toBe('still here');
      expect([sessionsAt(a), sessionsAt(b)]).toEqual([1, 1]);
    });
  });

  it('[FAILOVER-OWN-AGAIN] goes on with what nobody claimed, and event ids of before still count', async () => {
    await withHubNodes(2, { servers: { fixture: fixtureInprocess() } }, async ({ hub, nodes: [a, b] }) => {
      if (!a || !b) throw new Error('There should be two nodes.');
      const client = await StreamableClient.start(`${a.url}/mcp`);
      const before = await client.get();
      await client.ask(toolCall(1, 'test_tool_with_logging', {}));
      hub.pause(a.name);
      // Its lease has run out.
      await expect.poll(() => a.gateway.cluster?.tenure.isGood).toBe(false);
      hub.resume(a.name);
      expect(textOf(await at(b, client).ask(toolCall(2, 'echo', { text: 'via b' })))).toBe('via b');
      expect([sessionsAt(a), sessionsAt(b)]).toEqual([1, 0]);
      const last = before.events.events.at(-1)?.id;
      before.cut();
      const resumed = await at(b, client).get(last);
      expect(resumed.status).toBe(200);
      resumed.cut();
    });
  });
});

describe('a node that is cut off', () => {
  it('[FAILOVER-CUT] does nothing for its sessions while others may have them, and says so', async () => {
    await withHubNodes(3, { servers: { fixture: fixtureInprocess() } }, async (all) => {
      const [a, b] = three(all);
      const client = await StreamableClient.start(`${a.url}/mcp`, '2025-06-18');
      all.hub.cut(a.name);
      expect(textOf(await at(b, client).ask(toolCall(1, 'echo', { text: 'taken' })))).toBe('taken');
      const refused = await at(a, client).post(toolCall(2, 'echo', { text: 'twice' }));
      expect([refused.status, wordOf(await refused.json<Rpc>())]).toEqual([503, 'owner_uncertain']);
      const ready = await fetch(`${a.url}/readyz`);
      expect(ready.status).toBe(503);
      expect(await ready.text()).toContain('owner_uncertain');
      const fresh = await new StreamableClient(`${a.url}/mcp`, '2025-06-18').post(hello(1, '2025-06-18'));
      expect([fresh.status, wordOf(await fresh.json<Rpc>())]).toEqual([503, 'owner_uncertain']);
      all.hub.heal(a.name);
      await expect.poll(async () => (await fetch(`${a.url}/readyz`)).status, { timeout: 5_000 }).toBe(200);
      expect(textOf(await at(a, client).ask(toolCall(3, 'echo', { text: 'carried' })))).toBe('carried');
      expect([sessionsAt(a), sessionsAt(b)]).toEqual([0, 1]);
    });
  });

  it('[FAILOVER-ALONE] goes on where all nodes miss what they share, and all heals by itself', async () => {
    await withHubNodes(2, { servers: { fixture: fixtureInprocess() } }, async ({ hub, nodes: [a, b] }) => {
      if (!a || !b) throw new Error('There should be two nodes.');
      const client = await StreamableClient.start(`${a.url}/mcp`, '2025-06-18');
      hub.cut(a.name);
      hub.cut(b.name);
      const degraded = async () => (await fetch(`${a.url}/readyz`)).text();
      await expect.poll(degraded, { timeout: 5_000 }).toContain('backplane_away');
      const call = async (text: string) => textOf(await client.ask(toolCall(text, 'echo', { text })));
      await expect.poll(() => call('alone').catch(() => ''), { timeout: 5_000 }).toBe('alone');
      const elsewhere = await at(b, client).post(toolCall(9, 'echo', { text: 'x' }));
      expect([elsewhere.status, wordOf(await elsewhere.json<Rpc>())]).toEqual([503, 'owner_uncertain']);
      hub.lose();
      hub.heal(a.name);
      hub.heal(b.name);
      await expect.poll(degraded, { timeout: 5_000 }).not.toContain('degraded');
      expect(await call('again')).toBe('again');
      await expect
        .poll(async () => textOf(await at(b, client).ask(toolCall(10, 'echo', { text: 'carried' }))), {
          timeout: 5_000,
        })
        .toBe('carried');
    });
  });
});

describe('a node that leaves in good order', () => {
  it('[FAILOVER-LEAVE] lets go of its sessions one by one, and others go on with them at once', async () => {
    await withHubNodes(
      2,
      { servers: { fixture: fixtureInprocess() }, leaseMs: 60_000 },
      async ({ nodes: [a, b] }) => {
        if (!a || !b) throw new Error('There should be two nodes.');
        const idle = await StreamableClient.start(`${a.url}/mcp`, '2025-06-18');
        const busy = await StreamableClient.start(`${a.url}/mcp`, '2025-06-18');
        const slow = busy.ask(toolCall('slow', 'sleep', { ms: 500 }));
        await expect.poll(() => a.gateway.inFlight).toBe(1);
        const drained = a.gateway.drain();
        expect(textOf(await at(b, idle).ask(toolCall(1, 'echo', { text: 'moved' })))).toBe('moved');
        expect(textOf(await slow)).toBe('Slept 500 ms.');
        await drained;
        expect(textOf(await at(b, busy).ask(toolCall(2, 'echo', { text: 'moved, too' })))).toBe('moved, too');
        expect(sessionsAt(b)).toBe(2);
        // A new one is not opened by a node that goes.
        const late = await fetch(`${a.url}/mcp`, {
          method: 'POST',
          headers: { ...JSON_TYPE, accept: 'application/json, text/event-stream' },
          body: JSON.stringify(hello(1, '2025-06-18')),
        });
        expect(late.status).toBe(503);
      },
    );
  });
});
