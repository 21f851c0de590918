/** Starts the servers under test on their core, and ends everything that was started, however the bench ends. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { descendants, isAlive, type ProcessMark } from './proc.ts';

export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

const HOOK = fileURLToPath(new URL('../targets/hook.cjs', import.meta.url));
const READY_TIMEOUT_MS = 15_000;
const STDERR_BYTES = 2000;
const live = new Set<Server>();
const canPin = hasTaskset();

export interface LaunchOptions {
  /** What Node runs: a script and its arguments. */
  readonly args: readonly string[];
  readonly env?: Record<string, string>;
  /** Leave the preloaded hook out where it can be: for the time of a start. */
  readonly plain?: boolean;
}

export class Server {
  readonly pid: number;
  readonly startedAt = performance.now();
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  #stderr = '';

  constructor(options: LaunchOptions) {
    const hook = options.plain ? [] : ['--expose-gc', '--require', HOOK];
    const command = [process.execPath, ...hook, ...options.args];
    if (canPin) command.unshift('taskset', '-c', String(SERVER_CORE));
    const [file, ...args] = command;
    this.#child = spawn(file as string, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...options.env },
    });
    this.pid = this.#child.pid ?? -1;
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(-STDERR_BYTES);
    });
    this.#exited = new Promise((resolve) => {
      this.#child.once('exit', () => resolve());
      this.#child.once('error', () => resolve());
    });
    live.add(this);
  }

  get hasExited(): boolean {
    return this.pid < 0 || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Resolves once the port accepts connections; rejects with the last words on stderr. */
  async ready(port: number, pollMs = 20): Promise<void> {
    const until = performance.now() + READY_TIMEOUT_MS;
    while (!(await accepts(port))) {
      if (this.hasExited) throw new Error(`it ended at once: ${lastLine(this.#stderr)}`);
      if (performance.now() > until) throw new Error(`it does not listen: ${lastLine(this.#stderr)}`);
      await sleep(pollMs);
    }
  }

  /** Asks the hook in the server to collect garbage, or to start or stop the profile. */
  poke(): void {
    this.#child.kill('SIGUSR2');
  }

  /** Ends the server and everything it started: politely, then by force. */
  async stop(): Promise<void> {
    const marks = descendants(this.pid);
    this.#child.kill('SIGTERM');
    await Promise.race([this.#exited, sleep(3000)]);
    for (let i = 0; i < 20 && marks.some(isAlive); i++) await sleep(25);
    this.kill(marks);
    await Promise.race([this.#exited, sleep(2000)]);
    live.delete(this);
  }

  kill(marks: readonly ProcessMark[] = descendants(this.pid)): void {
    for (const mark of marks) if (isAlive(mark)) forceEnd(mark.pid);
    if (!this.hasExited) forceEnd(this.pid);
  }
}

// The last resort: whatever the reason the bench ends, nothing it started stays.
process.on('exit', () => {
  for (const server of live) server.kill();
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

/** A port of the loopback that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function forceEnd(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['-c', String(SERVER_CORE), 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The line that says what went wrong, else the last ones. */
function lastLine(text: string): string {
  const lines = text.trim().split('\n');
  return lines.find((line) => /error/i.test(line)) ?? (lines.slice(-3).join(' | ') || 'nothing on stderr');
}
