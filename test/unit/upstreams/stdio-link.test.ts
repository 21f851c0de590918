import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { UpstreamDriver } from '../../../src/engine/ports.ts';
import { stdio } from '../../../src/upstreams/stdio.ts';
import type { StdioOptions } from '../../../src/upstreams/stdio-options.ts';
import { call, context, isAlive, Notes, realRuntime, Recorder, SERVER, until } from './harness.ts';

const drivers: UpstreamDriver[] = [];

afterEach(async () => {
  await Promise.all(drivers.splice(0).map((driver) => driver.close()));
});

interface Facts {
  readonly pid: number;
  readonly reads: number;
  readonly linesRead: number;
}

async function opened(options: Partial<StdioOptions> = {}) {
  const notes = new Notes();
  const driver = stdio({
    name: 'bad habits',
    command: process.execPath,
    args: [SERVER],
    stopGraceMs: 100,
    runtime: realRuntime(),
    observer: notes,
    ...options,
  });
  drivers.push(driver);
  const events = new Recorder();
  const link = await driver.open(events, context());
  const ask = async <T = unknown>(id: number, method: string, params: unknown = {}): Promise<T> => {
    link.send(call(id, method, params));
    const answer = await events.answer(id);
    return answer.result as T;
  };
  return { driver, link, events, notes, ask };
}

/** Bytes a process has written so far, whereto ever. */
function bytesWritten(pid: number): number {
  return Number(/wchar: (\d+)/.exec(readFileSync(`/proc/${pid}/io`, 'latin1'))?.[1]);
}

let lastWritten = -1;
let sameSince = 0;

/** Whether it has written nothing for a tenth of a second. */
function standsStill(pid: number): boolean {
  const now = bytesWritten(pid);
  if (now !== lastWritten) sameSince = Date.now();
  lastWritten = now;
  return Date.now() - sameSince > 100;
}

describe('a stdio link', () => {
  it('[STDIO-BYTES] carries messages to the child and back, byte for byte', async () => {
    const { ask, events } = await opened();
    expect(await ask(1, 'echo', { text: 'Grüße\u2028\n', n: [1, 2] })).toEqual({
      text: 'Grüße\u2028\n',
      n: [1, 2],
    });
    expect(new TextDecoder().decode(events.said[0]?.message.bytes)).toBe(
      '{"jsonrpc":"2.0","id":1,"result":{"text":"Grüße\u2028\\n","n":[1,2]}}',
    );
  });

  it('sends all messages of a turn so that the child finds them in one read', async () => {
    const { link, ask } = await opened();
    const before = await ask<Facts>(1, 'facts');
    for (let id = 2; id < 22; id += 1) link.send(call(id, 'echo'));
    const after = await ask<Facts>(22, 'facts');
    expect([after.linesRead - before.linesRead, after.reads - before.reads]).toEqual([21, 1]);
  });

  it('carries a large message in both directions', async () => {
    const { ask } = await opened();
    const text = 'x'.repeat(2_000_000);
    expect((await ask<{ text: string }>(1, 'echo', { text })).text).toBe(text);
  });

  it('[STDIO-EXIT] tells a crash mid-call within a second, with exit code and last words, once, and after what was said before', async () => {
    const { link, events, notes } = await opened({ env: { API_KEY: 'secret-of-mine' } });
    link.send(call(1, 'echo'));
    await events.answer(1);
    const at = Date.now();
    link.send(call(2, 'crash', { code: 3, last: 'bad key secret-of-mine' }));
    expect(await events.fault()).toEqual({
      code: 'exited',
      message: 'The server "bad habits" exited with code 3: bad key ***',
    });
    expect(Date.now() - at).toBeLessThan(1_000);
    expect(notes.lines).toEqual(['first', 'bad key ***']);
    await link.close();
    link.send(call(3, 'echo'));
    link.pause();
    link.resume();
    expect(events.faults).toHaveLength(1);
    expect(link.queued).toBe(0);
  });

  it('gives every word a child said before it died, even when reading was paused', async () => {
    const { link, events } = await opened();
    link.send(call(1, 'answer-and-crash'));
    link.pause();
    expect((await events.fault()).message).toBe('The server "bad habits" exited with code 4.');
    expect(events.said).toHaveLength(1);
  });

  it('[STDIO-EXIT] names the signal that ended a child', async () => {
    const { link, events } = await opened();
    link.send(call(1, 'kill-self'));
    expect((await events.fault()).message).toBe('The server "bad habits" was ended by SIGKILL.');
  });

  it('does not wait for grandchildren that hold the output of a dead child: they go with it', async () => {
    const { link, events, ask } = await opened();
    const inGroup = await ask<Facts>(1, 'grandchild', { pipes: true });
    const away = await ask<Facts>(2, 'grandchild', { pipes: true, detached: true });
    link.send(call(3, 'crash'));
    expect((await events.fault()).code).toBe('exited');
    await until('both are gone', () => ![inGroup, away].some(({ pid }) => isAlive(pid)), 20_000);
  });

  it('ends with a clear fault when the child closes its input', async () => {
    const { link, events, ask } = await opened();
    await ask(1, 'close-input');
    // The broken pipe shows with a write.
    await until('the link ended', () => {
      link.send(call(2, 'echo'));
      return events.faults.length > 0;
    });
    expect(events.faults).toEqual([
      { code: 'closed', message: 'The server "bad habits" closed its input or output.' },
    ]);
  });

  it('ends with a clear fault when the child closes its output', async () => {
    const { link, events } = await opened();
    link.send(call(1, 'close-output'));
    expect(await events.fault()).toEqual({
      code: 'closed',
      message: 'The server "bad habits" closed its input or output.',
    });
  });

  it('counts what a child that does not read leaves waiting', async () => {
    const { link, ask } = await opened();
    await ask(1, 'deaf');
    expect(link.queued).toBe(0);
    for (let id = 2; id < 7; id += 1) link.send(call(id, 'echo', 'x'.repeat(1_000_000)));
    expect(link.queued).toBeGreaterThan(5_000_000);
    await new Promise((resolve) => setImmediate(resolve));
    // The kernel takes a part.
    expect(link.queued).toBeGreaterThan(3_000_000);
  });

  it('ends the link when more waits than the cap', async () => {
    const { link, events, ask } = await opened({ maxQueuedBytes: 3_000_000 });
    const { pid } = await ask<Facts>(1, 'facts');
    await ask(2, 'deaf');
    for (let id = 3; id < 9; id += 1) link.send(call(id, 'echo', 'x'.repeat(1_000_000)));
    expect(events.faults).toEqual([]);
    expect(await events.fault()).toEqual({
      code: 'closed',
      message: 'The server "bad habits" does not read its input; the link to it was closed.',
    });
    expect(link.queued).toBe(0);
    await until('the child is gone', () => !isAlive(pid));
  });

  it('pauses a child that floods, by the kernel, and resumes it without loss', async () => {
    const { link, events, ask } = await opened();
    const { pid } = await ask<Facts>(1, 'facts');
    link.send(call(2, 'flood'));
    await events.count(100);
    link.pause();
    await until('the child stands still', () => standsStill(pid));
    const seen = events.said.reduce((sum, { message }) => sum + message.bytes.length + 1, 0);
    // The kernel's buffer and a chunk or two of ours.
    expect(bytesWritten(pid) - seen).toBeLessThan(1_000_000);
    const messages = events.said.length;
    link.resume();
    await events.count(messages + 5_000);
    const numbers = events.said.slice(1).map(({ value }) => value.params?.n as number);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });

  it('bears a child that writes nothing but rubbish: others are served meanwhile', async () => {
    const bad = await opened();
    const good = await opened();
    bad.link.send(call(1, 'rubbish-flood'));
    await until('it is reported', () => bad.notes.refusals.length >= 10);
    let slowest = 0;
    for (let id = 1; id <= 50; id += 1) {
      const at = performance.now();
      await good.ask(id, 'echo');
      slowest = Math.max(slowest, performance.now() - at);
    }
    expect(slowest).toBeLessThan(500);
    expect(bad.events.faults).toEqual([]);
    expect(bad.notes.refusals.length).toBeLessThan(100);
  });

  it('[LIMIT-LINE] drops a line over the cap and goes on', async () => {
    const { ask, link, notes } = await opened({ maxLineBytes: 10_000 });
    link.send(call(1, 'raw', { text: 'x', times: 1_000_000 }));
    await ask(2, 'raw', { text: '\n' });
    expect(await ask(3, 'echo', { n: 3 })).toEqual({ n: 3 });
    expect(notes.refusals.map(({ code }) => code)).toEqual(['line_too_long']);
  });
});
