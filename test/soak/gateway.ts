/** The gateway as users start it, `sluice serve`, in a process of its own, with a probe in it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Facts } from './facts.ts';
import { hangUp, tell } from './peers.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const CLI = here('../../dist/cli.js');
const PROBE = here('./probe.ts');
const ECHO = here('../fixtures/server/echo-stdio.ts');

/** One process for all sessions, so that what is measured is the gateway. */
export const echoServer = (more: object = {}) => ({
  command: process.execPath,
  args: [ECHO],
  sharing: 'shared',
  ...more,
});

export interface SoakOptions {
  readonly mcpServers: Readonly<Record<string, object>>;
  readonly limits?: object;
  readonly timeouts?: object;
  readonly default?: string;
}

export class SoakGateway {
  readonly port: number;
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #folder: string;

  static async start(options: SoakOptions): Promise<SoakGateway> {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-soak-'));
    const file = join(folder, 'sluice.json');
    writeFileSync(file, JSON.stringify({ ...options, port: 0, log: { level: 'error' } }));
    const child = fork(CLI, ['serve', file, '--json'], {
      cwd: folder,
      execArgv: ['--expose-gc', '--import', PROBE],
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    const [first] = (await once(child.stdout as NonNullable<typeof child.stdout>, 'data')) as [Buffer];
    const { url } = JSON.parse(String(first)) as { url: string };
    return new SoakGateway(child, Number(new URL(url).port), folder);
  }

  constructor(child: ChildProcess, port: number, folder: string) {
    this.#child = child;
    this.pid = child.pid as number;
    this.port = port;
    this.#folder = folder;
  }

  /** What it holds once its garbage is collected. */
  async facts(): Promise<Facts> {
    return (await this.#ask('facts')) as Facts;
  }

  /** Its resident memory as it is now, in bytes. */
  get rss(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'latin1');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  }

  /** How much processor time it has used, in ms. */
  get cpuMs(): number {
    const stat = readFileSync(`/proc/${this.pid}/stat`, 'latin1');
    const [user = 0, system = 0] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
      .map(Number);
    return (user + system) * 10;
  }

  async health(): Promise<{ sessions: number; calls: number }> {
    const { text } = await tell(this.port, '/health', undefined, {}, 'GET');
    return JSON.parse(text) as { sessions: number; calls: number };
  }

  /** Resolves with what it holds once all sessions and all sockets of clients are gone. */
  async rests(): Promise<Facts> {
    await until('no session is left', async () => {
      const { sessions, calls } = await this.health();
      return sessions === 0 && calls === 0;
    });
    hangUp();
    await until('no socket is left', async () => !(await this.#resources())['TCPSocketWrap']);
    return this.facts();
  }

  async #resources(): Promise<Facts['resources']> {
    return (await this.#ask('resources')) as Facts['resources'];
  }

  async #ask(question: string): Promise<unknown> {
    const answered = once(this.#child, 'message');
    this.#child.send(question);
    const [answer] = (await answered) as [unknown];
    return answer;
  }

  /** Ends it as whoever runs it would. @returns its exit code */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
    return this.#child.exitCode;
  }
}

/** Resolves once it holds. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  ms = 120_000,
): Promise<void> {
  const end = Date.now() + ms;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`In ${ms} ms it did not come true that ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Runs `count` pieces of work, so many at once. */
export async function crowd(
  count: number,
  atOnce: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, lane));
}
