/**
 * A small process beside the gateway that outlives it by a moment, to end what the gateway started.
 *
 * A gateway that is killed with SIGKILL (or by the kernel for want of memory) can clean up nothing itself, and Node
 * has no way to have the kernel end a child with its parent. So one watchdog per gateway process holds the other
 * end of a pipe and a list of process groups; when the pipe ends it ends them. It has a session of its own, so a
 * Ctrl-C in the terminal does not reach it, and it ignores polite signals: it goes when the gateway goes.
 *
 * The gap between a child's start and its entry in the list: the entry is written in the same turn, right after
 * `spawn` came back, by a write that goes to the kernel at once (the pipe is all but empty). On Linux the marker in
 * the child's environment closes the rest of the gap; elsewhere a SIGKILL within those microseconds leaves the child.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Runtime, Timer } from '../engine/ports.ts';
import { childEnvironment, MARKER_NAME } from './stdio-environment.ts';
import { Orphans } from './stdio-orphans.ts';
import { WATCHDOG_SCRIPT } from './stdio-watchdog-script.ts';

/** A watchdog that lived this long and died was killed by somebody; one that died sooner cannot live here. */
const HEALTHY_MS = 10_000;
const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 10_000;
/** How long the last holder waits for the process to go: it has nothing to do but to exit. */
const LEAVE_MS = 2_000;

export class Watchdog {
  /** Ends what left its group. */
  readonly orphans: Orphans;
  readonly #token: string;
  readonly #runtime: Runtime;
  readonly #groups = new Set<number>();
  #holders = 0;
  #children = 0;
  #process: ChildProcess | undefined;
  #startedAt = 0;
  #quickDeaths = 0;
  #retry: Timer | undefined;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
    this.#token = runtime.randomId();
    this.orphans = new Orphans(this.#token, runtime);
  }

  /** A new value for `MARKER_NAME` in the environment of one child. */
  marker(): string {
    this.#children += 1;
    return `${this.#token}.${this.#children.toString(36)}`;
  }

  /** Starts the process with the first holder. */
  hold(): void {
    this.#holders += 1;
    if (!this.#process && !this.#retry) this.#start();
  }

  /** With the last holder the process is told to go; resolves when it went. */
  async release(): Promise<void> {
    this.#holders = Math.max(0, this.#holders - 1);
    if (this.#holders === 0) await this.#leave();
  }

  /** Puts a process group on the list. What this writes is with the kernel before it returns. */
  add(group: number): void {
    this.#groups.add(group);
    this.#tell(`+${group}\n`);
  }

  /** Takes a group, that is known to be gone, off the list. */
  remove(group: number): void {
    if (this.#groups.delete(group)) this.#tell(`-${group}\n`);
  }

  /** The process id of the watchdog, while it runs. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  #start(): void {
    this.#retry = undefined;
    this.#startedAt = this.#runtime.now();
    let child: ChildProcess;
    try {
      child = spawn(process.execPath, ['-e', WATCHDOG_SCRIPT, '--', `${MARKER_NAME}=${this.#token}.`], {
        // Its environment has no marker, even where ours has one: the watchdog of an outer gateway must not
        // end it before it did its work.
        env: childEnvironment(process.env),
        cwd: process.platform === 'win32' ? undefined : '/',
        detached: true,
        stdio: ['pipe', 'ignore', 'ignore'],
        windowsHide: true,
      });
    } catch {
      this.#ended();
      return;
    }
    this.#process = child;
    child.once('error', () => this.#ended(child));
    child.once('exit', () => this.#ended(child));
    // A broken pipe comes with the exit, which says all.
    child.stdin?.on('error', () => {});
    child.unref();
    (child.stdin as Socket | null)?.unref();
    for (const group of this.#groups) this.#tell(`+${group}\n`);
  }

  /** The process ended, or could not be started: another takes over its list. */
  #ended(child?: ChildProcess): void {
    if (child !== this.#process) return;
    this.#process = undefined;
    if (this.#holders === 0 || this.#retry) return;
    const now = this.#runtime.now();
    this.#quickDeaths = now - this.#startedAt < HEALTHY_MS ? this.#quickDeaths + 1 : 0;
    if (this.#quickDeaths <= 1 && child?.pid !== undefined) {
      this.#start();
      return;
    }
    const ms = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(this.#quickDeaths, 20));
    this.#retry = this.#runtime.after(ms, () => this.#start());
  }

  async #leave(): Promise<void> {
    this.#retry?.cancel();
    this.#retry = undefined;
    const child = this.#process;
    if (!child) return;
    this.#process = undefined;
    await new Promise<void>((resolve) => {
      const timer = this.#runtime.after(LEAVE_MS, resolve);
      child.once('exit', () => {
        timer.cancel();
        resolve();
      });
      // While somebody waits for it the process may keep us alive.
      child.ref();
      child.stdin?.end(this.#groups.size === 0 ? '.\n' : '');
    });
  }

  #tell(line: string): void {
    this.#process?.stdin?.write(line, 'latin1');
  }
}

let shared: Watchdog | undefined;

/** The one watchdog of this process. @param runtime the first caller's is used */
export function sharedWatchdog(runtime: Runtime): Watchdog {
  shared ??= new Watchdog(runtime);
  return shared;
}
