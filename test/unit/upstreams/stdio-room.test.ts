import { describe, expect, it } from 'vitest';
import type { Child } from '../../../src/upstreams/stdio-child.ts';
import { Room } from '../../../src/upstreams/stdio-room.ts';
import { PlayedRuntime } from './harness.ts';

describe('Room', () => {
  it('[LIMIT-PROCESSES-ENDING] waits for a child that does not end no longer than its graces and its burial', async () => {
    const runtime = new PlayedRuntime();
    const room = new Room({ maxProcesses: 1, stopGraceMs: 2_000, runtime });
    room.children.add({ isEnding: true, gone: new Promise<void>(() => {}) } as Child);
    let calls = 0;
    const entering = room.enter(new AbortController().signal, async () => void (calls += 1));
    runtime.pass(4_999);
    await Promise.resolve();
    expect([calls, runtime.timers]).toEqual([0, 1]);
    runtime.pass(1);
    await entering;
    expect([calls, runtime.timers, room.hasSome]).toEqual([1, 0, false]);
  });

  it('does not wait for children that live', async () => {
    const runtime = new PlayedRuntime();
    const room = new Room({ maxProcesses: 1, stopGraceMs: 2_000, runtime });
    room.children.add({ isEnding: false, gone: new Promise<void>(() => {}) } as Child);
    expect(await room.enter(new AbortController().signal, async () => 'called')).toBe('called');
  });
});
