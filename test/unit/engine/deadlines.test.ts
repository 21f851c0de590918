import { describe, expect, it } from 'vitest';
import { Deadlines, Timed } from '../../../src/engine/deadlines.ts';
import { FakeRuntime } from './support.ts';

class Entry extends Timed {
  readonly name: string;
  constructor(name: string) {
    super();
    this.name = name;
  }
}

function setUp(ms = 100, also?: (entry: Entry) => void, everyMs?: number) {
  const runtime = new FakeRuntime();
  const start = runtime.now();
  const expired: string[] = [];
  const expire = (entry: Entry) => {
    expired.push(`${entry.name}@${runtime.now() - start}`);
    also?.(entry);
  };
  const list = new Deadlines<Entry>(runtime, ms, expire, everyMs);
  return { runtime, list, expired, a: new Entry('a'), b: new Entry('b'), c: new Entry('c') };
}

describe('Deadlines', () => {
  it('[CONFIG-SWEEP] looks for what fell due no more often than it is told', () => {
    const { runtime, list, expired, a, b, c } = setUp(100, undefined, 300);
    for (const entry of [a, b, c]) {
      list.add(entry);
      runtime.advance(90);
    }
    runtime.advance(1_000);
    expect(expired).toEqual(['a@300', 'b@300', 'c@300']);
    list.add(a);
    runtime.advance(300);
    expect(expired.at(-1)).toBe('a@1570');
  });

  it('expires entries in the order and at the time they were added for', () => {
    const { runtime, list, expired, a, b, c } = setUp();
    list.add(a);
    runtime.advance(10);
    list.add(b);
    runtime.advance(10);
    list.add(c);
    runtime.advance(1_000);
    expect(expired).toEqual(['a@100', 'b@110', 'c@120']);
  });

  it('needs one timer for all, and none when it is empty', () => {
    const { runtime, list, a, b, c } = setUp();
    for (const entry of [a, b, c]) list.add(entry);
    runtime.advance(100);
    expect(runtime.timers).toBe(0);
  });

  it('starts the time of an entry anew when it is added again, behind the others', () => {
    const { runtime, list, expired, a, b } = setUp();
    list.add(a);
    list.add(b);
    runtime.advance(50);
    list.add(a);
    runtime.advance(1_000);
    expect(expired).toEqual(['b@100', 'a@150']);
  });

  it('forgets the first, a middle and the last entry that is removed', () => {
    for (const gone of ['a', 'b', 'c']) {
      const { runtime, list, expired, a, b, c } = setUp();
      for (const entry of [a, b, c]) list.add(entry);
      for (const entry of [a, b, c]) if (entry.name === gone) list.remove(entry);
      runtime.advance(100);
      expect(expired).toEqual(['a@100', 'b@100', 'c@100'].filter((name) => !name.startsWith(gone)));
    }
  });

  it('takes an entry in again that was removed', () => {
    const { runtime, list, expired, a } = setUp();
    list.add(a);
    list.remove(a);
    list.remove(a);
    list.add(a);
    runtime.advance(100);
    expect(expired).toEqual(['a@100']);
  });

  it('keeps the time of each entry when those that expire are added again', () => {
    const { runtime, list, expired, a, b } = setUp(100, (entry) => list.add(entry));
    list.add(a);
    runtime.advance(1);
    list.add(b);
    runtime.advance(299);
    expect(expired).toEqual(['a@100', 'b@101', 'a@200', 'b@201', 'a@300']);
  });

  it('lets an entry remove others while it expires', () => {
    const { runtime, list, expired, a, b, c } = setUp(100, (entry) => {
      if (entry.name === 'a') list.remove(b);
    });
    for (const entry of [a, b, c]) list.add(entry);
    runtime.advance(100);
    expect(expired).toEqual(['a@100', 'c@100']);
  });

  it('never expires anything when it is switched off by 0', () => {
    const { runtime, list, expired, a } = setUp(0);
    list.add(a);
    expect(runtime.timers).toBe(0);
    list.remove(a);
    runtime.advance(1_000_000);
    expect(expired).toEqual([]);
  });

  it('stops its timer and forgets all entries when cleared, and works again afterwards', () => {
    const { runtime, list, expired, a, b } = setUp();
    list.add(a);
    list.add(b);
    list.clear();
    expect(runtime.timers).toBe(0);
    runtime.advance(1_000);
    expect(expired).toEqual([]);
    list.add(b);
    runtime.advance(100);
    expect(expired).toEqual(['b@1100']);
  });

  it('moves an entry that is in another list, and leaves that list whole', () => {
    const { runtime, list, expired, a, b, c } = setUp();
    const other = new Deadlines<Entry>(runtime, 50, (entry) => void expired.push(`other:${entry.name}`));
    for (const entry of [a, b, c]) list.add(entry);
    other.add(b);
    runtime.advance(100);
    expect(expired).toEqual(['other:b', 'a@100', 'c@100']);
  });

  it('does not touch an entry that is in another list when asked to remove it', () => {
    const { runtime, list, expired, a, b } = setUp();
    const other = new Deadlines<Entry>(runtime, 50, () => {});
    list.add(a);
    list.add(b);
    other.remove(a);
    runtime.advance(100);
    expect(expired).toEqual(['a@100', 'b@100']);
  });

  it('waits in steps that a timer can take for what falls due in more than 24 days', () => {
    const { runtime, list, a } = setUp(2 ** 31);
    list.add(a);
    expect(runtime.nextIn).toBeLessThan(2 ** 31);
  });
});
