/** What the drivers over HTTP have in common: who may open a link, how the server is, and the end of all links. */
import {
  type LinkContext,
  type LinkEvents,
  type UpstreamDriver,
  UpstreamError,
  type UpstreamFault,
  type UpstreamLink,
} from '../engine/ports.ts';
import type { NetworkOptions, NetworkPlatform } from './network-options.ts';
import { Remote } from './network-remote.ts';

/** Told once when a link ended. @param isWanted whether it was closed by us */
export type LinkEnded = (link: UpstreamLink, fault: UpstreamFault, isWanted: boolean) => void;

/** A link that may have to wait before anything can be said on it. */
export interface OpeningLink extends UpstreamLink {
  /** Resolves when it is open; rejects with `UpstreamError` when it will never be. */
  readonly opened: Promise<void>;
}

export abstract class NetworkDriver implements UpstreamDriver {
  abstract readonly kind: string;
  readonly mayRepeat = true;
  protected readonly remote: Remote;
  /** Whether opening a link asks the server something, before anything is said on it. */
  protected abstract readonly asksFirst: boolean;
  readonly #links = new Set<UpstreamLink>();
  #closing: Promise<void> | undefined;

  constructor(options: NetworkOptions, platform: NetworkPlatform) {
    this.remote = new Remote(options, platform);
  }

  get personal(): UpstreamDriver['personal'] {
    return this.remote.credentials?.personal;
  }

  protected abstract link(events: LinkEvents, context: LinkContext, onEnd: LinkEnded): OpeningLink;

  async open(events: LinkEvents, context: LinkContext): Promise<UpstreamLink> {
    this.#checkWanted(context);
    this.remote.breaker.check(context, false);
    // Before anything is sent: who has none is told so, and costs the server nothing.
    await this.remote.shownOn(context)?.value();
    this.#checkWanted(context);
    if (this.asksFirst) this.remote.breaker.check(context, true);
    const link = this.link(events, context, (ended, fault, isWanted) => {
      this.#links.delete(ended);
      if (!isWanted) this.remote.breaker.lost(fault.message);
    });
    this.#links.add(link);
    const giveUp = (): void => void link.close();
    context.signal.addEventListener('abort', giveUp, { once: true });
    try {
      await link.opened;
      this.#checkWanted(context);
    } catch (error) {
      giveUp();
      this.remote.breaker.gaveUp();
      throw error;
    } finally {
      context.signal.removeEventListener('abort', giveUp);
    }
    return link;
  }

  health(): ReturnType<UpstreamDriver['health']> {
    const facts = { links: this.#links.size, restarts: this.remote.breaker.restarts };
    if (this.#closing) return { state: 'failed', ...facts, reason: 'It was closed.' };
    return { ...this.remote.breaker.state(this.#links.size > 0), ...facts };
  }

  refresh(): void {
    this.remote.breaker.forget();
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    await Promise.allSettled([...this.#links].map((link) => link.close()));
    await Promise.all(this.remote.farewells);
    await this.remote.caller.close();
  }

  #checkWanted({ signal }: LinkContext): void {
    if (!this.#closing && !signal.aborted) return;
    const why = this.#closing ? 'it is being shut down' : 'nobody waits for it any more';
    throw new UpstreamError({
      code: 'closed',
      message: `No link to the server "${this.remote.name}" was opened: ${why}.`,
    });
  }
}
