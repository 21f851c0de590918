/** Much that nobody reads: no more waits than may, at the cost of who is behind. */
import { describe, expect, it } from 'vitest';
import { Account, Payers } from '../../../src/engine/account.ts';
import { setUp, SlowLog } from '../engine/stream-support.ts';
import { bytesOf, FakeConnection, type FakeResponder, turn } from '../engine/support.ts';
import { begin, call as modernCall, modernFront } from './modern/support.ts';
import { front, type FrontWorld, initialize, sseSession, streamableSession, toolCall } from './support.ts';

const KIB = 1024;
const CAP = 200 * KIB;
const BIG = 'x'.repeat(60 * KIB);

const stage = (settings = {}) =>
  front({ settings: { queuedTotalBytes: CAP, heartbeatMs: 600_000, ...settings } });

const held = (at: FrontWorld) => at.gateway.context.ledger.gateway.of('queuedBytes');

/** So many sessions of HTTP+SSE whose readers have stopped. */
async function readers(at: FrontWorld, count: number) {
  const found = [];
  for (let one = 0; one < count; one++) {
    const session = await sseSession(at);
    await at.ask('POST', session.endpoint, { body: initialize() });
    session.connection.isStuck = true;
    found.push({ ...session, link: at.driver.link });
  }
  return found;
}

type Reading = Awaited<ReturnType<typeof readers>>[number];

/** Calls that are taken in before any is answered. */
async function asked(at: FrontWorld, sessions: readonly Reading[]): Promise<void> {
  at.driver.answersCalls = false;
  for (const { endpoint } of sessions) await at.ask('POST', endpoint, { body: toolCall(7) });
}

const answer = ({ link }: Reading, text = BIG) => link.answers(link.last.id, { text });
const last = ({ connection }: Reading) => connection.messages.at(-1);
const wordOf = (reading: Reading) => last(reading)?.error?.data?.code;

/** Time in which nobody takes anything, in looks. */
function wait(at: FrontWorld, ms = 2_300): void {
  for (let gone = 0; gone < ms; gone += 50) at.runtime.advance(50);
}

describe('more answers than there is room for', () => {
  it('[QUEUE-CAP] [QUEUE-REFUSED] whatever was admitted: the rest are one error each, and the sessions go on', async () => {
    const at = stage();
    const all = await readers(at, 8);
    await asked(at, all);
    for (const one of all) answer(one);
    expect(held(at)).toBeGreaterThan(3 * 60 * KIB);
    expect(held(at)).toBeLessThanOrEqual(CAP);
    expect(all.map(wordOf)).toEqual([
      ...[1, 2, 3].map(() => undefined),
      ...[4, 5, 6, 7, 8].map(() => 'answer_unread'),
    ]);
    const { error } = last(all[5] as Reading) ?? {};
    expect(error?.data).toMatchObject({ scope: 'gateway', limit: CAP, retryAfterMs: 5_000 });
    expect(last(all[5] as Reading)?.id).toBe(7);
    expect(all.map(({ connection }) => connection.closedBy)).toEqual(all.map(() => undefined));
    const [first, , , fourth] = all as [Reading, Reading, Reading, Reading];
    first.connection.drain();
    fourth.connection.drain();
    await at.ask('POST', fourth.endpoint, { body: toolCall(8) });
    answer(fourth);
    expect(last(fourth)).toMatchObject({ id: 8, result: { text: BIG } });
    expect(held(at)).toBeLessThanOrEqual(CAP);
  });

  it('[QUEUE-BEHIND] those who took nothing for longest are cut off for it, and no more than needed', async () => {
    const at = stage();
    const all = await readers(at, 6);
    await asked(at, all);
    const [first, second, third, fourth, fifth] = all as [Reading, Reading, Reading, Reading, Reading];
    answer(second);
    wait(at, 500);
    for (const one of [first, third]) answer(one);
    wait(at);
    answer(fourth);
    expect([first, second, third].map(({ connection }) => connection.closedBy)).toEqual([
      undefined,
      'slow',
      undefined,
    ]);
    expect(last(fourth)?.result).toEqual({ text: BIG });
    answer(fifth);
    expect([first, third, fourth].map(({ connection }) => connection.closedBy)).toEqual([
      'slow',
      undefined,
      undefined,
    ]);
    expect(last(fifth)?.result).toEqual({ text: BIG });
    expect(held(at)).toBeLessThanOrEqual(CAP);
  });

  it('[QUEUE-READS] who takes a little now and then is not', async () => {
    const at = stage();
    const all = await readers(at, 4);
    await asked(at, all);
    const [first, second, third, fourth] = all as [Reading, Reading, Reading, Reading];
    for (const one of [first, second, third]) answer(one);
    for (let round = 0; round < 10; round++) {
      wait(at, 1_000);
      for (const { connection } of [first, third]) connection.queued -= 1;
    }
    answer(fourth);
    expect([first, second, third].map(({ connection }) => connection.closedBy)).toEqual([
      undefined,
      'slow',
      undefined,
    ]);
  });

  it('[QUEUE-READS] nobody is, where time passed in which nobody could', async () => {
    const at = stage();
    const all = await readers(at, 4);
    await asked(at, all);
    for (const one of all.slice(0, 3)) answer(one);
    at.runtime.stands(60_000);
    answer(all[3] as Reading);
    expect(all.map(({ connection }) => connection.closedBy)).toEqual(all.map(() => undefined));
    expect(wordOf(all[3] as Reading)).toBe('answer_unread');
  });

  it('[QUEUE-READS] what was taken since it was counted makes room at once', async () => {
    const at = stage();
    const all = await readers(at, 6);
    await asked(at, all);
    for (const one of all) {
      answer(one);
      one.connection.drain();
    }
    expect(all.map(wordOf)).toEqual(all.map(() => undefined));
  });

  it('[QUEUE-REFUSED] what else a server says is left out, and that is said in its place', async () => {
    const at = stage();
    const all = await readers(at, 4);
    for (const { link } of all) {
      link.notifies('notifications/message', { level: 'info', data: BIG });
      link.notifies('notifications/message', { level: 'info', data: 'after' });
    }
    const [said, after] = all[3]?.connection.messages.slice(-2) ?? [];
    expect(said?.params).toMatchObject({ level: 'warning', data: { code: 'answer_unread' } });
    expect(after?.params).toMatchObject({ data: 'after' });
  });

  it('[QUEUE-CALLS] new calls are refused while little is free, and who is behind makes room for them', async () => {
    const at = stage();
    const all = await readers(at, 4);
    await asked(at, all);
    for (const one of all.slice(0, 3)) answer(one);
    (all[3] as Reading).link.notifies('notifications/message', { data: 'x'.repeat(17 * KIB) });
    const more = await sseSession(at);
    await at.ask('POST', more.endpoint, { body: toolCall(9) });
    const refused = more.connection.messages.at(-1);
    expect(refused).toMatchObject({ id: 9, error: { data: { code: 'too_many_calls', scope: 'gateway' } } });
    wait(at);
    at.driver.answersCalls = true;
    await at.ask('POST', more.endpoint, { body: toolCall(10) });
    expect(more.connection.messages.at(-1)).toMatchObject({ id: 10, result: {} });
    expect(all.filter(({ connection }) => connection.closedBy === 'slow')).toHaveLength(1);
  });
});

it('[QUEUE-COMES-BACK] a stream that is taken up again is ended with the time to do so, and gives all then', async () => {
  const at = stage();
  const headers = { 'mcp-session-id': await streamableSession(at) };
  const { link } = at.driver;
  const standing = await at.ask('GET', '/mcp', { headers });
  for (const one of await readers(at, 3))
    one.link.notifies('notifications/message', { level: 'info', data: BIG });
  link.notifies('notifications/tools/list_changed');
  link.notifies('notifications/resources/list_changed', { pad: BIG });
  expect(standing.connection?.closedBy).toBe('rotated');
  expect(standing.connection?.frames.at(-1)?.retry).toBeGreaterThan(0);
  const id = standing.connection?.ids.at(-1) ?? '';
  const again = await at.ask('GET', '/mcp', { headers: { ...headers, 'last-event-id': id } });
  // There is no room yet.
  expect(again.connection?.closedBy).toBe('rotated');
  expect(again.connection?.messages).toEqual([]);
  wait(at);
  const once = await at.ask('GET', '/mcp', { headers: { ...headers, 'last-event-id': id } });
  expect(once.connection?.messages.map(({ method }) => method)).toEqual([
    'notifications/resources/list_changed',
  ]);
  expect(once.connection?.closedBy).toBeUndefined();
});

it('[QUEUE-REPLAY] what is held back while older events are given again counts', async () => {
  const log = new SlowLog();
  const { stream, owner, context } = setUp({ log });
  const account = new Account('gateway', { queuedBytes: CAP });
  Object.assign(owner, { payers: new Payers('anybody', undefined, '', [account]) });
  const say = (data: string) => stream.publish(bytesOf({ jsonrpc: '2.0', method: 'x', params: { data } }));
  say('old');
  const connection = new FakeConnection();
  stream.follow(connection, 0);
  for (const _ of [1, 2, 3]) say(BIG);
  expect(account.of('queuedBytes')).toBeGreaterThan(3 * 60 * KIB);
  say(BIG);
  expect(connection.closedBy).toBe('rotated');
  expect(account.of('queuedBytes')).toBe(0);
  const again = new FakeConnection();
  log.free();
  stream.follow(again, 0);
  await turn();
  expect(again.messages).toHaveLength(5);
  expect([account.of('queuedBytes'), account.debtors.size, context.owing]).toMatchObject([0, 0, {}]);
});

describe('whole answers', () => {
  const stuck = (responder: FakeResponder) => {
    const reply = responder.reply.bind(responder);
    let wasCut = false;
    responder.reply = (...given) => {
      reply(...given);
      responder.queued = responder.body?.length ?? 0;
    };
    Object.assign(responder, { cut: () => (wasCut = true) });
    return { responder, wasCut: () => wasCut };
  };

  it('[QUEUE-WHOLE] are refused where there is no room; who leaves them unread is cut off', async () => {
    const at = modernFront({ settings: { queuedTotalBytes: CAP } });
    at.server.answersCalls = false;
    const all = [1, 2, 3, 4, 5].map((id) => stuck(begin(at, modernCall({}, id)).responder));
    await at.ask('GET', '/health');
    const { link } = at.server;
    const [first, second, third, fourth, fifth] = link.calls.map(
      ({ id }) =>
        () =>
          link.answers(id, { text: BIG }),
    );
    for (const one of [first, second, third, fourth]) one?.();
    expect(all.slice(0, 4).map(({ responder }) => responder.json.error?.data?.code)).toEqual([
      ...[undefined, undefined, undefined, 'answer_unread'],
    ]);
    expect(held(at)).toBeLessThanOrEqual(CAP);
    wait(at);
    fifth?.();
    expect(all.map(({ wasCut }) => wasCut())).toEqual([true, false, false, false, false]);
    expect(all[4]?.responder.connection?.messages.at(-1)?.result).toMatchObject({ text: BIG });
    expect(held(at)).toBeLessThanOrEqual(CAP);
  });

  it('[QUEUE-WHOLE] of a batch count while they wait for one another', async () => {
    const at = stage();
    at.driver.answersCalls = false;
    // It names no session: those of the played server know no batches.
    const body = [1, 2, 3, 4, 5].map((id) => toolCall(id));
    const { responder } = at.begin('POST', '/mcp', { body });
    await at.ask('GET', '/health');
    const { link } = at.driver;
    for (const { id } of link.calls.slice(-5, -1)) link.answers(id, { text: BIG });
    expect(held(at)).toBeGreaterThan(180 * KIB);
    expect(held(at)).toBeLessThanOrEqual(CAP);
    link.answers(link.last.id, { text: 'small' });
    const answers = JSON.parse(responder.body ?? '[]') as {
      id: number;
      error?: { data: { code: string } };
    }[];
    expect(answers.map(({ id, error }) => [id, error?.data.code])).toEqual([
      ...[1, 2, 3].map((id) => [id, undefined]),
      [4, 'answer_unread'],
      [5, undefined],
    ]);
    expect(held(at)).toBe(0);
  });
});
