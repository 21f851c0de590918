/** Nodes that share a real Redis, each test under a prefix of its own. */
import { randomUUID } from 'node:crypto';
import { redisBackplane, type RedisBackplaneOptions } from '../../../src/backplanes/redis/backplane.ts';
import { nodeRuntime } from '../../../src/edges/node/runtime.ts';
import type { Runtime, Timer } from '../../../src/engine/ports.ts';
import type { Backplane, EventLog } from '../../../src/engine/ports-backplane.ts';
import { Wire } from '../../support/wire.ts';
import type { EventLogKit } from '../../contract/event-log.ts';
import type { Leases, Place } from '../../contract/backplane-place.ts';

export type Settings = Omit<RedisBackplaneOptions, 'runtime' | 'prefix'>;

/** The real machine, but what it was asked to do later it does not do while it stands still. */
export class HaltingRuntime implements Runtime {
  #isHalted = false;
  #due: (() => void)[] = [];
  readonly now: () => number = nodeRuntime.now;
  readonly isUtf8 = nodeRuntime.isUtf8;
  readonly randomId = nodeRuntime.randomId;

  after(ms: number, fn: () => void): Timer {
    return nodeRuntime.after(ms, () => {
      if (this.#isHalted) this.#due.push(fn);
      else fn();
    });
  }

  halt(): void {
    this.#isHalted = true;
  }

  goOn(): void {
    this.#isHalted = false;
    for (const fn of this.#due.splice(0)) fn();
  }
}

export function prefix(): string {
  return `t${randomUUID().slice(0, 8)}`;
}

export async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; !(await check()); ) {
    if (Date.now() > end) throw new Error('It never came to that.');
    await pass(5);
  }
}

export function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A machine that does ten other things is no Redis that is away; where one is cut off, tests wait longer than this. */
const PATIENCE = { connectMs: 5_000, commandMs: 5_000 };
const LEASES = { usual: 5_000, short: 1_000 } as const;

export async function redisPlace(settings: Settings, leases: Leases): Promise<Place> {
  const leaseMs = LEASES[leases];
  const shared = prefix();
  const own = leases === 'usual' ? { patience: PATIENCE } : {};
  const runtimes = new Map<Backplane, HaltingRuntime>();
  const wires = new Map<Backplane, Wire>();
  return {
    leaseMs,
    node: async () => {
      const runtime = new HaltingRuntime();
      const [url, wire] = await wired(settings.url);
      const node = await redisBackplane({
        ...own,
        ...settings,
        url,
        runtime,
        prefix: shared,
        leaseMs,
        renewMs: 100,
      });
      runtimes.set(node, runtime);
      if (wire) wires.set(node, wire);
      await node.directory.join(`http://${node.node}/`);
      return node;
    },
    pause: (node) => runtimes.get(node)?.halt(),
    resume: (node) => runtimes.get(node)?.goOn(),
    stall: (node) => {
      wires.get(node)?.cut('silent');
      return () => wires.get(node)?.mend();
    },
    until,
    now: nodeRuntime.now,
    pass,
    close: async () => {
      await Promise.all([...runtimes.keys()].map((node) => node.close()));
      await Promise.all([...wires.values()].map((wire) => wire.close()));
    },
  };
}

/** By way of a wire that can be cut; not to a cluster, which tells addresses of its own. */
async function wired(url: Settings['url']): Promise<[Settings['url'], Wire?]> {
  if (typeof url !== 'string') return [url];
  const parsed = new URL(url);
  const wire = await Wire.start(Number(parsed.port));
  parsed.port = String(wire.port);
  return [parsed.href, wire];
}

/** One node that is alone there. */
export function logKit(settings: () => Settings): EventLogKit {
  const nodes = new Map<EventLog, Backplane>();
  return {
    create: async (limits) => {
      const node = await redisBackplane({
        patience: PATIENCE,
        ...settings(),
        runtime: nodeRuntime,
        prefix: prefix(),
        log: limits,
      });
      nodes.set(node.log, node);
      return node.log;
    },
    // What is asked on a connection is answered in order.
    settle: async (log) => void (await nodes.get(log)?.directory.get('nothing')),
    close: async (log) => nodes.get(log)?.close(),
  };
}
