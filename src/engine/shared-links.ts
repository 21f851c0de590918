/** The conversations with one server that several sessions share, by whom they are shared. */
import type { Message } from '../protocol/message.ts';
import { Deadlines, Timed } from './deadlines.ts';
import { refused } from './faults.ts';
import { ownHello } from './handshake.ts';
import { LATEST_LEGACY } from '../protocol/methods.ts';
import type { Runtime, UpstreamFault } from './ports.ts';
import type { Opening } from './opening.ts';
import { INITIALIZED, type UpstreamSession } from './upstream-session.ts';

/** Who takes part: told once for each `join`, unless it leaves first. */
export interface Sharer {
  opened(upstream: UpstreamSession): void;
  failed(fault: UpstreamFault): void;
}

/** In whose name a conversation is opened. */
type Caller = Pick<Opening, 'principal' | 'forwarded'>;

class Shared extends Timed {
  readonly upstream: UpstreamSession;
  readonly sharers = new Set<Sharer>();
  isReady = false;

  constructor(upstream: UpstreamSession) {
    super();
    this.upstream = upstream;
  }
}

export interface SharedLinksOptions {
  readonly serverName: string;
  /**
   * How long a conversation is kept that nobody takes part in, in ms: the next caller should not pay for its start.
   * Undefined: for ever.
   */
  readonly keepMs: number | undefined;
  readonly runtime: Runtime;
  readonly open: (opening: Opening) => UpstreamSession;
}

/** Bounded by the sessions that take part. */
export class SharedLinks {
  readonly #options: SharedLinksOptions;
  readonly #byKey = new Map<string, Shared>();
  /** Those that nobody takes part in. */
  readonly #idle: Deadlines<Shared>;

  constructor(options: SharedLinksOptions) {
    const { runtime, keepMs = 0 } = options;
    this.#options = options;
    this.#idle = new Deadlines(runtime, keepMs, ({ upstream }) => void upstream.close());
  }

  /** Takes part in the conversation of all with the same key; the first one opens it, in its own name. */
  join(key: string, caller: Caller, sharer: Sharer): void {
    const known = this.#byKey.get(key);
    const shared = known && !known.upstream.fault ? known : this.#open(key, caller);
    shared.sharers.add(sharer);
    this.#idle.remove(shared);
    if (shared.isReady) sharer.opened(shared.upstream);
  }

  /** Takes part no longer, be it open yet or not. The last one ends the conversation, or leaves it for a while. */
  leave(key: string, sharer: Sharer): void {
    const shared = this.#byKey.get(key);
    const { keepMs } = this.#options;
    if (!shared?.sharers.delete(sharer) || shared.sharers.size > 0 || keepMs === undefined) return;
    if (keepMs > 0) this.#idle.add(shared);
    else void shared.upstream.close();
  }

  async close(): Promise<void> {
    this.#idle.clear();
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
    const shared = new Shared(upstream);
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
    this.#idle.remove(shared);
    // Once it is open, its members are told by the conversation itself.
    if (!shared.isReady) for (const sharer of [...shared.sharers]) sharer.failed(fault);
  }
}
