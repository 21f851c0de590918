/**
 * The lease of this node: renewed several times within its length, each time counted from before it was asked for.
 *
 * With it goes a mark, a number that goes up, by which this node sees whether Redis lost anything: the mark is then missing, or
 * older than the last that was said to be kept.
 */
import type { Runtime } from '../../engine/ports.ts';
import { listOf, textOf, type Connection } from './connection.ts';
import type { Keys } from './keys.ts';
import type { Sighting } from './sight.ts';

export interface Renewal extends Sighting {
  /** Whether something that was kept may be lost. */
  readonly isLost: boolean;
}

const MARK_MS = 600_000;
const LEFT_MS = 600_000;

export class Lease {
  readonly #connection: Connection;
  readonly #keys: Keys;
  readonly #node: string;
  readonly #runtime: Runtime;
  readonly #leaseMs: number;
  readonly #token: string;
  /** The last mark that was said to be kept; 0 before the first. */
  #marked = 0;
  #count = 0;
  #run = '';
  heldUntil = 0;
  term = 1;

  constructor(connection: Connection, keys: Keys, node: string, runtime: Runtime, leaseMs: number) {
    this.#connection = connection;
    this.#keys = keys;
    this.#node = node;
    this.#runtime = runtime;
    this.#leaseMs = leaseMs;
    this.#token = runtime.randomId();
  }

  /** @throws Error where Redis cannot be asked */
  async renew(): Promise<Renewal> {
    const askedAt = this.#runtime.now();
    const count = ++this.#count;
    const keys = [this.#keys.lease(this.#node), this.#keys.mark(this.#node)];
    const answer = await this.#connection.run(
      'renewLease',
      ...keys,
      this.#token,
      this.#leaseMs,
      MARK_MS,
      count,
    );
    const [mark, run = ''] = listOf(answer).map(textOf);
    const [, , time, wasHeld] = listOf(answer).map(Number);
    const isFirst = this.#marked === 0;
    // A restart may have lost what was written just before.
    const isLost = !isFirst && (Number(mark) < this.#marked || run !== this.#run);
    // While it was held by this node's own clock nobody can have claimed anything. Afterwards somebody may have, even if the
    // key is there: what was asked long ago may have arrived only now. A key that ran out though nothing was lost tells that the
    // clock stood still, as in a machine that sleeps.
    const hasRunOut = wasHeld === 0 && !isLost;
    if (!isFirst && (hasRunOut || this.#runtime.now() >= this.heldUntil)) this.term++;
    this.#marked = count;
    this.#run = run;
    this.heldUntil = askedAt + this.#leaseMs;
    return { isLost, run, time: time ?? 0, askedAt };
  }

  async leave(): Promise<void> {
    this.heldUntil = 0;
    await this.#connection.run('leaveNode', this.#keys.lease(this.#node), this.#token, LEFT_MS);
  }
}
