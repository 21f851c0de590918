/**
 * Whether other nodes hold their leases. A lease that is missing says little while Redis is another than it was a
 * lease ago: whoever held it gets time to take it again. The same where its clock was set forward, by which leases
 * run out that are held, or where it lost what it had.
 */
import type { NodeState } from '../../engine/ports-backplane.ts';
import type { Runtime } from '../../engine/ports.ts';
import { listOf, textOf, type Connection } from './connection.ts';
import type { Keys } from './keys.ts';

/** A look at Redis. */
export interface Sighting {
  /** Which run of it. */
  readonly run: string;
  /** What its clock said, in ms. */
  readonly time: number;
  /** Before that, by `Runtime.now`. */
  readonly askedAt: number;
}

/** `left`: it said that it left. */
export type Found = NodeState | 'left';

interface Seen {
  readonly since: number;
  /** How far its clock is before this node's, at most. */
  readonly ahead: number;
}

/** Clocks that are kept in step drift by less between two looks. */
const DRIFT_MS = 100;
/** Runs of Redis that are remembered: a cluster has one for each of its nodes. */
const MOST_RUNS = 1_000;

export class Sight {
  readonly #connection: Connection;
  readonly #keys: Keys;
  readonly #runtime: Runtime;
  readonly #leaseMs: number;
  /** Each run, since when it has been as it is, by `Runtime.now`. */
  readonly #seen = new Map<string, Seen>();

  constructor(connection: Connection, keys: Keys, runtime: Runtime, leaseMs: number) {
    this.#connection = connection;
    this.#keys = keys;
    this.#runtime = runtime;
    this.#leaseMs = leaseMs;
  }

  /** @throws Error where Redis cannot be asked */
  async stateOf(node: string): Promise<Found> {
    const askedAt = this.#runtime.now();
    const answer = listOf(await this.#connection.run('lookNode', this.#keys.lease(node)));
    const [lease, run = ''] = answer.map(textOf);
    const isSure = this.saw({ run, time: Number(answer[2]), askedAt });
    if (lease === 'left') return 'left';
    if (lease) return 'alive';
    return isSure ? 'gone' : 'unsure';
  }

  /** Whether this run has been seen for a lease's length, its clock going on as this node's does. */
  saw({ run, time, askedAt }: Sighting): boolean {
    const now = this.#runtime.now();
    const known = this.#seen.get(run);
    const isSame = known !== undefined && time - now <= known.ahead + DRIFT_MS;
    const since = isSame ? known.since : now;
    this.#seen.set(run, { since, ahead: time - askedAt });
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > MOST_RUNS && oldest !== undefined) this.#seen.delete(oldest);
    return now - since >= this.#leaseMs;
  }

  /** It lost what it had: leases, too. */
  forget(): void {
    this.#seen.clear();
  }
}
