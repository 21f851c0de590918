/** Two nodes and what is between them: each request is answered once, whatever becomes of the bus and of the owner. */
import { describe, expect, it } from 'vitest';
import { encodeFrame, KIND } from '../../../../src/edges/relay/frames.ts';
import { RelayHub } from '../../../support/relay-hub.ts';
import { FakeDriver } from '../../engine/support.ts';
import { front, streamableSession, toolCall } from '../support.ts';
import { joined, settled, twoNodes } from './two-nodes.ts';

const wordOf = (body: string | undefined) =>
  (JSON.parse(body ?? '{}') as { error?: { data?: { code?: string } } }).error?.data?.code;

describe('where a session is', () => {
  it('[CARRY-UNCERTAIN] where that cannot be told now, it is 503 with a time to come back, and nothing is done', async () => {
    const { near, owner, ask } = await twoNodes();
    near.where.is = 'uncertain';
    const sent = owner.driver.links.length;
    const reply = await ask(toolCall(1));
    expect([reply.status, wordOf(reply.body), reply.headers['retry-after']]).toEqual([
      503,
      'owner_uncertain',
      '1',
    ]);
    for (const method of ['GET', 'DELETE']) {
      const { responder } = near.begin(method, '/mcp', { headers: { 'mcp-session-id': 'x' } });
      expect([responder.status, wordOf(responder.body)]).toEqual([503, 'owner_uncertain']);
    }
    expect(owner.driver.links.length).toBe(sent);
  });

  it('[CARRY-UNCERTAIN] nowhere: as on one node', async () => {
    const { near, ask } = await twoNodes();
    near.where.is = 'nowhere';
    const reply = await ask(toolCall(1));
    expect([reply.status, wordOf(reply.body)]).toEqual([404, 'unknown_session']);
  });

  it('[CARRY-HOPS] one that changed hands is carried on once more, and never in a circle', async () => {
    const { near, owner, ask, hub } = await twoNodes();
    owner.where.is = { node: 'near' };
    const before = hub.sent;
    const reply = await ask(toolCall(1));
    expect([reply.status, wordOf(reply.body)]).toEqual([503, 'owner_uncertain']);
    // There and back to the first; each was acknowledged, and answered.
    expect(hub.sent - before).toBe(6);
    near.where.is = { node: 'owner' };
    owner.where.is = 'here';
    expect((await ask(toolCall(2))).status).toBe(200);
  });
});

describe('what nodes must have in common', () => {
  it('[CARRY-STRANGER] a path that leads elsewhere at the owner leads to none of its sessions', async () => {
    const hub = new RelayHub();
    const servers = () => ({ one: new FakeDriver(), two: new FakeDriver() });
    const near = joined(front({ servers: servers(), default: 'one' }), 'near', hub);
    const owner = joined(front({ servers: servers(), default: 'two' }), 'owner', hub);
    near.where.is = { node: 'owner' };
    const headers = { 'mcp-session-id': await streamableSession(owner) };
    const { responder } = near.begin('POST', '/mcp', { body: toolCall(1), headers });
    await settled();
    expect([responder.status, wordOf(responder.body)]).toEqual([404, 'unknown_server']);
  });
});

describe('an owner that says nothing', () => {
  it('[CARRY-LOST] a request of which nothing is heard is given up in time, with its id', async () => {
    const { near, hub, ask } = await twoNodes({ unheardMs: 5_000 });
    hub.lose('near', 'owner');
    const reply = await ask(toolCall('seven'));
    expect(reply.status).toBe(0);
    near.runtime.advance(5_001);
    expect([reply.status, wordOf(reply.body), reply.json.id]).toEqual([503, 'node_lost', 'seven']);
    expect(reply.json.error?.message).toContain('may have been carried out');
  });

  it('[CARRY-ACK] one that has it says so in time, and then may take as long as it takes', async () => {
    const { near, owner, ask } = await twoNodes({ unheardMs: 5_000, acceptMs: 1_000 });
    owner.driver.answersCalls = false;
    const reply = await ask(toolCall(1), { accept: '*/*' });
    owner.runtime.advance(1_001);
    await settled();
    near.runtime.advance(60_000);
    expect(reply.status).toBe(0);
    const { id } = owner.driver.link.last;
    owner.driver.link.says({ jsonrpc: '2.0', id, result: { done: true } });
    await settled();
    expect(reply.json).toMatchObject({ id: 1, result: { done: true } });
  });

  it('[CARRY-LOST] nodes that lost each other: every call under way is answered once, streams end, and it goes on', async () => {
    const { near, owner, hub, headers, ask } = await twoNodes();
    const standing = near.begin('GET', '/mcp', { headers }).responder;
    await settled();
    expect(standing.status).toBe(200);
    owner.driver.answersCalls = false;
    const call = await ask(toolCall(3), { accept: '*/*' });
    expect(call.status).toBe(0);
    hub.break('near', 'owner');
    expect([call.status, wordOf(call.body), call.answers]).toEqual([503, 'node_lost', 1]);
    expect(standing.connection?.closedBy).toBe('done');
    await settled();
    owner.driver.answersCalls = true;
    expect((await ask(toolCall(4))).status).toBe(200);
  });

  it('[CARRY-LOST] a stream without ids says on itself what was lost', async () => {
    const { owner, hub, headers, near } = await twoNodes();
    owner.driver.answersCalls = false;
    // 2025-06-18 has no priming event.
    const { responder } = near.begin('POST', '/mcp', {
      body: toolCall(9),
      headers: { ...headers, accept: 'text/event-stream, application/json' },
    });
    await settled();
    owner.runtime.advance(60);
    await settled();
    expect(responder.connection).toBeDefined();
    hub.leave('owner');
    expect(responder.connection?.messages).toMatchObject([{ id: 9, error: { data: { code: 'node_lost' } } }]);
    expect(responder.connection?.closedBy).toBe('done');
  });
});

describe('a bus that takes nothing', () => {
  it('[CARRY-BUS] what cannot be sent is refused at once, and was certainly not done', async () => {
    const { hub, ask } = await twoNodes();
    hub.stop('near', 'owner');
    const reply = await ask(toolCall(1));
    expect([reply.status, wordOf(reply.body)]).toEqual([503, 'owner_uncertain']);
    hub.goOn();
    expect((await ask(toolCall(2))).status).toBe(200);
  });

  it('[CARRY-BUS] an answer waits for it and arrives once it takes again', async () => {
    const { hub, owner, ask } = await twoNodes({ retryMs: 50 });
    owner.driver.answersCalls = false;
    const reply = await ask(toolCall(1), { accept: '*/*' });
    hub.stop('owner', 'near');
    answerAt(owner);
    await settled();
    expect(reply.status).toBe(0);
    hub.goOn();
    owner.runtime.advance(51);
    await settled();
    expect([reply.status, reply.json.id]).toEqual([200, 1]);
  });

  it('[CARRY-UNDONE] what cannot be acknowledged is not begun, and that is said', async () => {
    const { hub, owner, ask } = await twoNodes({ retryMs: 50 });
    const { length: before } = owner.driver.link.sent;
    hub.stop('owner', 'near');
    const reply = await ask(toolCall(1));
    hub.goOn();
    owner.runtime.advance(51);
    await settled();
    expect([reply.status, wordOf(reply.body)]).toEqual([503, 'owner_uncertain']);
    expect(owner.driver.link.sent.length).toBe(before);
  });

  it('[CARRY-UNDONE] what an owner that is gone never acknowledged is served elsewhere; what it did is not', async () => {
    const { near, owner, hub, ask } = await twoNodes();
    owner.driver.answersCalls = false;
    const begun = await ask(toolCall(1), { accept: '*/*' });
    hub.lose('near', 'owner');
    const never = await ask(toolCall(2), { accept: '*/*' });
    near.where.is = 'nowhere';
    near.relay.gone('owner');
    await settled();
    expect([begun.status, wordOf(begun.body)]).toEqual([503, 'node_lost']);
    expect([never.status, wordOf(never.body)]).toEqual([404, 'unknown_session']);
  });

  it('[CARRY-BUS] for too long: all that was under way is given up on both sides, and told once there is a way', async () => {
    const { hub, owner, ask } = await twoNodes({ retryMs: 50, lateMs: 1_000, unheardMs: 60_000 });
    hub.stop('owner', 'near');
    const reply = await ask(toolCall(1));
    for (let ms = 0; ms < 2_000; ms += 50) owner.runtime.advance(50);
    hub.goOn();
    owner.runtime.advance(51);
    await settled();
    expect([reply.status, wordOf(reply.body)]).toEqual([503, 'node_lost']);
    expect((await ask(toolCall(2))).status).toBe(200);
  });

  it('[CARRY-BUS] too much for it: the same', async () => {
    const { hub, owner, ask } = await twoNodes({ retryMs: 50, lateBytes: 100 });
    owner.driver.answersCalls = false;
    const reply = await ask(toolCall(1), { accept: '*/*' });
    hub.stop('owner', 'near');
    answerAt(owner);
    await settled();
    hub.goOn();
    owner.runtime.advance(51);
    await settled();
    expect([reply.status, wordOf(reply.body)]).toEqual([503, 'node_lost']);
  });
});

/** The server there answers what it was asked last. */
function answerAt({ driver }: Awaited<ReturnType<typeof twoNodes>>['owner']): void {
  const { id } = driver.link.last;
  driver.link.says({ jsonrpc: '2.0', id, result: { done: true } });
}

describe('what comes over it', () => {
  it('[CARRY-BOUNDED] no more is under way between two nodes than may be, in number and in bytes', async () => {
    const few = await twoNodes({ carriages: 1 });
    few.owner.driver.answersCalls = false;
    await few.ask(toolCall(1), { accept: '*/*' });
    const second = await few.ask(toolCall(2));
    expect([second.status, wordOf(second.body)]).toEqual([503, 'owner_uncertain']);
    const small = await twoNodes({ bodyBytes: 300 });
    const large = await small.ask(toolCall(1, { name: 't', arguments: { text: 'x'.repeat(400) } }));
    expect([large.status, wordOf(large.body)]).toEqual([503, 'owner_uncertain']);
    expect((await small.ask(toolCall(2))).status).toBe(200);
    expect((await small.ask(toolCall(3))).status).toBe(200);
  });

  it('[CARRY-ROBUST] rubbish, and frames of what is over, harm nobody', async () => {
    const { near, owner, ask } = await twoNodes();
    for (const data of [
      new Uint8Array(0),
      new Uint8Array([1]),
      new Uint8Array(40).fill(255),
      encodeFrame(KIND.ask, 9),
      encodeFrame(KIND.ask, 9, { texts: Array.from({ length: 12 }, () => '{'), word: 2 }),
      encodeFrame(99, 1),
      ...Object.values(KIND).map((kind) => encodeFrame(kind, 12_345)),
    ]) {
      expect(() => near.relay.received('owner', data)).not.toThrow();
      expect(() => owner.relay.received('near', data)).not.toThrow();
      expect(() => owner.relay.received('stranger', data)).not.toThrow();
    }
    await settled();
    expect((await ask(toolCall(1))).status).toBe(200);
  });

  it('[CARRY-END] a node that ends says so to those whose clients it serves, and leaves no timer', async () => {
    const { near, owner, ask } = await twoNodes();
    owner.driver.answersCalls = false;
    const reply = await ask(toolCall(1), { accept: '*/*' });
    const ended = owner.relay.close();
    const late = await ask(toolCall(2));
    await settled();
    expect([late.status, wordOf(late.body)]).toEqual([503, 'owner_uncertain']);
    for (let ms = 0; ms <= 1_000; ms += 20) {
      owner.runtime.advance(20);
      await settled();
    }
    await ended;
    await settled();
    expect([reply.status, wordOf(reply.body)]).toEqual([503, 'node_lost']);
    await near.relay.close();
    const later = await ask(toolCall(2));
    expect([later.status, wordOf(later.body)]).toEqual([503, 'owner_uncertain']);
  });
});
