import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { UpstreamDriver, UpstreamFault, UpstreamLink } from '../../../src/engine/ports.ts';
import { stdio } from '../../../src/upstreams/stdio.ts';
import type { StdioOptions } from '../../../src/upstreams/stdio-options.ts';
import { call, context, Notes, processesWith, realRuntime, Recorder, SERVER, until } from './harness.ts';

const drivers: UpstreamDriver[] = [];
const folders: string[] = [];

afterEach(async () => {
  await Promise.all(drivers.splice(0).map((driver) => driver.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function made(options: Partial<StdioOptions> = {}): UpstreamDriver {
  const driver = stdio({
    name: 'server',
    command: process.execPath,
    args: [SERVER],
    stopGraceMs: 100,
    random: () => 0.999_999,
    runtime: realRuntime(),
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

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'sluice-test-'));
  folders.push(path);
  return path;
}

async function ask<T>(link: UpstreamLink, events: Recorder, id: number, method: string): Promise<T> {
  link.send(call(id, method));
  return (await events.answer(id)).result as T;
}

describe('what a child is given', () => {
  it('[SEC-ENV] [SEC-NO-SHELL] is its folder, its arguments as they are, and of our environment only harmless names', async () => {
    const cwd = folder();
    process.env.PLANTED_SECRET = 'do not tell';
    process.env.NODE_OPTIONS = '--no-deprecation';
    try {
      const args = [SERVER, 'a b', '$HOME', '"; echo hi', '*', ''];
      const driver = made({ cwd, args, env: { API_KEY: 'mine' } });
      const events = new Recorder();
      const link = await driver.open(events, context());
      const env = await ask<Record<string, string>>(link, events, 1, 'environment');
      const facts = await ask<{ cwd: string; argv: string[] }>(link, events, 2, 'facts');
      expect(facts).toMatchObject({ cwd, argv: args.slice(1) });
      const allowed =
        /^(PATH|HOME|TMPDIR|TZ|LANG|LANGUAGE|LC_.*|USER|LOGNAME|SHELL|TERM|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|API_KEY|SLUICE_CHILD)$/;
      expect(Object.keys(env).filter((name) => !allowed.test(name))).toEqual([]);
      expect(env).toMatchObject({ API_KEY: 'mine', PATH: process.env.PATH });
    } finally {
      delete process.env.PLANTED_SECRET;
      delete process.env.NODE_OPTIONS;
    }
  });
});

describe('a command that cannot be run', () => {
  it('[STDIO-START] is missing, not forbidden, also where a folder of the PATH cannot be entered', async () => {
    // Root enters every folder: for it this is an ordinary missing command.
    const locked = join(folder(), 'locked');
    mkdirSync(locked, { mode: 0o000 });
    const driver = made({ command: 'no-such-command-anywhere', env: { PATH: `${locked}:/usr/bin` } });
    try {
      expect((await refusal(driver))?.message).toContain('was not found; install it');
    } finally {
      chmodSync(locked, 0o700);
    }
  });

  it('[STDIO-START] is named with what to do', async () => {
    const plain = join(folder(), 'plain.txt');
    writeFileSync(plain, 'no program');
    chmodSync(plain, 0o644);
    const cases: [Partial<StdioOptions>, string][] = [
      [
        { command: 'no-such-command-anywhere' },
        'the command "no-such-command-anywhere" was not found; install it or give its full path',
      ],
      [{ command: plain }, `the command "plain.txt" may not be run; check its permissions and its "cwd"`],
      [{ cwd: '/no/such/folder' }, 'its folder does not exist; correct its "cwd"'],
      [{ args: ['x'.repeat(3_000_000)] }, 'its arguments and environment are too long; shorten them'],
    ];
    for (const [options, why] of cases) {
      const notes = new Notes();
      const driver = made({ ...options, observer: notes });
      expect(await refusal(driver)).toEqual({
        code: 'start-failed',
        message: `The server "server" did not start: ${why}.`,
      });
      expect(driver.health()).toEqual({
        state: 'failed',
        links: 0,
        processes: 0,
        restarts: 0,
        reason: `The server "server" did not start: ${why}.`,
      });
      // In full to the log alone.
      const { command = process.execPath, cwd = process.cwd() } = options;
      expect(notes.refusals.map(({ message }) => message)).toEqual([
        expect.stringContaining(`"${command}" in "${cwd}": ${why}`),
      ]);
    }
  });
});

describe('an entry that no operating system can pass on', () => {
  it.each<[Partial<StdioOptions>, string]>([
    [{ args: ['-e', 'nul\0byte'] }, 'argument 2 has a NUL character'],
    [{ env: { 'A=B': 'c' } }, 'the name "A=B" in its env has a "=" or a NUL character'],
    [{ env: { 'A\0': 'c' } }, 'the name "A\\u0000" in its env has a "=" or a NUL character'],
    [{ env: { '': 'c' } }, 'a variable of its env has no name'],
    [{ env: { A: 'hidden\0' } }, 'the variable "A" of its env has a NUL character'],
    [{ cwd: '/\0' }, 'its cwd has a NUL character'],
    [{ command: 'a\0' }, 'its command has a NUL character'],
    [{ command: '' }, 'its command is empty'],
    [{ maxMemoryBytes: 0 }, 'its maxMemory is no number of bytes'],
  ])('[STDIO-START-UNFIT] is refused when the driver is made: %j', (options, why) => {
    expect(() => made(options)).toThrow(
      new TypeError(`The server "server" cannot be started as it is configured: ${why}.`),
    );
  });
});

describe('the number of processes', () => {
  it('[LIMIT-PROCESSES] is capped; a closed link makes room', async () => {
    const driver = made({ maxProcesses: 2 });
    const links = [
      await driver.open(new Recorder(), context()),
      await driver.open(new Recorder(), context()),
    ];
    expect(await refusal(driver)).toMatchObject({
      code: 'too-many-processes',
      message:
        'The server "server" runs in 2 processes already; try again later, share it, or raise maxProcesses.',
    });
    expect(driver.health()).toMatchObject({ state: 'up', links: 2, processes: 2, restarts: 0 });
    await links[0]?.close();
    expect(await refusal(driver)).toBeUndefined();
  });

  it('[LIMIT-PROCESSES-ENDING] lets the next caller wait for a child that is just ending', async () => {
    const driver = made({ maxProcesses: 1 });
    const events = new Recorder();
    const first = await driver.open(events, context());
    await ask(first, events, 1, 'stubborn');
    const closing = first.close();
    const second = driver.open(new Recorder(), context());
    // One is ending, so one may wait.
    expect(await refusal(driver)).toMatchObject({ code: 'too-many-processes' });
    await closing;
    await second;
    expect(driver.health()).toMatchObject({ state: 'up', links: 1 });
  });

  it('[LIMIT-PROCESSES-ENDING] lets as many wait as are ending, and starts no more than there may be', async () => {
    const driver = made({ maxProcesses: 2 });
    const links = [
      await driver.open(new Recorder(), context()),
      await driver.open(new Recorder(), context()),
    ];
    const closing = links.map((link) => link.close());
    const codes = await Promise.all(Array.from({ length: 5 }, () => refusal(driver)));
    expect(codes.map((fault) => fault?.code)).toEqual([
      undefined,
      undefined,
      'too-many-processes',
      'too-many-processes',
      'too-many-processes',
    ]);
    await Promise.all(closing);
  });

  it('[LIMIT-PROCESSES-ENDING] ends the wait when the caller goes, or the driver is closed', async () => {
    const driver = made({ maxProcesses: 1, stopGraceMs: 300 });
    const events = new Recorder();
    const first = await driver.open(events, context());
    await ask(first, events, 1, 'stubborn');
    void first.close();
    const aborter = new AbortController();
    const second = driver.open(new Recorder(), context('a', aborter.signal));
    aborter.abort();
    await expect(second).rejects.toMatchObject({ fault: { code: 'closed' } });
    const third = driver.open(new Recorder(), context());
    await Promise.all([driver.close(), expect(third).rejects.toMatchObject({ fault: { code: 'closed' } })]);
  });

  it('is capped when many open at once', async () => {
    const driver = made({ maxProcesses: 3 });
    const codes = await Promise.all(Array.from({ length: 6 }, () => refusal(driver)));
    expect(codes.filter((fault) => fault?.code === 'too-many-processes')).toHaveLength(3);
  });
});

describe('opening', () => {
  it('is refused when nobody waits any more, or the driver was closed', async () => {
    const driver = made();
    const aborter = new AbortController();
    aborter.abort();
    await expect(driver.open(new Recorder(), context('a', aborter.signal))).rejects.toMatchObject({
      fault: { code: 'closed' },
    });
    await driver.close();
    expect(await refusal(driver)).toMatchObject({ code: 'closed' });
    expect(driver.health().state).toBe('failed');
  });

  it('leaves no process when the caller goes, or the driver is closed, meanwhile', async () => {
    const tag = randomUUID();
    const driver = made({ env: { TEST_TAG: tag } });
    const aborter = new AbortController();
    const opening = driver.open(new Recorder(), context('a', aborter.signal));
    aborter.abort();
    await expect(opening).rejects.toMatchObject({ fault: { code: 'closed' } });
    const second = driver.open(new Recorder(), context());
    await Promise.all([driver.close(), expect(second).rejects.toMatchObject({ fault: { code: 'closed' } })]);
    expect(processesWith('TEST_TAG', tag)).toEqual([]);
  });
});

describe('closing the driver', () => {
  it('ends all links and spares; no process is left', async () => {
    const tag = randomUUID();
    const driver = made({ env: { TEST_TAG: tag }, warm: 2 });
    const recorders = [new Recorder(), new Recorder()];
    for (const events of recorders) await driver.open(events, context());
    await until('spares are ready', () => processesWith('TEST_TAG', tag).length === 4);
    await Promise.all([driver.close(), driver.close()]);
    expect(processesWith('TEST_TAG', tag)).toEqual([]);
    expect(recorders.map(({ faults }) => faults.map(({ code }) => code))).toEqual([['closed'], ['closed']]);
  });
});

describe('a warm pool', () => {
  it('[STDIO-WARM] keeps spares that were never spoken to, gives one out, and starts the next', async () => {
    const tag = randomUUID();
    const notes = new Notes();
    const driver = made({ env: { TEST_TAG: tag }, warm: 2, observer: notes });
    await until('two spares run', () => processesWith('TEST_TAG', tag).length === 2);
    const spares = processesWith('TEST_TAG', tag);
    expect(driver.health()).toMatchObject({ state: 'up', links: 0 });
    const events = new Recorder();
    const link = await driver.open(events, context());
    const facts = await ask<{ pid: number; linesRead: number }>(link, events, 1, 'facts');
    expect(spares).toContain(facts.pid);
    expect(facts.linesRead).toBe(1);
    await until('a third process runs', () => processesWith('TEST_TAG', tag).length === 3);
  });

  it('replaces a spare that died, and never gives out a dead one', async () => {
    const tag = randomUUID();
    const driver = made({ env: { TEST_TAG: tag }, warm: 1 });
    await until('a spare runs', () => processesWith('TEST_TAG', tag).length === 1);
    const [spare] = processesWith('TEST_TAG', tag);
    process.kill(spare ?? 0, 'SIGKILL');
    await until('another runs', () => {
      const [now] = processesWith('TEST_TAG', tag);
      return now !== undefined && now !== spare;
    });
    const events = new Recorder();
    const link = await driver.open(events, context());
    expect((await ask<{ pid: number }>(link, events, 1, 'facts')).pid).not.toBe(spare);
  });

  it('counts within the cap on processes, and refills when there is room again', async () => {
    const tag = randomUUID();
    const driver = made({ env: { TEST_TAG: tag }, warm: 1, maxProcesses: 2 });
    await until('a spare runs', () => processesWith('TEST_TAG', tag).length === 1);
    const first = await driver.open(new Recorder(), context());
    await until('another spare runs', () => processesWith('TEST_TAG', tag).length === 2);
    await driver.open(new Recorder(), context());
    expect(await refusal(driver)).toMatchObject({ code: 'too-many-processes' });
    await first.close();
    await until('a spare runs again', () => processesWith('TEST_TAG', tag).length === 2);
    expect(await refusal(driver)).toBeUndefined();
  });
});
