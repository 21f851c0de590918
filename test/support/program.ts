/**
 * A program that a test runs beside itself: what it says is kept, bounded, and it does not outlive the process that started
 * it, however that ends.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Keeper } from './keeper.ts';

export interface ProgramOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Characters kept of what it says, the last ones. */
const KEPT = 512 * 1024;
const keeper = new Keeper();

export class Program {
  readonly pid: number;
  /** Resolves with its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
  readonly #child: ChildProcess;
  readonly #listeners = new Set<() => void>();
  #said = '';
  #isOver = false;

  /** @throws Error when there is no such program */
  static async start(options: ProgramOptions): Promise<Program> {
    const { command, args, cwd, env } = options;
    const child = spawn(command, args, {
      cwd,
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    await once(child, 'spawn');
    return new Program(child, child.pid as number);
  }

  private constructor(child: ChildProcess, pid: number) {
    this.#child = child;
    this.pid = pid;
    keeper.keep(pid);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => this.#hear(chunk.toString()));
    }
    this.ended = once(child, 'close').then(async ([code, signal]) => {
      this.#isOver = true;
      for (const listener of this.#listeners) listener();
      await keeper.forget(pid);
      return (code ?? signal) as number | string | null;
    });
  }

  /** What it said last, on both streams as it came. */
  get said(): string {
    return this.#said;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Nothing happens when it is over. */
  signal(name: NodeJS.Signals): void {
    if (!this.#isOver) this.#child.kill(name);
  }

  /** Ends it, also where it is paused, and waits until it is gone. */
  async end(name: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.signal(name);
    if (name !== 'SIGKILL') this.signal('SIGCONT');
    await this.ended;
  }

  /** Resolves once what it said matches. @throws Error with all it said when it ends before */
  says(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const isSaid = pattern.test(this.#said);
        if (!isSaid && !this.#isOver) return;
        this.#listeners.delete(look);
        if (isSaid) resolve(this.#said);
        else reject(new Error(`It ended before it said ${pattern}:\n${this.#said.slice(-4_000)}`));
      };
      this.#listeners.add(look);
      look();
    });
  }

  #hear(text: string): void {
    this.#said = (this.#said + text).slice(-KEPT);
    for (const listener of this.#listeners) listener();
  }
}
