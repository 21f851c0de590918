/** Nodes, a balancer, a server that counts, and clients of all kinds that call it while something breaks. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Cluster, type ClusterOptions, withCluster } from '../support/cluster.ts';
import { Program } from '../support/program.ts';
import { Ledger } from './ledger.ts';
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

type WorkerKind = 'streamable' | 'sse' | 'ws' | 'modern';
const KINDS: readonly WorkerKind[] = ['streamable', 'streamable', 'sse', 'modern', 'ws'];

export interface Chaos {
  readonly cluster: Cluster;
  readonly ledger: Ledger;
  readonly workers: readonly Worker[];
  /** Resolves with how often each call was carried out. */
  runs(): Promise<Map<string, number>>;
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
      const ledger = new Ledger();
      const workers = Array.from({ length: clients }, (_, index) =>
        workerOf(kinds[index % kinds.length] as WorkerKind, index, cluster.url, ledger),
      );
      const runs = async () => new Map((await (await fetch(`${url}/runs`)).json()) as [string, number][]);
      const working = workers.map((worker) => worker.work());
      try {
        await act({ cluster, ledger, workers, runs });
      } finally {
        for (const worker of workers) worker.stop();
        await Promise.all(working);
      }
      ledger.judge(await runs());
      return ledger;
    });
  } finally {
    await upstream.end();
  }
}

function workerOf(kind: WorkerKind, index: number, url: string, ledger: Ledger): Worker {
  const name = `${kind}${index}`;
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

/** Waits until something is so. Bounded. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  ms = 30_000,
): Promise<void> {
  const end = Date.now() + ms;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`Waited ${ms} ms in vain for ${what}.`);
    await pause(25);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
