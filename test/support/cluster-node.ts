/** One gateway of a cluster: a process of `sluice serve` with a folder, an address and a wire to Redis of its own. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './ports.ts';
import { Program } from './program.ts';
import type { TestRedis } from './redis.ts';
import { programOfSluice } from './sluice.ts';
import { Wire } from './wire.ts';

export interface NodePlan {
  readonly config: object;
  readonly env: Readonly<Record<string, string>>;
  readonly redis: TestRedis | undefined;
}

/** Tries for a port that nobody takes in between. */
const TRIES = 5;

export class ClusterNode {
  readonly name: string;
  readonly url: string;
  /** To Redis; undefined where there is none. */
  readonly wire: Wire | undefined;
  readonly #port: number;
  readonly #folder: string;
  readonly #env: Readonly<Record<string, string>>;
  #program: Program | undefined;
  #before = '';

  /** Resolves once it is ready. */
  static async launch(name: string, { config, env, redis }: NodePlan): Promise<ClusterNode> {
    const folder = await mkdtemp(join(tmpdir(), `sluice-${name}-`));
    const wire = redis && (await Wire.start(redis.port));
    await writeFile(join(folder, 'sluice.json'), JSON.stringify(config));
    const shared: Record<string, string> = wire && redis ? { REDIS_URL: over(redis.url, wire) } : {};
    for (let left = TRIES; ; left--) {
      const node = new ClusterNode(name, await freePort(), folder, wire, { ...shared, ...env });
      try {
        await node.start();
        return node;
      } catch (error) {
        const isTaken = error instanceof Error && error.message.includes('is taken by another');
        if (isTaken && left > 1) continue;
        await node.remove();
        throw error;
      }
    }
  }

  private constructor(
    name: string,
    port: number,
    folder: string,
    wire: Wire | undefined,
    env: Readonly<Record<string, string>>,
  ) {
    this.name = name;
    this.url = `http://127.0.0.1:${port}`;
    this.wire = wire;
    this.#port = port;
    this.#folder = folder;
    this.#env = env;
  }

  /** @throws Error while it does not run */
  get pid(): number {
    if (!this.#program) throw new Error(`${this.name} does not run.`);
    return this.#program.pid;
  }

  /** Resolves with how it ended, or is to end; undefined where it was never started. */
  get ended(): Promise<number | string | null> | undefined {
    return this.#program?.ended;
  }

  get isRunning(): boolean {
    return this.#program !== undefined && !this.#program.isOver;
  }

  /** What it said last, before it was started anew included. */
  get said(): string {
    return this.#before + (this.#program?.said ?? '');
  }

  /** Resolves once it is ready. @throws Error with what it said when it ends before */
  async start(): Promise<void> {
    if (this.isRunning) throw new Error(`${this.name} runs already.`);
    this.#before = this.said.slice(-100_000);
    const { command, args } = programOfSluice();
    const program = await Program.start({
      command,
      args: [...args, 'serve', 'sluice.json', '--port', String(this.#port), '--host', '127.0.0.1', '--json'],
      cwd: this.#folder,
      env: this.#env,
    });
    this.#program = program;
    await program.says(/"readyMs":/);
  }

  signal(name: NodeJS.Signals): void {
    this.#program?.signal(name);
  }

  /** Resolves once it is gone. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    await this.#program?.end(signal);
  }

  /** The end of it, of its wire and of its folder. */
  async remove(): Promise<void> {
    await this.kill('SIGKILL');
    await this.wire?.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function over(url: string, wire: Wire): string {
  const through = new URL(url);
  through.port = String(wire.port);
  return through.href;
}
