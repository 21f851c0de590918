import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { type Call, Calls } from '../../../src/browser/calls.ts';
import { ClientError, RpcError } from '../../../src/browser/errors.ts';
import { FakeTiming } from './support.ts';

function calls(cap = 10) {
  const timing = new FakeTiming();
  const given: [number, string][] = [];
  const all = new Calls(timing, cap, (call, error) => void given.push([call.number, error.code]));
  return {
    timing,
    given,
    all,
    open: (options = {}): Call => all.open({ timeoutMs: 100, ...options }, 'request'),
  };
}

const codeOf = (call: Call) =>
  call.promise.then(
    () => 'answered',
    (error: ClientError) => error.code,
  );

describe('a call', () => {
  it('ends with its answer, once', async () => {
    const { all, timing, open } = calls();
    const call = open();
    expect(all.answer({ id: call.number, result: 7 })).toBe(true);
    expect(all.answer({ id: call.number, result: 8 })).toBe(false);
    all.fail(call.number, new ClientError('lost', 'x'));
    expect(await call.promise).toBe(7);
    expect([all.size, timing.timers, call.isSettled, call.given.aborted]).toEqual([0, 0, true, false]);
  });

  it('[PAGE-ERRORS] ends with the error of the server', async () => {
    const { all, open } = calls();
    const call = open();
    all.answer({ id: call.number, error: { code: -32_601, message: 'No.', data: { a: 1 } } });
    const error = await call.promise.catch((error: unknown) => error as RpcError);
    expect(error).toBeInstanceOf(RpcError);
    expect(error).toMatchObject({ code: 'rpc', rpcCode: -32_601, message: 'No.', data: { a: 1 } });
  });

  it.each([null, 'x', 7, {}])('[PAGE-ERRORS] ends with an error that is none, too: %j', async (error) => {
    const { all, open } = calls();
    const call = open();
    all.answer({ id: call.number, error });
    await expect(call.promise).rejects.toMatchObject({ code: 'rpc', rpcCode: 0 });
  });

  it.each([undefined, null, '1', 2, 1.5])('is not ended by an answer to another: %j', (id) => {
    const { all, open } = calls();
    open();
    expect(all.answer({ id, result: 7 } as never)).toBe(false);
    expect(all.size).toBe(1);
  });

  it('[PAGE-TIMEOUT] ends when nothing comes for its time, with what held it up', async () => {
    const { all, timing, given, open } = calls();
    const call = open();
    all.explain(new ClientError('unreachable', 'Nobody is there.'));
    timing.advance(99);
    expect(all.size).toBe(1);
    timing.advance(1);
    await expect(call.promise).rejects.toMatchObject({
      code: 'timed-out',
      message: 'No answer and no progress for 100 ms (Nobody is there.).',
    });
    expect([given, call.given.aborted, timing.timers]).toEqual([[[1, 'timed-out']], true, 0]);
  });

  it('[PAGE-TIMEOUT] is given its time anew with each word of progress', async () => {
    const { all, timing, open } = calls();
    const told: unknown[] = [];
    const code = codeOf(open({ onProgress: (progress: unknown) => told.push(progress) }));
    for (let n = 1; n <= 5; n++) {
      timing.advance(90);
      all.progress({ progressToken: 1, progress: n, total: 5, message: 'm' });
    }
    for (const odd of [undefined, 7, {}, { progressToken: 2, progress: 1 }, { progressToken: 1 }])
      all.progress(odd);
    expect(told).toHaveLength(5);
    expect(told[0]).toEqual({ progress: 1, total: 5, message: 'm' });
    timing.advance(100);
    expect(await code).toBe('timed-out');
  });

  it('[PAGE-TIMEOUT] ends with the signal of the page, and forgets the signal', async () => {
    const { all, given, open } = calls();
    const stop = new AbortController();
    const [first, second] = [open({ signal: stop.signal }), open({ signal: stop.signal })];
    const other = new AbortController();
    all.done(open({ signal: other.signal }).number);
    all.done(first.number);
    const code = codeOf(second);
    stop.abort('enough');
    expect(await code).toBe('aborted');
    expect(given).toEqual([[2, 'aborted']]);
    expect(getEventListeners(other.signal, 'abort')).toEqual([]);
    expect(() => open({ signal: stop.signal })).toThrow('called off');
  });
});

describe('all calls', () => {
  it('[PAGE-BOUNDED] are bounded', async () => {
    const { all, open } = calls(2);
    const [first] = [open(), open()];
    expect(() => open()).toThrow('There are 2 requests under way already.');
    const own = all.open({}, 'own');
    all.done(own.number);
    all.done(first.number);
    await first.promise;
    expect(() => open()).not.toThrow();
  });

  it('fail together, but for those that are spared', async () => {
    const { all, open, timing } = calls();
    const codes = [open(), open(), open()].map(codeOf);
    all.failAll(new ClientError('lost', 'x'), (number) => number === 2);
    expect(all.size).toBe(1);
    all.failAll(new ClientError('closed', 'x'));
    expect(await Promise.all(codes)).toEqual(['lost', 'closed', 'lost']);
    expect(timing.timers).toBe(0);
  });
});
