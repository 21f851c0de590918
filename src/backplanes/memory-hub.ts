/**
 * What nodes of one process share, in memory: for several gateways in one process, and for tests, which may pause a node,
 * cut it off, and lose what is shared.
 *
 *   const hub = memoryHub();
 *   const [a, b] = [hub.node(runtime), hub.node(runtime)];
 *
 * Guarantees: those of the ports. Each node has the clock of its own runtime, which should be the same for all.
 */
import type { Backplane } from '../engine/ports-backplane.ts';
import type { Runtime } from '../engine/ports.ts';
import type { MemoryLogLimits } from './memory.ts';
import { HubNode } from './memory-hub-node.ts';
import { HubShared, type HubSettings } from './memory-hub-shared.ts';

export interface HubNodeOptions {
  /** What it is called; default: made up. */
  readonly name?: string;
  readonly log?: MemoryLogLimits;
}

export interface MemoryHub {
  /** One more node. It comes in sight when its directory is joined. */
  node(runtime: Runtime, options?: HubNodeOptions): Backplane;
  /** As a process that is stopped: it renews nothing and hears nothing, until `resume`. */
  pause(node: string): void;
  resume(node: string): void;
  /** It reaches nothing that is shared, until `heal`. */
  cut(node: string): void;
  heal(node: string): void;
  /** As a process that was killed: it never says anything again. */
  kill(node: string): void;
  /** Everything that is shared is lost at once, as after a restart without data. */
  lose(): void;
}

export function memoryHub(settings: Partial<HubSettings> = {}): MemoryHub {
  const shared = new HubShared({ leaseMs: 5_000, renewMs: 1_000, pairBytes: 8 * 1024 * 1024, ...settings });
  const nodeOf = (name: string): HubNode => {
    const node = shared.nodes.get(name);
    if (!node) throw new Error(`There is no node ${name}.`);
    return node;
  };
  return {
    node: (runtime, { name, log } = {}) => {
      const node = new HubNode(
        name ?? `n${shared.count()}-${runtime.randomId().slice(0, 8)}`,
        runtime,
        shared,
        log,
      );
      shared.nodes.set(node.node, node);
      return node;
    },
    pause: (name) => nodeOf(name).pause(),
    resume: (name) => nodeOf(name).resume(),
    cut: (name) => nodeOf(name).cut(),
    heal: (name) => nodeOf(name).heal(),
    kill: (name) => shared.nodes.get(name)?.kill(),
    lose: () => {
      shared.lose();
      for (const node of shared.nodes.values()) node.lost();
    },
  };
}
