/**
 * Finds and ends what a child started and let go: processes that left its group (`setsid`).
 *
 * Every child carries a marker in its environment, which all it starts inherit. On Linux a process can be found by
 * it in `/proc`; elsewhere only the process group is known, and a process that left it stays. A process that left
 * its group *and* cleared its environment is found nowhere.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Runtime } from '../engine/ports.ts';
import { MARKER_NAME } from './stdio-environment.ts';
import { livingGroup, processes, readEnvironment } from './stdio-proc.ts';

/** Read of one process's environment; Linux itself rarely allows more than this for a sane one. */
const ENVIRONMENT_BYTES = 256 * 1024;
/** Processes looked at in one turn of the event loop: some 10 µs each. */
const SLICE = 64;
/** Looks until nothing is found; each look ends what it finds, so only a fork bomb needs them all. */
const MAX_LOOKS = 20;

export class Orphans {
  readonly #prefix: string;
  readonly #runtime: Runtime;
  readonly #platform: NodeJS.Platform;
  readonly #buffer = Buffer.allocUnsafe(ENVIRONMENT_BYTES);
  /** Markers to look for in the next round, and who waits for it. */
  #wanted = new Map<string, ((clean: boolean) => void)[]>();
  #running = false;

  /** @param token common to all markers of this gateway: a marker is `<token>.<anything without NUL>` */
  constructor(token: string, runtime: Runtime, platform: NodeJS.Platform = process.platform) {
    this.#prefix = `${MARKER_NAME}=${token}.`;
    this.#runtime = runtime;
    this.#platform = platform;
  }

  /**
   * Ends every process that carries the marker. Resolves with true once a look at all processes found none, and
   * with false when they come back faster than they are ended. Looks that are wanted at the same time are one.
   */
  async end(marker: string): Promise<boolean> {
    if (this.#platform !== 'linux') return true;
    return new Promise((resolve) => {
      const name = marker.slice(marker.indexOf('.') + 1);
      const waiting = this.#wanted.get(name);
      if (waiting) waiting.push(resolve);
      else this.#wanted.set(name, [resolve]);
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      while (this.#wanted.size > 0) {
        const wanted = this.#wanted;
        this.#wanted = new Map();
        const left = await this.#hunt(new Set(wanted.keys()));
        for (const [name, resolves] of wanted) for (const resolve of resolves) resolve(!left.has(name));
      }
    } finally {
      this.#running = false;
    }
  }

  /** Looks and ends until every name is found no more; gives back the names that stay. */
  async #hunt(names: Set<string>): Promise<Set<string>> {
    let left = names;
    const ended = new Map<number, string>();
    for (let look = 0; look < MAX_LOOKS && left.size > 0; look += 1) {
      // What was ended takes a moment to go; the first looks follow quickly.
      if (look > 0) await new Promise<void>((done) => void this.#runtime.after(2 * look, done));
      await this.#look(left, ended);
      left = stillAlive(ended);
    }
    return left;
  }

  /** Ends all processes that carry one of the names, and notes them. */
  async #look(names: ReadonlySet<string>, ended: Map<number, string>): Promise<void> {
    let seen = 0;
    for (const pid of processes()) {
      if (pid === process.pid) continue;
      if (++seen % SLICE === 0) await nextTurn();
      const name = this.#nameOf(pid);
      if (name === undefined || !names.has(name)) continue;
      ended.set(pid, name);
      endProcess(pid);
    }
  }

  /** The part of the marker after the token, when the process carries one of ours. */
  #nameOf(pid: number): string | undefined {
    const size = readEnvironment(pid, this.#buffer);
    const text = this.#buffer.subarray(0, size);
    let at = text.indexOf(this.#prefix);
    // At the start of a variable, not inside the value of another.
    while (at > 0 && text[at - 1] !== 0) at = text.indexOf(this.#prefix, at + 1);
    if (at < 0) return undefined;
    const start = at + this.#prefix.length;
    const end = text.indexOf(0, start);
    return text.toString('latin1', start, end < 0 ? size : end);
  }
}

/**
 * The names of processes that were ended since this was last asked, or that still go: a dying process shows no
 * environment any more, and is there nevertheless.
 */
function stillAlive(ended: Map<number, string>): Set<string> {
  const names = new Set(ended.values());
  for (const pid of ended.keys()) if (livingGroup(pid) === undefined) ended.delete(pid);
  return names;
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
