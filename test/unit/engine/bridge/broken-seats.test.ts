/** Conversations that fail, wait or are preferred, as the house promises it. */
import { describe, expect, test } from 'vitest';
import { ask, driverOf, modernWorld } from '../modern/support.ts';
import { asks, FORM, seatWorld, sentOf, turn } from './support.ts';

const LISTEN = {
  method: 'subscriptions/listen',
  params: { notifications: { toolsListChanged: true } },
} as const;
const LEVEL = { 'io.modelcontextprotocol/logLevel': 'info' };

describe('a conversation', () => {
  test('[SEAT-SPOILT] that its server refused to begin serves nobody: the next call begins another', async () => {
    const at = seatWorld();
    at.driver.answersHello = false;
    const refused = await asks(at);
    const { link } = at.driver;
    link.says({ jsonrpc: '2.0', id: link.last.id, error: { code: -32603, message: 'Not now.' } });
    expect(refused.word).toBe('upstream_start_failed');
    at.driver.answersHello = true;
    const next = await asks(at);
    expect(at.driver.opens).toBe(2);
    at.driver.link.answers(at.driver.link.last.id, { n: 1 });
    expect(next.result).toMatchObject({ n: 1 });
  });

  test('[SEAT-LOGS] is told of a level when it changes, and not again', async () => {
    const at = seatWorld();
    at.driver.answersCalls = true;
    for (const id of [1, 2, 3]) await asks(at, { id, meta: LEVEL });
    expect(sentOf(at.driver.link, 'logging/setLevel')).toHaveLength(1);
    await asks(at, { id: 4, meta: { 'io.modelcontextprotocol/logLevel': 'error' } });
    expect(sentOf(at.driver.link, 'logging/setLevel')).toHaveLength(2);
    expect(at.driver.opens).toBe(1);
  });

  test('[SEAT-ROOM] that a server has never room for is waited for no longer than said', async () => {
    const at = seatWorld({ settings: { seatWaitMs: 2_000 } });
    await asks(at, { as: 'ann', can: FORM });
    at.driver.fault = { code: 'too-many-processes', message: 'There are too many.' };
    const ben = await asks(at, { as: 'ben', can: FORM });
    for (let waited = 0; waited < 1_750; waited += 250) {
      at.runtime.advance(250);
      await turn();
      expect(ben.answers).toEqual([]);
    }
    at.runtime.advance(250);
    await turn();
    expect(ben.word).toBe('upstream_busy');
    expect(at.gateway.desk.inFlight).toBe(1);
  });

  test('[SEAT-ROOM] that another caller rests from is not closed for one that has its part', async () => {
    const at = seatWorld({ settings: { seatsPerPool: 1 } });
    await asks(at, { as: 'ben', can: FORM });
    const ben = at.driver.link;
    ben.answers(ben.last.id);
    for (const id of [1, 2]) await asks(at, { id, as: 'ann', can: FORM });
    expect(at.driver.opens).toBe(2);
    expect(ben.hasEnded).toBe(false);
  });

  test('[SEAT-WATCH] that is listened on is taken first, even if another was used last', async () => {
    const at = seatWorld();
    await asks(at, { ...LISTEN, can: FORM });
    for (const id of [1, 2]) await asks(at, { id, can: FORM });
    const [watched, other] = at.driver.links;
    watched?.answers(watched.last.id);
    other?.answers(other.last.id);
    await asks(at, { id: 3, can: FORM });
    expect(watched && sentOf(watched, 'tools/call')).toHaveLength(2);
    expect(at.driver.opens).toBe(2);
  });
});

describe('a call', () => {
  test('[BRKM-DRAINED] that wants to listen, and whose server was being asked when the gateway began to drain, is refused', async () => {
    const at = seatWorld();
    at.driver.canBeModern = true;
    at.driver.isHeld = true;
    const listener = await asks(at, LISTEN);
    at.gateway.desk.drain();
    at.driver.release();
    await turn();
    const { link } = at.driver;
    link.says({ jsonrpc: '2.0', id: link.last.id, error: { code: -32601, message: 'What?' } });
    await turn();
    expect(listener.word).toBe('draining');
    expect(at.gateway.desk.inFlight).toBe(0);
  });

  test('[BRKM-WITHIN] on which the gateway fails after its server was asked which words it knows is told so', async () => {
    const at = seatWorld();
    at.driver.canBeModern = true;
    const take = () => {
      throw new Error('broken');
    };
    Object.assign(at.gateway.seats, { take });
    const caller = await asks(at);
    const { link } = at.driver;
    link.says({ jsonrpc: '2.0', id: link.last.id, error: { code: -32601, message: 'What?' } });
    await turn();
    expect(caller.word).toBe('upstream_failed');
    expect(at.gateway.desk.inFlight).toBe(0);
  });

  test('[BRKM-ONCE] is answered once, and told nothing afterwards, whoever speaks', async () => {
    const at = modernWorld();
    const { call, carrier } = ask(at);
    await turn();
    driverOf(at).link.answers(1, {});
    call.fail('timed_out', 'Too late.');
    call.callOff('unauthorized', 'Too late.');
    call.event(new TextEncoder().encode('{}'));
    call.cancel('gone');
    expect([carrier.answers.length, carrier.events.length]).toEqual([1, 0]);
    const gone = ask(at, { id: 2 });
    gone.call.cancel('gone');
    gone.call.fail('timed_out', 'Too late.');
    expect(gone.carrier.answers).toEqual([]);
    expect(at.gateway.desk.inFlight).toBe(0);
  });
});

test('[BRKM-SUBSCRIBED] who listens and leaves again and again asks no more of a silent server than a session may', async () => {
  const at = seatWorld({ settings: { subscriptionsPerSession: 10 } });
  const filter = (n: number) => ({ resourceSubscriptions: [1, 2, 3, 4, 5].map((each) => `u:${n}/${each}`) });
  for (let n = 0; n < 100; n++) {
    const listener = await asks(at, { ...LISTEN, params: { notifications: filter(n) } });
    listener.call.cancel('gone');
  }
  const { link } = at.driver;
  const asked = link.sent.filter(({ method }) => method?.startsWith('resources/'));
  expect(asked.length).toBeLessThanOrEqual(40);
  for (const { id } of asked) link.answers(id);
  const listener = await asks(at, { ...LISTEN, params: { notifications: filter(100) } });
  for (const { id, method } of link.sent) if (method === 'resources/subscribe') link.answers(id);
  expect(listener.events[0]?.params?.['notifications']).toEqual(filter(100));
});
