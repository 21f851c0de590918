/**
 * A real redis-server on 127.0.0.1, in a folder of its own.
 *
 *   const redis = await startRedis();
 *   … redis.url …
 *   await redis.kill(); await redis.restart({ empty: true });
 *   await redis.stop();
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './ports.ts';
import { Program } from './program.ts';

export interface RedisOptions {
  /** Default: a free one. */
  readonly port?: number | undefined;
  /** Whether what was written is there again after a kill. Default: no. */
  readonly persistent?: boolean | undefined;
  /** More of its settings, as on its command line: `['--requirepass', 'secret']`. */
  readonly settings?: readonly string[] | undefined;
}

export interface TestRedis {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves with how it ended, or is to end. */
  readonly ended: Promise<number | string | null>;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** On the same port; killed first where it runs. @param how `empty`: without what it had kept; else as it was kept */
  restart(how?: { readonly empty?: boolean }): Promise<void>;
  /** Takes no time any more, and answers nobody, until it goes on. */
  pause(): void;
  resume(): void;
  /** The end of it, and of its folder. */
  stop(): Promise<void>;
}

/** Tries for a port that nobody takes in between. */
const TRIES = 5;

/** @throws Error with one sentence where there is no redis-server */
export async function startRedis(options: RedisOptions = {}): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-redis-'));
  const { port, program } = await first(folder, options).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  let running = program;
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    get pid() {
      return running.pid;
    },
    get ended() {
      return running.ended;
    },
    kill: () => running.end(),
    restart: async ({ empty = false } = {}) => {
      await running.end();
      if (empty) await rm(join(folder, 'appendonlydir'), { recursive: true, force: true });
      running = await launch(folder, port, options);
    },
    pause: () => running.signal('SIGSTOP'),
    resume: () => running.signal('SIGCONT'),
    stop: async () => {
      await running.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function first(folder: string, options: RedisOptions): Promise<{ port: number; program: Program }> {
  for (let left = TRIES; ; left--) {
    const port = options.port ?? (await freePort());
    try {
      return { port, program: await launch(folder, port, options) };
    } catch (error) {
      const isTaken = error instanceof Error && error.message.includes('in use');
      if (!isTaken || options.port !== undefined || left === 1) throw error;
    }
  }
}

async function launch(folder: string, port: number, options: RedisOptions): Promise<Program> {
  const { persistent: isPersistent = false, settings = [] } = options;
  const kept = isPersistent ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...kept];
  const program = await Program.start({
    command: process.env['REDIS_SERVER'] ?? 'redis-server',
    args: [...args, ...settings],
    cwd: folder,
  }).catch((cause: unknown) => {
    throw new Error('There is no redis-server; install Redis 7, like "apt-get install redis-server".', {
      cause,
    });
  });
  await program.says(/Ready to accept connections/);
  return program;
}
