/**
 * One child process and its group: how it is started, and how it and all it started are ended.
 *
 * A child leads a process group (and session) of its own, so a signal meant for the gateway's terminal does not
 * reach it, and one signal reaches all that it started. Never through a shell: the command is a file, the arguments
 * arrive as they are.
 *
 * Source: MCP base protocol, stdio, shutdown (close the input, then SIGTERM, then SIGKILL).
 */
import { type ChildProcess, spawn as nodeSpawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import spawn from 'cross-spawn';
import { type Runtime, UpstreamError, type UpstreamFault } from '../engine/ports.ts';
import type { Refusals } from './reports.ts';
import { MARKER_NAME } from './stdio-environment.ts';
import { livingGroup, processes } from './stdio-proc.ts';
import type { Watchdog } from './stdio-watchdog.ts';

export interface ChildOptions {
  /** The server's name, for people. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment; the marker is added here. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | undefined;
  /** Between the end of the input and SIGTERM, and again between SIGTERM and SIGKILL, in ms. */
  readonly stopGraceMs: number;
  readonly runtime: Runtime;
  readonly watchdog: Watchdog;
  readonly refusals: Refusals;
}

/** How a process ended: one of the two is set. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** Between two looks whether a group that was sent SIGKILL is gone, and how many: half a second in all. */
const LOOK_MS = 5;
const LOOKS = 100;

export class Child {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves once the process ended; what it wrote may still be on its way. */
  readonly exited: Promise<Exit>;
  /** Resolves once the process, its group and (Linux) all that carries its marker are gone. */
  readonly gone: Promise<void>;
  readonly #options: ChildOptions;
  readonly #marker: string;
  #exit: Exit | undefined;
  #sentence: UpstreamFault | undefined;
  #stopping: Promise<void> | undefined;

  /** @internal Use `startChild`. */
  constructor(process: ChildProcess, pid: number, marker: string, options: ChildOptions) {
    const { stdin, stdout, stderr } = process;
    if (!stdin || !stdout || !stderr) throw new TypeError('A child needs its three pipes.');
    this.pid = pid;
    this.stdin = stdin;
    this.stdout = stdout;
    this.stderr = stderr;
    this.#options = options;
    this.#marker = marker;
    this.exited = new Promise((resolve) => {
      const ended = (code: number | null, signal: string | null): void => {
        this.#exit ??= { code, signal };
        resolve(this.#exit);
      };
      process.once('exit', ended);
      // On Windows a missing command shows itself only now, in place of the exit.
      process.on('error', () => ended(null, null));
    });
    // Without a listener a stream's error would end the gateway; the link adds its own.
    for (const stream of [stdin, stdout, stderr]) stream.on('error', () => {});
    this.gone = this.exited.then(() => this.#bury());
  }

  /** How it ended, once it did. */
  get exit(): Exit | undefined {
    return this.#exit;
  }

  /** Why it was ended by us, where that is its own fault. */
  get sentence(): UpstreamFault | undefined {
    return this.#sentence;
  }

  /** Whether it ended, or was told to: it soon makes room. */
  get isEnding(): boolean {
    return this.#exit !== undefined || this.#stopping !== undefined;
  }

  /**
   * Ends the child and all it started: the end of its input, then SIGTERM, then SIGKILL, each after the grace
   * of the one before. Resolves with `gone`. Idempotent.
   * @param at where on this ladder to begin: `term` for a child that does not listen any more, `kill` for one that
   *   must not go on for a moment
   */
  stop(at: 'input' | 'term' | 'kill' = 'input'): Promise<void> {
    this.#stopping ??= this.#descend(at);
    return this.#stopping;
  }

  /** Ends it at once for what it did; whoever speaks with it is told so. Does nothing to one that is ending. */
  condemn(sentence: UpstreamFault): void {
    if (this.isEnding) return;
    this.#sentence = sentence;
    void this.stop('kill');
  }

  async #descend(at: 'input' | 'term' | 'kill'): Promise<void> {
    if (at === 'input' && !this.#exit) {
      this.stdin.end();
      await this.#exitWithin(this.#options.stopGraceMs);
    }
    if (at !== 'kill' && !this.#exit) {
      // What could not be written until now never will be.
      this.stdin.destroy();
      signalGroup(this.pid, 'SIGTERM');
      await this.#exitWithin(this.#options.stopGraceMs);
    }
    if (!this.#exit) signalGroup(this.pid, 'SIGKILL');
    await this.gone;
    for (const stream of [this.stdin, this.stdout, this.stderr]) stream.destroy();
  }

  async #exitWithin(ms: number): Promise<void> {
    let timer: { cancel(): void } | undefined;
    const elapsed = new Promise<void>((resolve) => {
      timer = this.#options.runtime.after(ms, resolve);
    });
    try {
      await Promise.race([this.exited, elapsed]);
    } finally {
      timer?.cancel();
    }
  }

  /** The child is dead: what it leaves behind goes with it, at once, as nobody can talk to it any more. */
  async #bury(): Promise<void> {
    signalGroup(this.pid, 'SIGKILL');
    const { runtime, watchdog } = this.#options;
    for (let look = 0; look < LOOKS && isGroupAlive(this.pid, look); look += 1) {
      await new Promise<void>((resolve) => void runtime.after(LOOK_MS, resolve));
    }
    await watchdog.orphans.end(this.#marker);
    watchdog.remove(this.pid);
  }
}

/**
 * Starts a child. Resolves once the operating system runs the command; whether it is an MCP server shows later.
 * Rejects with `UpstreamError` `start-failed`.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { command, args, cwd, watchdog } = options;
  const marker = watchdog.marker();
  let process: ChildProcess;
  try {
    process = spawn(command, args, {
      ...(cwd === undefined ? {} : { cwd }),
      // The marker first: whoever looks for it finds it early.
      env: { [MARKER_NAME]: marker, ...options.env },
      detached: true,
      shell: false,
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
  } catch (error) {
    throw startFailed(options, error);
  }
  if (process.pid === undefined) {
    throw startFailed(options, await new Promise((resolve) => process.once('error', resolve)));
  }
  watchdog.add(process.pid);
  return new Child(process, process.pid, marker, options);
}

/** What went wrong, and what to do about it. For callers: without folders and arguments, which may tell much. */
function startFailed({ name, command, cwd, env, refusals }: ChildOptions, error: unknown): UpstreamError {
  const code = isMissing(command, env, error) ? 'ENOENT' : errorCode(error);
  const why = whyNotStarted(
    code,
    command.slice(Math.max(command.lastIndexOf('/'), command.lastIndexOf('\\')) + 1),
    cwd,
  );
  refusals.report('start-failed', `"${command}" in "${cwd ?? process.cwd()}": ${why} (${code}).`);
  return new UpstreamError({ code: 'start-failed', message: `The server "${name}" did not start: ${why}.` });
}

/** A folder of the PATH that may not be entered makes a missing command look like a forbidden one (POSIX, exec). */
function isMissing(command: string, env: ChildOptions['env'], error: unknown): boolean {
  if (errorCode(error) !== 'EACCES' || command.includes('/')) return false;
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return !folders.some((folder) => existsSync(join(folder, command)));
}

function whyNotStarted(code: string, command: string, cwd: string | undefined): string {
  if (cwd !== undefined && !existsSync(cwd)) return 'its folder does not exist; correct its "cwd"';
  switch (code) {
    case 'ENOENT':
      return `the command "${command}" was not found; install it or give its full path`;
    case 'EACCES':
      return `the command "${command}" may not be run; check its permissions and its "cwd"`;
    case 'E2BIG':
      return 'its arguments and environment are too long; shorten them';
    case 'EAGAIN':
    case 'EMFILE':
    case 'ENFILE':
    case 'ENOMEM':
      return 'this machine has no room for another process; close some, or raise its limits';
    default:
      return `the command "${command}" could not be run (${code}); check its entry`;
  }
}

function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return 'unknown error';
}

/** Sends a signal to all processes of a group; does nothing when there are none. */
function signalGroup(group: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    if (process.platform === 'win32') endTreeOnWindows(group);
    else process.kill(-group, signal);
  } catch {
    // Gone already.
  }
}

/** Windows has neither groups nor polite signals for console programs. */
function endTreeOnWindows(pid: number): void {
  const options = { stdio: 'ignore', windowsHide: true } as const;
  nodeSpawn('taskkill', ['/pid', String(pid), '/T', '/F'], options).on('error', () => {});
}

/** After so many looks zombies are told from the living: their new parent may never collect them. */
const PATIENCE = 4;

function isGroupAlive(group: number, look: number): boolean {
  if (process.platform === 'win32') return false;
  try {
    process.kill(-group, 0);
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
  return look < PATIENCE || process.platform !== 'linux' || hasLivingMember(group);
}

function hasLivingMember(group: number): boolean {
  return processes().some((pid) => livingGroup(pid) === group);
}
