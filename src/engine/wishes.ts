/** What a client asked of its server that outlives a link: its log level and its subscriptions. Bounded. */
import { copySpan, type Message } from '../protocol/message.ts';
import type { Exchange } from './exchange.ts';
import type { UpstreamSession } from './upstream-session.ts';

export class Wishes {
  readonly #cap: number;
  readonly #uris = new Set<string>();
  /** The raw params of `logging/setLevel`, when there was one. */
  logLevel: string | undefined;

  /** @param cap subscriptions of one session */
  constructor(cap: number) {
    this.#cap = cap;
  }

  get subscriptions(): ReadonlySet<string> {
    return this.#uris;
  }

  /** False when the cap is reached. */
  add(uri: string): boolean {
    if (this.#uris.size >= this.#cap) return this.#uris.has(uri);
    this.#uris.add(uri);
    return true;
  }

  /** The same for a request, whose failure takes the wish back. */
  want(uri: string, exchange: Exchange): boolean {
    if (this.#uris.has(uri)) return true;
    if (!this.add(uri)) return false;
    exchange.undo = () => this.delete(uri);
    return true;
  }

  /** @param message a `logging/setLevel` */
  level({ bytes, params }: Message): void {
    if (params.end > 0) this.logLevel = new TextDecoder().decode(copySpan(bytes, params));
  }

  delete(uri: string): void {
    this.#uris.delete(uri);
  }

  /** Tells a new conversation of its own everything again. */
  restore(upstream: UpstreamSession): void {
    if (this.logLevel !== undefined) upstream.tell('logging/setLevel', this.logLevel);
    for (const uri of this.#uris) upstream.tell('resources/subscribe', JSON.stringify({ uri }));
  }

  /** Tells a shared conversation of those that nobody else watches. To be called before taking part. */
  watch(upstream: UpstreamSession): void {
    for (const uri of this.#uris)
      if (!upstream.isWatched(uri)) upstream.tell('resources/subscribe', JSON.stringify({ uri }));
  }

  /** The reverse, after taking part no longer. */
  unwatch(upstream: UpstreamSession): void {
    for (const uri of this.#uris)
      if (!upstream.isWatched(uri)) upstream.tell('resources/unsubscribe', JSON.stringify({ uri }));
  }
}
