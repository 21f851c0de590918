/** What is wrong at the moment: set, said, over. */
import { describe, expect, it } from 'vitest';
import { MemoryEventLog } from '../../../src/backplanes/memory.ts';
import { Degraded } from '../../../src/engine/degraded.ts';
import { together } from '../../../src/engine/observer.ts';
import { FakeRuntime, Notes, world } from './support.ts';

function made() {
  const runtime = new FakeRuntime();
  const notes = new Notes();
  return { runtime, notes, degraded: new Degraded(runtime, notes.observer) };
}

describe('what is wrong', () => {
  it('[DEGRADED-TOLD] is told once, and once when it is over', () => {
    const { runtime, notes, degraded } = made();
    const since = runtime.now();
    degraded.set('backplane_away', 'Redis is away.');
    runtime.advance(1_000);
    degraded.set('backplane_away', 'Redis is still away.');
    expect(degraded.troubles).toEqual([{ code: 'backplane_away', message: 'Redis is still away.', since }]);
    degraded.clear('backplane_away');
    degraded.clear('backplane_away');
    expect([degraded.troubles, degraded.codes]).toEqual([[], []]);
    expect(notes.all).toEqual([
      { name: 'degraded', event: { code: 'backplane_away', message: 'Redis is away.' } },
      { name: 'recovered', event: { code: 'backplane_away', ms: 1_000 } },
    ]);
  });

  it('[DEGRADED-BOUNDED] ends by itself where that was said, with one timer, and nothing is left', () => {
    const { runtime, notes, degraded } = made();
    degraded.set('a', 'A.', 1_000);
    degraded.set('b', 'B.', 5_000);
    runtime.advance(800);
    degraded.set('a', 'A.', 1_000);
    expect(runtime.timers).toBe(1);
    runtime.advance(900);
    expect(degraded.codes).toEqual(['a', 'b']);
    runtime.advance(200);
    expect(degraded.codes).toEqual(['b']);
    runtime.advance(5_000);
    expect([degraded.codes, runtime.timers, notes.named('recovered').length]).toEqual([[], 0, 2]);
    degraded.set('a', 'A.', 1_000);
    degraded.close();
    expect([degraded.codes, runtime.timers]).toEqual([[], 0]);
  });

  it('[DEGRADED-BOUNDED] is bounded in number and in text', () => {
    const { degraded } = made();
    for (let i = 0; i < 1_000; i++) degraded.set(`code_${i}`, 'x'.repeat(10_000));
    degraded.set('code_0', 'y'.repeat(10_000));
    degraded.follow(() => Array.from({ length: 1_000 }, () => ({ code: 'more', message: '', since: 0 })));
    expect(degraded.troubles).toHaveLength(128);
    expect(Math.max(...degraded.troubles.map(({ message }) => message.length))).toBe(500);
  });

  it('[DEGRADED-SAID] is asked of those that know by themselves, the oldest first', () => {
    const { runtime, degraded } = made();
    degraded.set('new', 'New.');
    const trouble = (code: string) => () => [{ code, message: `${code}.`, since: 1 }];
    const observer = together({ troubles: trouble('one') }, { troubles: trouble('other') });
    degraded.follow(() => observer.troubles?.() ?? []);
    expect(degraded.codes).toEqual(['one', 'other', 'new']);
    expect(degraded.troubles.at(-1)?.since).toBe(runtime.now());
  });
});

it('[DEGRADED-LOG-FULL] an event log that drops the history of others says so, for a minute after the last', () => {
  const { runtime, degraded } = made();
  const log = new MemoryEventLog({ events: 100, bytes: 3_000, totalBytes: 4_000 }, degraded);
  const fill = (stream: string) => {
    for (let offset = 1; offset <= 10; offset++) log.append(stream, offset, new Uint8Array(100));
  };
  fill('a');
  expect(degraded.codes).toEqual([]);
  fill('b');
  expect(degraded.codes).toEqual(['event_log_full']);
  runtime.advance(59_000);
  fill('c');
  runtime.advance(59_000);
  expect(degraded.codes).toEqual(['event_log_full']);
  runtime.advance(2_000);
  expect([degraded.codes, runtime.timers]).toEqual([[], 0]);
});

it('[DEGRADED-BOUNDED] the end of a gateway ends its timer', async () => {
  const at = world();
  at.gateway.context.degraded.set('event_log_full', 'Full.', 60_000);
  await at.gateway.close();
  expect(at.runtime.timers).toBe(0);
});
