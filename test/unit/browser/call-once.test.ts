/** `callOnce` before a played gateway: what it sends, when it sends it again, and when it gives up. */
import { describe, expect, it } from 'vitest';
import { callOnce, type CallOnceOptions } from '../../../src/call-once.ts';
import { FakeTiming, json, PlayedGateway, turn } from './support.ts';

const DONE = { jsonrpc: '2.0', id: 1, result: { done: true } };
const PARAMS = { name: 't', arguments: { a: 1 } };

interface Played {
  readonly at: PlayedGateway;
  readonly timing: FakeTiming;
  /** What came of it, once it is over. */
  readonly told: Promise<unknown>;
  /** Moves the clock until it is over. */
  over(): Promise<unknown>;
}

function played(
  on: PlayedGateway['on'],
  options: Partial<CallOnceOptions> = {},
  params: object = PARAMS,
): Played {
  const at = new PlayedGateway(on);
  const timing = new FakeTiming();
  const told = callOnce('tools/call', params as Record<string, unknown>, {
    url: 'http://gateway.test/mcp',
    fetch: at.fetch,
    timing,
    ...options,
  }).catch((error: unknown) => error);
  const state = { isOver: false };
  void told.then(() => (state.isOver = true));
  const over = async () => {
    for (let steps = 0; !state.isOver && steps < 1_000; steps++) {
      await turn();
      if (!state.isOver) timing.advance(500);
    }
    return told;
  };
  return { at, timing, told, over };
}

const cut = (): Promise<never> => Promise.reject(new TypeError('network error'));

describe('callOnce', () => {
  it('[ONCE-CLIENT] sends one request with one key, in the words that a modern gateway wants', async () => {
    const { at, over } = played(
      () => json(DONE),
      { headers: { 'X-API-Key': 'k' } },
      { ...PARAMS, name: 'gr\u00fcn' },
    );
    expect(await over()).toEqual({ done: true });
    const [{ headers, body }] = at.asked as [PlayedGateway['asked'][number]];
    const key = (body['params'] as { _meta: Record<string, unknown> })._meta['dev.sluice/idempotencyKey'];
    expect(key).toMatch(/^[0-9a-f-]{36}$/);
    expect(Object.fromEntries(headers)).toMatchObject({
      'idempotency-key': `"${key}"`,
      'mcp-method': 'tools/call',
      'mcp-name': '=?base64?Z3LDvG4=?=',
      'mcp-protocol-version': '2026-07-28',
      'x-api-key': 'k',
    });
  });

  it('[ONCE-CLIENT] sends it again, byte for byte, after a cut, a cut stream, 502, 503, 504 and 429', async () => {
    const statuses = [502, 503, 504, 429];
    const { at, over } = played((asked, gateway) => {
      const tries = gateway.asked.length;
      if (tries === 1) return cut();
      if (tries > 6) return json(DONE);
      if (tries > 2) return json({}, statuses[tries - 3]);
      const stream = gateway.stream(asked.signal);
      gateway.latest.event('message', { jsonrpc: '2.0', method: 'notifications/progress', params: {} });
      gateway.latest.end();
      return stream;
    });
    expect(await over()).toEqual({ done: true });
    expect(at.asked.length).toBe(7);
    expect(new Set(at.asked.map(({ init }) => init.body)).size).toBe(1);
  });

  it('[ONCE-CLIENT] waits longer each time, and as long as it is told to, within bounds', async () => {
    const waits: number[] = [];
    const { at, timing, told } = played(
      (_asked, gateway) =>
        gateway.asked.length === 3
          ? json({}, 503, { 'retry-after': '4' })
          : gateway.asked.length === 4
            ? json({}, 503, { 'retry-after': '400' })
            : gateway.asked.length < 6
              ? cut()
              : json(DONE),
      { waitMs: 100, maxWaitMs: 5_000 },
    );
    for (let tries = 1; tries < 6; tries++) {
      await turn();
      expect(at.asked.length).toBe(tries);
      waits.push(timing.nextIn);
      timing.advance(timing.nextIn);
    }
    expect(await told).toEqual({ done: true });
    expect(waits).toEqual([75, 150, 4_000, 5_000, 1_200]);
  });

  it('[ONCE-CLIENT] gives up after its tries, and says that the call may have run', async () => {
    const { at, over } = played(cut, { tries: 3 });
    expect(await over()).toMatchObject({ code: 'lost', message: expect.stringMatching(/may have run/) });
    expect(at.asked.length).toBe(3);
  });

  it('[ONCE-CLIENT] gives up when its time is over, and when it is told to', async () => {
    expect(await played(cut, { timeoutMs: 3_000, tries: 1_000 }).over()).toMatchObject({ code: 'timed-out' });
    const stop = new AbortController();
    const { at, told } = played(() => undefined, { signal: stop.signal });
    await turn();
    stop.abort();
    expect(await told).toMatchObject({ code: 'aborted' });
    expect(at.asked.length).toBe(1);
  });

  it('[ONCE-CLIENT] takes what is said of the call itself as the answer', async () => {
    const error = { code: -32000, message: 'No.', data: { code: 'may_have_run' } };
    const failed = played(() => json({ jsonrpc: '2.0', id: 1, error }));
    expect(await failed.over()).toMatchObject({ code: 'rpc', rpcCode: -32000, data: error.data });
    const other = played(() => json({ jsonrpc: '2.0', id: 1, error }, 422));
    expect(await other.over()).toMatchObject({ code: 'refused', status: 422, word: 'may_have_run' });
    expect([failed.at.asked.length, other.at.asked.length]).toEqual([1, 1]);
  });

  it('[ONCE-CLIENT] tells what comes before the answer', async () => {
    const seen: unknown[] = [];
    const { over } = played(
      (asked, gateway) => {
        const stream = gateway.stream(asked.signal);
        gateway.latest.event('message', {
          jsonrpc: '2.0',
          method: 'notifications/progress',
          params: { n: 1 },
        });
        gateway.latest.event('message', DONE);
        gateway.latest.end();
        return stream;
      },
      { key: 'mine', onNotification: (method, params) => seen.push([method, params]) },
    );
    expect(await over()).toEqual({ done: true });
    expect(seen).toEqual([['notifications/progress', { n: 1 }]]);
  });
});
