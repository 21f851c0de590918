/** The conversations with one server that several sessions share, by whom they are shared. */
import type { Message } from '../protocol/message.ts';
import { refused } from './faults.ts';
import { ownHello } from './handshake.ts';
import { LATEST_LEGACY } from '../protocol/methods.ts';
import type { UpstreamFault } from './ports.ts';
import type { Opening } from './opening.ts';
import { INITIALIZED, type UpstreamSession } from './upstream-session.ts';

/** Who takes part: told once for each `join`, unless it leaves first. */
export interface Sharer {
  opened(upstream: UpstreamSession): void;
  failed(fault: UpstreamFault): void;
}

/** In whose name a conversation is opened. */
type Caller = Pick<Opening, 'principal' | 'forwarded'>;

interface Shared {
  readonly upstream: UpstreamSession;
  readonly sharers: Set<Sharer>;
  isReady: boolean;
}

export interface SharedLinksOptions {
  readonly serverName: string;
  /** Keeps a conversation that nobody uses: the next caller should not pay for its start. */
  readonly staysUp: boolean;
  readonly open: (opening: Opening) => UpstreamSession;
}

/** Bounded by the sessions that take part. */
export class SharedLinks {
  readonly #options: SharedLinksOptions;
  readonly #byKey = new Map<string, Shared>();

  constructor(options: SharedLinksOptions) {
    this.#options = options;
  }

  /** Takes part in the conversation of all with the same key; the first one opens it, in its own name. */
  join(key: string, caller: Caller, sharer: Sharer): void {
    const known = this.#byKey.get(key);
    const shared = known && !known.upstream.fault ? known : this.#open(key, caller);
    shared.sharers.add(sharer);
    if (shared.isReady) sharer.opened(shared.upstream);
  }

  /** Takes part no longer, be it open yet or not. The last one ends the conversation. */
  leave(key: string, sharer: Sharer): void {
    const shared = this.#byKey.get(key);
    if (!shared?.sharers.delete(sharer) || shared.sharers.size > 0 || this.#options.staysUp) return;
    void shared.upstream.close();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#byKey.values()].map(({ upstream }) => upstream.close()));
  }

  #open(key: string, caller: Caller): Shared {
    const upstream = this.#options.open({
      hello: ownHello(LATEST_LEGACY),
      ...caller,
      isShared: true,
      answered: (answer) => this.#answered(shared, answer),
      ended: (fault) => this.#ended(key, shared, fault),
    });
    const shared: Shared = { upstream, sharers: new Set(), isReady: false };
    this.#byKey.set(key, shared);
    return shared;
  }

  #answered(shared: Shared, answer: Message): void {
    const { upstream } = shared;
    if (answer.kind === 'error') return upstream.closed(refused(this.#options.serverName));
    upstream.notify(INITIALIZED);
    shared.isReady = true;
    for (const sharer of [...shared.sharers]) {
      if (upstream.fault) sharer.failed(upstream.fault);
      else sharer.opened(upstream);
    }
  }

  #ended(key: string, shared: Shared, fault: UpstreamFault): void {
    if (this.#byKey.get(key) === shared) this.#byKey.delete(key);
    // Once it is open, its members are told by the conversation itself.
    if (!shared.isReady) for (const sharer of [...shared.sharers]) sharer.failed(fault);
  }
}
