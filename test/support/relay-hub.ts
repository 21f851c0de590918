/** A bus between the nodes of one process: what is sent arrives in a later turn, in order, unless the test has it otherwise. */
import type { NodeState, Peer } from '../../src/engine/ports-backplane.ts';

interface Taker {
  received(from: string, data: Uint8Array): void;
  broken(node: string): void;
  gone(node: string): void;
}

export class RelayHub {
  readonly peers = new Map<string, Peer>();
  readonly #takers = new Map<string, Taker>();
  /** `from to` of ways that take nothing now. */
  readonly #stopped = new Set<string>();
  /** The same for those that lose what they take. */
  readonly #losing = new Set<string>();
  isReached = true;
  heldUntil = Infinity;
  term = 1;
  /** When the words of nodes are kept. */
  keeping: Promise<unknown> = Promise.resolve();
  sent = 0;
  bytes = 0;
  /** Told all that is sent, as whoever reads the bus is. */
  heard: ((data: Uint8Array) => void) | undefined;

  join(node: string, taker: Taker): void {
    this.#takers.set(node, taker);
    this.peers.set(node, { node });
  }

  /** Others hear of it as they do of a lease that ran out. */
  leave(node: string): void {
    this.#takers.delete(node);
    this.peers.delete(node);
    for (const taker of this.#takers.values()) taker.gone(node);
  }

  bus(from: string) {
    return {
      // What was sent before has arrived by then.
      kept: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        await this.keeping;
        return true;
      },
      send: (to: string, data: Uint8Array) => this.#send(from, to, data),
    };
  }

  async stateOf(node: string): Promise<NodeState> {
    return this.#takers.has(node) ? 'alive' : 'gone';
  }

  stop(from: string, to: string): void {
    this.#stopped.add(`${from} ${to}`);
  }

  lose(from: string, to: string): void {
    this.#losing.add(`${from} ${to}`);
  }

  goOn(): void {
    this.#stopped.clear();
    this.#losing.clear();
  }

  /** Messages between two nodes were lost, and both are told. */
  break(one: string, other: string): void {
    this.#takers.get(one)?.broken(other);
    this.#takers.get(other)?.broken(one);
  }

  #send(from: string, to: string, data: Uint8Array): boolean {
    if (!this.#takers.has(to) || this.#stopped.has(`${from} ${to}`)) return false;
    if (this.#losing.has(`${from} ${to}`)) return true;
    this.sent++;
    this.bytes += data.length;
    this.heard?.(data);
    setImmediate(() => this.#takers.get(to)?.received(from, data));
    return true;
  }
}
