/** What a gateway holds for idempotency keys: for how long, how much, and for whom. */
import { describe, expect, test } from 'vitest';
import { turn, type World, type WorldOptions } from '../support.ts';
import { type Asked, ask, driverOf, type Made, modernWorld } from '../modern/support.ts';

const WINDOW = 600_000;

function calls(at: World) {
  return driverOf(at).links.flatMap(({ calls: all }) => all.filter(({ method }) => method === 'tools/call'));
}

async function tryOnce(at: World, key: string, asked: Asked = {}): Promise<Made> {
  const made = ask(at, { ...asked, facts: { idempotencyKey: key, ...asked.facts } });
  await turn();
  return made;
}

function answer(at: World, result: object = {}): void {
  const { link } = driverOf(at);
  link.answers(link.calls.at(-1)?.id, result);
}

function wordOf({ carrier }: Made): unknown {
  return (carrier.answer1.error?.data as { code?: unknown } | undefined)?.code;
}

const small = (settings: NonNullable<WorldOptions['settings']>) => modernWorld({ settings });

describe('an idempotency key', () => {
  test('[ONCE-KEPT] is remembered for its time after the answer, and then forgotten with all that it held', async () => {
    const at = modernWorld();
    const held = () => at.gateway.context.ledger.gateway;
    await tryOnce(at, 'k');
    expect([held().of('idempotencyKeys'), held().of('idempotencyBytes') > 100]).toEqual([1, true]);
    answer(at, { text: 'x'.repeat(500) });
    expect(held().of('idempotencyBytes')).toBeGreaterThan(500);
    at.runtime.advance(WINDOW - 1);
    await tryOnce(at, 'k');
    expect(calls(at).length).toBe(1);
    at.runtime.advance(1);
    expect([held().of('idempotencyKeys'), held().of('idempotencyBytes')]).toEqual([0, 0]);
    await tryOnce(at, 'k');
    expect(calls(at).length).toBe(2);
  });

  test('[ONCE-KEPT] an answer that is too large, or finds no room, is told as such and never run again', async () => {
    const at = small({ idempotencyAnswerBytes: 1_000, idempotencyBytes: 1_500 });
    await tryOnce(at, 'large');
    answer(at, { text: 'x'.repeat(1_000) });
    expect(wordOf(await tryOnce(at, 'large'))).toBe('answer_not_kept');
    await tryOnce(at, 'fits');
    answer(at, { text: 'x'.repeat(900) });
    await tryOnce(at, 'full');
    answer(at, { text: 'x'.repeat(900) });
    expect((await tryOnce(at, 'fits')).carrier.answer1.result).toBeDefined();
    expect(wordOf(await tryOnce(at, 'full'))).toBe('answer_not_kept');
    expect(calls(at).length).toBe(3);
  });

  test('[ONCE-FULL] over the cap in number or bytes new keys are refused, of one caller alone where it is its own', async () => {
    const at = small({ perCaller: { idempotencyKeys: 2, idempotencyBytes: 2_000 } });
    await tryOnce(at, 'a');
    await tryOnce(at, 'b');
    const third = await tryOnce(at, 'c');
    expect([wordOf(third), third.carrier.answer1.error?.data]).toMatchObject([
      'too_many_keys',
      { limit: 2, scope: 'caller' },
    ]);
    const joined = await tryOnce(at, 'b', { id: 5 });
    await tryOnce(at, 'c', { facts: { principal: 'other' } });
    expect([joined.carrier.answers.length, calls(at).length]).toEqual([0, 3]);
    const long = await tryOnce(at, 'd', {
      params: { name: 'x'.repeat(2_000) },
      facts: { principal: 'other' },
    });
    expect(wordOf(long)).toBe('too_many_keys');
  });

  test('[ONCE-UNSENT] what fails before it was sent on is not remembered', async () => {
    const at = modernWorld();
    const driver = driverOf(at);
    driver.fault = { code: 'start-failed', message: 'No.' };
    expect(wordOf(await tryOnce(at, 'k'))).toBe('upstream_start_failed');
    driver.fault = undefined;
    expect(at.gateway.context.ledger.gateway.of('idempotencyKeys')).toBe(0);
    const second = await tryOnce(at, 'k');
    answer(at, { done: 1 });
    expect(second.carrier.answer1.result).toEqual({ done: 1 });
  });

  test('[ONCE-GOES-ON] a call whose client went away goes on, counted, and its answer is there for the next try', async () => {
    const at = modernWorld();
    const first = await tryOnce(at, 'k');
    first.call.cancel('gone');
    const { ledger } = at.gateway.context;
    expect([at.gateway.inFlight, ledger.gateway.of('calls')]).toEqual([1, 1]);
    expect(driverOf(at).link.methods).toEqual(['tools/call']);
    answer(at, { done: 1 });
    expect([at.gateway.inFlight, ledger.gateway.of('calls')]).toEqual([0, 0]);
    expect((await tryOnce(at, 'k', { id: 2 })).carrier.answer1).toMatchObject({ id: 2, result: { done: 1 } });
    expect(first.carrier.answers).toEqual([]);
  });

  test('[ONCE-GOES-ON] another try takes its place; one that nobody comes back for is ended in time', async () => {
    const at = small({ requestMs: 10 * WINDOW });
    const first = await tryOnce(at, 'k');
    first.call.cancel('gone');
    at.runtime.advance(WINDOW - 1);
    const second = await tryOnce(at, 'k');
    at.runtime.advance(WINDOW);
    expect(second.carrier.answers).toEqual([]);
    second.call.cancel('gone');
    at.runtime.advance(WINDOW);
    expect(driverOf(at).link.methods).toEqual(['tools/call', 'notifications/cancelled']);
    expect(wordOf(await tryOnce(at, 'k'))).toBe('timed_out');
  });

  test('[ONCE-GOES-ON] one that its client calls off in so many words is called off, and not run again', async () => {
    const at = modernWorld();
    const [first, second] = [await tryOnce(at, 'k'), await tryOnce(at, 'k', { id: 2 })];
    first.call.cancel('enough', true);
    expect(driverOf(at).link.methods).toEqual(['tools/call']);
    second.call.cancel('enough', true);
    expect(driverOf(at).link.methods).toEqual(['tools/call', 'notifications/cancelled']);
    expect(wordOf(await tryOnce(at, 'k'))).toBe('may_have_run');
    expect(at.gateway.inFlight).toBe(0);
  });

  test('[ONCE-GOES-ON] what runs is ended with the key of its caller, and with its server', async () => {
    const at = modernWorld();
    const [first, second] = [await tryOnce(at, 'a'), await tryOnce(at, 'b')];
    first.call.cancel('gone');
    at.gateway.closeUnless(() => false);
    expect(driverOf(at).link.methods.filter((name) => name === 'notifications/cancelled').length).toBe(2);
    expect([at.gateway.inFlight, wordOf(second)]).toEqual([0, 'unauthorized']);
  });
});

describe('rounds', () => {
  const round = (state: string, answers: object) => ({
    params: { name: 't', requestState: state, inputResponses: answers },
  });

  test('[ONCE-ROUNDS] each round of a call is run once, under the one key of the call', async () => {
    const at = modernWorld();
    const asks = { resultType: 'input_required', requestState: 's', inputRequests: { a: {} } };
    await tryOnce(at, 'k');
    answer(at, asks);
    expect((await tryOnce(at, 'k')).carrier.answer1.result).toEqual(asks);
    await tryOnce(at, 'k', round('s', { a: { action: 'accept' } }));
    answer(at, { done: 1 });
    const again = await tryOnce(at, 'k', round('s', { a: { action: 'accept' } }));
    expect(again.carrier.answer1.result).toEqual({ done: 1 });
    expect((await tryOnce(at, 'k')).carrier.answer1.result).toEqual(asks);
    expect(calls(at).length).toBe(2);
    expect(wordOf(await tryOnce(at, 'k', round('s', { a: { action: 'decline' } })))).toBe(
      'idempotency_mismatch',
    );
    const other = { params: { ...round('s2', {}).params, name: 'other' } };
    expect(wordOf(await tryOnce(at, 'k', other))).toBe('idempotency_mismatch');
    expect(calls(at).length).toBe(2);
  });

  test('[ONCE-ROUNDS] a round without a state is told by its answers', async () => {
    const at = modernWorld();
    await tryOnce(at, 'k');
    answer(at, { resultType: 'input_required', inputRequests: { a: {} } });
    const next = { params: { name: 't', inputResponses: { a: { action: 'accept' } } } };
    await tryOnce(at, 'k', next);
    answer(at, { done: 1 });
    expect((await tryOnce(at, 'k', next)).carrier.answer1.result).toEqual({ done: 1 });
    expect(calls(at).length).toBe(2);
  });
});
