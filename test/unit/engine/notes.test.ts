import { describe, expect, it } from 'vitest';
import { Notes as Limited } from '../../../src/engine/notes.ts';
import { FakeRuntime, Notes, readySession, world } from './support.ts';

function setUp() {
  const runtime = new FakeRuntime();
  const heard = new Notes();
  const notes = new Limited(runtime, heard.observer);
  const tell = (count: number, code = 'a') => {
    for (let n = 0; n < count; n++) notes.tell({ where: 'upstream', code, message: `${n}`, server: 's' });
  };
  return { runtime, heard, notes, tell };
}

const SUM = (count: number) => `${count} more of this kind were not told one by one.`;

describe('[LIMIT-NOTES] notes', () => {
  it('are told up to 20 a second, and of the rest the number', () => {
    const { runtime, heard, tell } = setUp();
    tell(100);
    expect(heard.refusals).toHaveLength(20);
    runtime.advance(999);
    tell(100);
    expect(heard.refusals).toHaveLength(20);
    runtime.advance(1);
    expect(heard.named('refused').at(-1)).toEqual({
      where: 'gateway',
      code: 'a',
      message: SUM(180),
      count: 180,
    });
    tell(1);
    expect(heard.named('refused').at(-1)).toMatchObject({ message: '0', server: 's' });
  });

  it('are all told where they come slowly, and cost no timer', () => {
    const { runtime, heard, tell } = setUp();
    for (let second = 0; second < 5; second++) {
      tell(20);
      runtime.advance(1_000);
    }
    expect(heard.refusals).toHaveLength(100);
    expect(runtime.timers).toBe(0);
  });

  it('of one code leave those of another alone', () => {
    const { heard, tell } = setUp();
    tell(100);
    tell(1, 'b');
    expect(heard.refusals.at(-1)).toBe('b');
  });

  it('that are still to be summed up are so in the end, and no timer stays', () => {
    const { runtime, heard, notes, tell } = setUp();
    tell(25);
    notes.close();
    expect(heard.named('refused').at(-1)?.message).toBe(SUM(5));
    expect(runtime.timers).toBe(0);
  });

  it('are bounded for a server that sends rubbish without end', async () => {
    const at = world();
    await readySession(at);
    for (let n = 0; n < 10_000; n++) {
      at.driver.link.notifies('notifications/progress', { progressToken: 900 + n, progress: 1 });
    }
    expect(at.notes.refusals).toHaveLength(20);
    at.runtime.advance(1_000);
    expect(at.notes.named('refused').at(-1)).toMatchObject({ code: 'unknown_progress', message: SUM(9_980) });
  });
});
