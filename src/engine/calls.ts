/** What one client asked, in flight. Bounded by the session, which adds to it. */
import type { Message } from '../protocol/message.ts';
import type { Exchange, Sink } from './exchange.ts';

export class Calls {
  readonly #open = new Set<Exchange>();
  #latest: Exchange | undefined;

  get size(): number {
    return this.#open.size;
  }

  /** Those in flight now, in the order in which they came. */
  all(): Exchange[] {
    return [...this.#open];
  }

  add(exchange: Exchange): void {
    this.#open.add(exchange);
    this.#latest = exchange;
  }

  /** False where it was not there. */
  delete(exchange: Exchange): boolean {
    if (this.#latest === exchange) this.#latest = undefined;
    return this.#open.delete(exchange);
  }

  /** The request that a cancellation names. */
  named(message: Message): Exchange | undefined {
    for (const exchange of this.#open) {
      if (exchange.isNamed(message.bytes, message.requestId)) return exchange;
    }
    return undefined;
  }

  /** Where the latest call with a reader goes; undefined when there is none. */
  get latestSink(): Sink | undefined {
    if (this.#latest?.sink.isFollowed) return this.#latest.sink;
    let last: Exchange | undefined;
    for (const running of this.#open) if (running.sink.isFollowed) last = running;
    this.#latest = last;
    return last?.sink;
  }
}
