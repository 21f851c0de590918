/**
 * Whether other nodes hold their leases. A lease that is missing says little while Redis is another than it was a
 * lease ago: whoever held it gets time to take it again.
 */
import type { NodeState } from '../../engine/ports-backplane.ts';
import type { Runtime } from '../../engine/ports.ts';
import { listOf, textOf, type Connection } from './connection.ts';
import type { Keys } from './keys.ts';

/** Runs of Redis that are remembered: a cluster has one for each of its nodes. */
const MOST_RUNS = 1_000;

export class Sight {
  readonly #connection: Connection;
  readonly #keys: Keys;
  readonly #runtime: Runtime;
  readonly #leaseMs: number;
  /** When each run was first seen, by `Runtime.now`. */
  readonly #seen = new Map<string, number>();

  constructor(connection: Connection, keys: Keys, runtime: Runtime, leaseMs: number) {
    this.#connection = connection;
    this.#keys = keys;
    this.#runtime = runtime;
    this.#leaseMs = leaseMs;
  }

  /** @throws Error where Redis cannot be asked */
  async stateOf(node: string): Promise<NodeState> {
    const [lease, run = ''] = listOf(await this.#connection.run('lookNode', this.#keys.lease(node))).map(
      textOf,
    );
    const isSure = this.saw(run);
    if (lease === 'left') return 'gone';
    if (lease) return 'alive';
    return isSure ? 'gone' : 'unsure';
  }

  /** Whether this run has been seen for a lease's length. */
  saw(run: string): boolean {
    const now = this.#runtime.now();
    const since = this.#seen.get(run);
    if (since !== undefined) return now - since >= this.#leaseMs;
    this.#seen.set(run, now);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > MOST_RUNS && oldest !== undefined) this.#seen.delete(oldest);
    return false;
  }
}
