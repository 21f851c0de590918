import { afterEach, describe, expect, it } from 'vitest';
import type { LinkContext, UpstreamDriver, UpstreamFault, UpstreamLink } from '../../../src/engine/ports.ts';
import { stdio } from '../../../src/upstreams/stdio.ts';
import type { StdioOptions } from '../../../src/upstreams/stdio-options.ts';
import { call, context, Recorder, SERVER, stillRuntime } from './harness.ts';

const drivers: UpstreamDriver[] = [];

afterEach(async () => {
  await Promise.all(drivers.splice(0).map((driver) => driver.close()));
});

function made(options: Partial<StdioOptions> = {}): UpstreamDriver {
  const driver = stdio({
    name: 'server',
    command: process.execPath,
    args: [SERVER],
    stopGraceMs: 100,
    random: () => 0.999_999,
    runtime: stillRuntime(),
    observer: {},
    ...options,
  });
  drivers.push(driver);
  return driver;
}

/** How opening fails, or undefined when it does not. */
async function refusal(driver: UpstreamDriver, principal = 'anyone'): Promise<UpstreamFault | undefined> {
  try {
    await driver.open(new Recorder(), context(principal));
    return undefined;
  } catch (error) {
    return (error as { fault: UpstreamFault }).fault;
  }
}

async function ask<T>(link: UpstreamLink, events: Recorder, id: number, method: string): Promise<T> {
  link.send(call(id, method));
  return (await events.answer(id)).result as T;
}

describe('starting again', () => {
  it('[STDIO-BACKOFF] [LIMIT-RETRIES] is tried at once after the first failure, then after growing waits, told in ms', async () => {
    const runtime = stillRuntime();
    const driver = made({ command: 'no-such-command-anywhere', runtime });
    expect((await refusal(driver))?.code).toBe('start-failed');
    const waits: (number | undefined)[] = [];
    for (let n = 0; n < 8; n += 1) {
      expect((await refusal(driver))?.code).toBe('start-failed');
      const fault = await refusal(driver);
      expect(fault?.code).toBe('backoff');
      waits.push(fault?.retryAfterMs);
      runtime.shift((fault?.retryAfterMs ?? 0) - 1);
      expect((await refusal(driver))?.code).toBe('backoff');
      runtime.shift(1);
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('[SUPERVISE-ONE-TRY] is started for one alone after a wait, until that one said its first word', async () => {
    const runtime = stillRuntime();
    const args = [SERVER, 'crash'];
    const driver = made({ args, runtime });
    for (let n = 0; n < 2; n += 1) {
      const events = new Recorder();
      await driver.open(events, context());
      await events.fault();
    }
    expect((await refusal(driver))?.code).toBe('backoff');
    runtime.shift(500);
    const events = new Recorder();
    await driver.open(events, context());
    // Whose it is does not matter: the server as such is in question.
    expect(await refusal(driver, 'another')).toMatchObject({ code: 'backoff', retryAfterMs: 250 });
    await events.fault();
    runtime.shift(1_000);
    const gaveUp = new AbortController();
    const opening = driver.open(new Recorder(), context('anyone', gaveUp.signal));
    gaveUp.abort();
    await expect(opening).rejects.toMatchObject({ fault: { code: 'closed' } });
    args.pop();
    const repaired = new Recorder();
    const link = await driver.open(repaired, context());
    expect(await refusal(driver)).toMatchObject({ code: 'backoff', retryAfterMs: 250 });
    await ask(link, repaired, 1, 'facts');
    expect([await refusal(driver), await refusal(driver)]).toEqual([undefined, undefined]);
    expect(driver.health()).toMatchObject({ state: 'up', links: 3 });
  });

  it('says in the refusal how often and why it failed', async () => {
    const driver = made({ command: 'no-such-command-anywhere', runtime: stillRuntime() });
    await refusal(driver);
    await refusal(driver);
    expect((await refusal(driver))?.message).toBe(
      'The server "server" failed 2 times in a row and rests for 1 s; last: The server "server" did not start: ' +
        'the command "no-such-command-anywhere" was not found; install it or give its full path.',
    );
    expect(driver.health().state).toBe('backoff');
  });

  it('waits for everybody when children die without a word', async () => {
    const driver = made({ args: ['-e', 'process.exit(7)'], runtime: stillRuntime() });
    for (const principal of ['a', 'b']) {
      const events = new Recorder();
      await driver.open(events, context(principal));
      expect(await events.fault()).toEqual({
        code: 'exited',
        message: 'The server "server" exited with code 7.',
      });
    }
    expect((await refusal(driver, 'c'))?.code).toBe('backoff');
  });

  it('[STDIO-BACKOFF-CALLER] waits only for the caller whose children worked and then died early', async () => {
    const runtime = stillRuntime();
    const driver = made({ runtime });
    const crash = async (principal: string): Promise<void> => {
      const events = new Recorder();
      const link = await driver.open(events, context(principal));
      await ask(link, events, 1, 'echo');
      link.send(call(2, 'crash'));
      await events.fault();
    };
    await crash('mallory');
    await crash('mallory');
    const fault = await refusal(driver, 'mallory');
    expect(fault).toMatchObject({ code: 'backoff', retryAfterMs: 500 });
    expect(await refusal(driver, 'alice')).toBeUndefined();
    expect(driver.health()).toMatchObject({ state: 'up', restarts: 2 });
    runtime.shift(500);
    expect(await refusal(driver, 'mallory')).toBeUndefined();
  });

  it('[STDIO-BACKOFF-SHARED] charges nobody for a shared link that worked and then died: all wait alike, and shortly', async () => {
    const runtime = stillRuntime();
    const driver = made({ runtime });
    const shared = (principal: string): LinkContext => ({ ...context(principal), isShared: true });
    const crash = async (principal: string, after = 0): Promise<void> => {
      const events = new Recorder();
      const link = await driver.open(events, shared(principal));
      await ask(link, events, 1, 'echo');
      runtime.shift(after);
      link.send(call(2, 'crash'));
      await events.fault();
    };
    const refused = async (principal: string): Promise<UpstreamFault> => {
      const error: unknown = await driver.open(new Recorder(), shared(principal)).catch((thrown) => thrown);
      return (error as { fault: UpstreamFault }).fault;
    };
    await crash('alice');
    const waits: (number | undefined)[] = [];
    for (let n = 0; n < 6; n += 1) {
      await crash('alice');
      const [toBob, toAlice] = [await refused('bob'), await refused('alice')];
      expect([toBob.code, toAlice]).toEqual(['backoff', toBob]);
      expect(toBob.message).toMatch(
        /^The server "server" failed \d times in a row soon after it had started, for all who share it, and rests for \d s; last: The server "server" exited with code 3: out of luck$/,
      );
      waits.push(toBob.retryAfterMs);
      runtime.shift(toBob.retryAfterMs ?? 0);
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000]);
    expect(await refusal(driver, 'alice')).toBeUndefined();
    await crash('alice', 10_000);
    await crash('alice');
    await crash('bob');
    expect((await refused('bob')).retryAfterMs).toBe(500);
  });

  it('forgets the failures of a caller whose child lived long enough', async () => {
    const runtime = stillRuntime();
    const driver = made({ runtime });
    const crashAfter = async (ms: number): Promise<void> => {
      const events = new Recorder();
      const link = await driver.open(events, context());
      await ask(link, events, 1, 'echo');
      runtime.shift(ms);
      link.send(call(2, 'crash'));
      await events.fault();
    };
    await crashAfter(9_999);
    await crashAfter(9_999);
    expect(await refusal(driver)).toMatchObject({ code: 'backoff' });
    runtime.shift(500);
    await crashAfter(10_000);
    await crashAfter(9_999);
    expect(await refusal(driver)).toBeUndefined();
  });

  it('does not count links that we closed, nor a child that hangs while nobody asked it anything', async () => {
    const runtime = stillRuntime();
    const driver = made({ runtime });
    for (let n = 0; n < 4; n += 1) {
      const link = await driver.open(new Recorder(), context());
      runtime.shift(20_000);
      await link.close();
    }
    expect(driver.health()).toEqual({ state: 'idle', links: 0, processes: 0, restarts: 0 });
  });

  it('[SUPERVISE-CHARGED] counts one that was given up, however long it worked, and shows why', async () => {
    const runtime = stillRuntime();
    const driver = made({ runtime });
    const fault = { code: 'unresponsive', message: 'The server "server" said nothing.' };
    for (const wait of [0, 0, 500, 1_000]) {
      if (wait > 0) expect(await refusal(driver)).toMatchObject({ code: 'backoff', retryAfterMs: wait });
      runtime.shift(wait);
      const events = new Recorder();
      const link = await driver.open(events, context());
      await ask(link, events, 1, 'facts');
      runtime.shift(20_000);
      // It is stopped, so that it cannot even be asked to go.
      process.kill((await ask<{ pid: number }>(link, events, 2, 'facts')).pid, 'SIGSTOP');
      await link.giveUp?.(fault);
      expect(events.faults).toEqual([fault]);
    }
    expect(driver.health()).toMatchObject({
      state: 'idle',
      processes: 0,
      restarts: 3,
      reason: fault.message,
    });
  });

  it('counts a child that was asked and never answered', async () => {
    const runtime = stillRuntime();
    const driver = made({ runtime, args: ['-e', 'process.stdin.resume()'] });
    for (let n = 0; n < 2; n += 1) {
      const link = await driver.open(new Recorder(), context());
      link.send(call(1, 'initialize'));
      runtime.shift(30_000);
      await link.close();
    }
    expect(await refusal(driver)).toMatchObject({ code: 'backoff' });
  });
});
