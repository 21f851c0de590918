/** Nodes, a balancer, a server that counts, and clients of all kinds that call it while something breaks. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Cluster, type ClusterOptions, withCluster } from '../support/cluster.ts';
import { Program } from '../support/program.ts';
import { Ledger, type Run } from './ledger.ts';
import { ModernWorker } from './modern-worker.ts';
import { SseWorker } from './sse-worker.ts';
import { StreamableWorker } from './streamable-worker.ts';
import type { Worker } from './worker.ts';
import { WsWorker } from './ws-worker.ts';

const UPSTREAM = join(dirname(fileURLToPath(import.meta.url)), 'upstream.ts');

export interface ChaosOptions extends Partial<ClusterOptions> {
  /** Of each kind, in turn. */
  readonly clients: number;
  /** Default: all. */
  readonly kinds?: readonly WorkerKind[];
}

export type WorkerKind = 'streamable' | 'sse' | 'ws' | 'modern';
export const KINDS: readonly WorkerKind[] = ['streamable', 'streamable', 'sse', 'modern', 'ws'];

/** What the server has seen. */
export interface Seen {
  readonly runs: readonly Run[];
  /** Conversations that are open. */
  readonly open: number;
}

export interface Chaos {
  readonly cluster: Cluster;
  readonly ledger: Ledger;
  readonly workers: readonly Worker[];
  /** Resolves with how often each call was carried out. */
  runs(): Promise<Map<string, number>>;
  seen(): Promise<Seen>;
  /**
   * More clients, which call from now on.
   * @param urls of which each takes the next @returns what they are told, judged with the rest
   */
  join(name: string, urls: readonly string[], kinds: readonly WorkerKind[]): Ledger;
  /** No more calls; resolves once all have ended. */
  rest(): Promise<void>;
}

/** Starts everything, lets clients call while `act` goes on, waits for all calls to end, and judges. */
export async function chaos(options: ChaosOptions, act: (at: Chaos) => Promise<void>): Promise<Ledger> {
  const upstream = await Program.start({ command: process.execPath, args: [UPSTREAM], cwd: process.cwd() });
  try {
    const said = await upstream.says(/listening (\d+)/);
    const url = `http://127.0.0.1:${/listening (\d+)/.exec(said)?.[1]}`;
    const { clients, kinds = KINDS, config, ...rest } = options;
    const own = { mcpServers: { counting: { type: 'streamable-http', url: `${url}/mcp` } }, ...config };
    return await withCluster({ ...rest, config: own }, async (cluster) => {
      const seen = async () => (await (await fetch(`${url}/runs`)).json()) as Seen;
      const at = new World(cluster, seen);
      at.begin(
        Array.from({ length: clients }, (_, index) =>
          workerOf(kinds[index % kinds.length] as WorkerKind, index, cluster.url, at.ledger),
        ),
      );
      try {
        await act(at);
      } finally {
        await at.rest();
      }
      const { runs } = await seen();
      for (const ledger of at.ledgers) ledger.judge(counted(runs), runs);
      return at.ledger;
    });
  } finally {
    await upstream.end();
  }
}

class World implements Chaos {
  readonly cluster: Cluster;
  readonly ledger = new Ledger();
  readonly ledgers = [this.ledger];
  readonly workers: Worker[] = [];
  readonly seen: () => Promise<Seen>;
  readonly #working: Promise<void>[] = [];

  constructor(cluster: Cluster, seen: () => Promise<Seen>) {
    this.cluster = cluster;
    this.seen = seen;
  }

  begin(workers: readonly Worker[]): void {
    this.workers.push(...workers);
    for (const worker of workers) this.#working.push(worker.work());
  }

  async runs(): Promise<Map<string, number>> {
    return counted((await this.seen()).runs);
  }

  join(name: string, urls: readonly string[], kinds: readonly WorkerKind[]): Ledger {
    const ledger = new Ledger();
    this.ledgers.push(ledger);
    const made = urls.map((url, index) =>
      workerOf(kinds[index % kinds.length] as WorkerKind, index, url, ledger, name),
    );
    this.begin(made);
    return ledger;
  }

  async rest(): Promise<void> {
    for (const worker of this.workers) worker.stop();
    await Promise.all(this.#working);
  }
}

function counted(runs: readonly Run[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { key } of runs) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function workerOf(kind: WorkerKind, index: number, url: string, ledger: Ledger, prefix = ''): Worker {
  const name = `${prefix}${kind}${index}`;
  switch (kind) {
    case 'streamable':
      return new StreamableWorker(name, url, ledger);
    case 'sse':
      return new SseWorker(name, url, ledger);
    case 'ws':
      return new WsWorker(name, url, ledger);
    case 'modern':
      return new ModernWorker(name, url, ledger);
  }
}

/** Waits until something is so. Bounded. @param what it is, or what is missing by then */
export async function until(
  what: string | (() => string),
  isSo: () => boolean | Promise<boolean>,
  ms = 60_000,
): Promise<void> {
  const end = Date.now() + ms;
  while (!(await isSo())) {
    if (Date.now() > end)
      throw new Error(`Waited ${ms} ms in vain for ${typeof what === 'string' ? what : what()}.`);
    await pause(25);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
