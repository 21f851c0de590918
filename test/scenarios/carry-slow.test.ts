/** Large answers and slow readers at a node that has not got the session: bounded at the owner, and cut as its own are. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { fixtureInprocess } from '../support/gateway.ts';
import { StreamableClient, textOf, toolCall } from '../support/raw-clients.ts';
import { eventually, type Rpc, within } from '../support/raw.ts';
import { type RelayOptions, startRelayNodes } from '../support/relay-nodes.ts';

const MIB = 1024 * 1024;
const STREAM = { headers: { accept: 'text/event-stream, application/json' } };

async function astray(options: Partial<RelayOptions> = {}) {
  const all = await startRelayNodes(2, { servers: { srv: fixtureInprocess() }, ...options });
  const client = await StreamableClient.start(`${all.nodes[0]?.url}/mcp`);
  const session = client.sessionId ?? '';
  const there = new StreamableClient(`${all.other(session).url}/mcp`, client.version);
  there.sessionId = session;
  return { all, client, there, session, owner: all.owner(session), other: all.other(session) };
}

it('[CARRY-WHOLE] answers of a megabyte come whole, as JSON and as streams, many at once', async () => {
  const { all, there, owner } = await astray();
  const one = async (id: number) => {
    const reply = await there.post(toolCall(id, 'big', { bytes: MIB }), id % 2 === 0 ? STREAM : {});
    const answer = reply.isStream ? await reply.events.answer(id) : await reply.json<Rpc>();
    expect(textOf(answer)).toHaveLength(MIB);
  };
  await Promise.all(Array.from({ length: 12 }, (_, id) => one(id)));
  const { gateway: held } = owner.gateway.context.ledger;
  await eventually('all counts as taken', () => held.of('queuedBytes') === 0 && held.of('streams') === 0);
  await all.close();
});

it('[CARRY-SLOW] a reader that stops is cut at both nodes, in bounds and in time, and can take the stream up again', async () => {
  const { all, there, owner, other } = await astray({
    settings: { stallMs: 300, heartbeatMs: 100 },
    log: { bytes: 32 * MIB },
  });
  const opened = once(other.listening.server, 'connection');
  const posted = there.post(toolCall(1, 'big', { bytes: 12 * MIB }), { alone: true, ...STREAM });
  const [socket] = (await opened) as [Socket];
  const closed = once(socket, 'close');
  const reply = await posted;
  await reply.events.until('the priming event', () => reply.events.lastId);
  reply.stall();
  const { gateway: held } = owner.gateway.context.ledger;
  await eventually('it waits at the owner', () => held.of('queuedBytes') > 8 * MIB);
  expect(socket.writableLength).toBeLessThan(MIB);
  await within(closed, 'the cut');
  await eventually('nothing waits', () => held.of('queuedBytes') === 0 && held.of('streams') === 0);
  reply.unstall();
  expect(await reply.events.ended).toBe('cut');
  const rest = await there.get(reply.events.lastId);
  expect(textOf(await rest.events.answer(1))).toHaveLength(12 * MIB);
  await all.close();
});

it('[CARRY-CLIENT-GONE] a client that leaves its answer counts no longer, whole or as a stream', async () => {
  const { all, there, owner } = await astray({ settings: { graceMs: 10_000 } });
  const { gateway: held } = owner.gateway.context.ledger;
  for (const sending of [{}, STREAM]) {
    const reply = await there.post(toolCall(1, 'big', { bytes: 12 * MIB }), { alone: true, ...sending });
    reply.stall();
    await eventually('it waits', () => held.of('queuedBytes') > MIB);
    reply.cut();
    await eventually('it is gone', () => held.of('queuedBytes') === 0);
  }
  await all.close();
});
