/** Numbers of the last quarter of an hour, and of each server. */
import { describe, expect, it } from 'vitest';
import { Durations } from '../../../../src/edges/admin/durations.ts';
import { SAMPLES, Series } from '../../../../src/edges/admin/series.ts';
import { call, readySession, turn, world } from '../../engine/support.ts';

const machine = { loopDelay: () => 1.5, memoryBytes: () => 77, cpuMs: () => 250 };

describe('durations', () => {
  it('[LIVE-QUANTILES] tell any quantile to five per cent', () => {
    const durations = new Durations();
    for (let ms = 1; ms <= 1_000; ms++) durations.add(ms);
    for (const share of [0.5, 0.95, 0.99]) {
      const told = durations.quantile(share) ?? 0;
      expect(Math.abs(told / (1_000 * share) - 1)).toBeLessThan(0.05);
    }
    durations.clear();
    expect(durations.quantile(0.5)).toBeNull();
    for (const ms of [-1, 0, Number.MAX_SAFE_INTEGER]) durations.add(ms);
    expect(durations.count).toBe(3);
  });
});

describe('samples', () => {
  function started() {
    const at = world();
    let received = 0;
    const series = new Series({ machine, received: () => received });
    for (const [name, tell] of Object.entries(series.observer))
      Object.assign(at.gateway.context.observer, { [name]: tell });
    series.start(at.gateway);
    return { ...at, series, receive: (count: number) => (received += count) };
  }

  it('[LIVE-SERIES] tell of each second what happened in it', async () => {
    const at = started();
    const { session } = await readySession(at);
    at.driver.script = ({ method, params }) => {
      if (method !== 'tools/call') return undefined;
      return params?.['name'] === 'bad' ? { error: { code: -1, message: 'no' } } : { result: {} };
    };
    at.receive(4);
    session.receive(call(1));
    session.receive(call(2, 'tools/call', { name: 'bad' }));
    at.gateway.context.observer.refused?.({ where: 'http', code: 'rate_limited', message: 'm', count: 3 });
    at.runtime.advance(1_000);
    at.runtime.advance(1_000);
    expect(at.series.samples).toHaveLength(2);
    expect(at.series.samples[0]).toMatchObject({
      ...{ received: 4, calls: 3, errors: 1, refused: 3, sessions: 1, loopDelayMs: 1.5, memoryBytes: 77 },
      servers: { srv: { calls: 3, errors: 1 } },
      dialects: { 'http-sse': 1 },
    });
    expect(at.series.samples[1]).toMatchObject({ received: 0, calls: 0, p50: null, servers: {} });
    expect(at.series.of('srv')).toMatchObject({ calls: 3, errors: 1 });
    expect(at.series.of('srv')?.minute.count).toBe(3);
    at.runtime.advance(70_000);
    expect(at.series.of('srv')?.minute.count).toBe(0);
  });

  it('[SWITCHED-NUMBERS] begin when they are wanted, whatever passed before', async () => {
    const at = started();
    const { session } = await readySession(at);
    at.series.stop();
    at.driver.script = ({ method }) => (method === 'tools/call' ? { result: {} } : undefined);
    session.receive(call(1));
    at.gateway.context.observer.refused?.({ where: 'http', code: 'rate_limited', message: 'm' });
    at.series.start(at.gateway);
    at.runtime.advance(1_000);
    expect(at.series.samples.at(-1)).toMatchObject({ calls: 0, refused: 0, p50: null, servers: {} });
    expect(at.series.of('srv')?.calls).toBe(2);
  });

  it('[LIVE-SERIES] are those of the last quarter of an hour', () => {
    const at = started();
    at.runtime.advance((SAMPLES + 10) * 1_000);
    expect(at.series.samples).toHaveLength(SAMPLES);
    at.series.stop();
    at.runtime.advance(5_000);
    expect(at.series.samples).toHaveLength(SAMPLES);
  });

  it('[LIVE-FAULT] keep what was wrong with a server last, and what to do; not what operators did', async () => {
    const at = started();
    await readySession(at);
    at.server.restart();
    await turn();
    expect(at.series.of('srv')?.lastFault).toBeUndefined();
    at.gateway.context.observer.linkClosed?.({ server: 'srv', code: 'exited', message: 'It ended.' });
    expect(at.series.of('srv')?.lastFault).toMatchObject({
      ...{ code: 'exited', message: 'It ended.', hint: expect.stringContaining('started anew') as string },
    });
  });
});
