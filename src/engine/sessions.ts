/**
 * The sessions that are open. Guarantees: one is found only by the principal that opened it; their number is bounded; each is
 * paid for as long as it is open.
 */
import { isLegacyVersion } from '../protocol/methods.ts';
import type { Payers } from './account.ts';
import type { EngineContext } from './context.ts';
import { callerKey } from './forwarded.ts';
import type { Mount } from './line.ts';
import { OVERLOADED, outOfService, overdrawn, type Refusal } from './overdrawn.ts';
import { Session } from './session.ts';
import { openingOf } from './session-facts.ts';
import type { OpenOptions, SessionOptions } from './session-options.ts';
import { Tally } from './tally.ts';

/** Its next request could not be served here. */
const CUT_OFF: Refusal = {
  word: 'owner_uncertain',
  message: 'This node is cut off from the others, and opens no session that they could go on with.',
};

export class Sessions {
  /** What is open, counted. */
  readonly tally = new Tally();
  readonly #context: EngineContext;
  readonly #named = new Map<string, Session>();
  readonly #stateless = new Map<string, Session>();
  /** No more are opened. */
  isDraining = false;
  /** Nor is anybody served without one. */
  isLeaving = false;

  constructor(context: EngineContext) {
    this.#context = context;
  }

  /** Those that have a name. */
  get size(): number {
    return this.#named.size;
  }

  get all(): Session[] {
    return [...this.#named.values(), ...this.#stateless.values()];
  }

  get(id: string): Session | undefined {
    return this.#named.get(id);
  }

  open(options: OpenOptions): Session | Refusal {
    const payers = options.payers ?? this.#context.ledger.payersOf(options);
    const { cluster } = this.#context;
    // One that its stream is ends with its node.
    const generation = cluster && options.dialect.resumable ? 1 : 0;
    if (generation > 0 && cluster?.isCut) return CUT_OFF;
    const id = () => cluster?.names.next() ?? this.#context.runtime.randomId();
    return this.#newRefusal(options.mount, payers) ?? this.#open({ ...options, payers }, id(), generation);
  }

  /** Goes on with one that another node had. Its terms are its line's to recall. */
  adopt(options: OpenOptions, id: string, generation: number): Session | Refusal {
    const payers = options.payers ?? this.#context.ledger.payersOf(options);
    return this.#refusal(options.mount, payers) ?? this.#open({ ...options, payers }, id, generation);
  }

  /** The session with an id, if this principal opened it at this mount; a stranger learns nothing. */
  find(id: string, principal: string, mount: Mount): Session | undefined {
    const session = this.#named.get(id);
    if (session?.principal !== principal || session.mount !== mount) return undefined;
    session.patience.claimed();
    return session;
  }

  /** The session that serves all requests of a principal that name none. */
  stateless(options: OpenOptions): Session | Refusal {
    const payers = options.payers ?? this.#context.ledger.payersOf(options);
    const key = statelessKey(options, payers);
    const open = this.#stateless.get(key);
    if (open?.mount === options.mount && !this.isLeaving) return open;
    const refusal = this.#newRefusal(options.mount, payers, this.isLeaving);
    if (refusal) return refusal;
    const session = this.#make({
      ...options,
      payers,
      id: this.#context.runtime.randomId(),
      endpoint: '',
      isStateless: true,
      onClosed: (closed) => {
        this.#stateless.delete(key);
        this.#closed(closed);
      },
    });
    this.#stateless.set(key, session);
    return session;
  }

  #open(options: OpenOptions & { payers: Payers }, id: string, generation: number): Session {
    const onClosed = (closed: Session, reason: string) => {
      this.#named.delete(id);
      this.#context.cluster?.ended(closed, reason);
      this.#closed(closed);
    };
    const endpoint = options.endpoint?.(id) ?? '';
    const session = this.#make({ ...options, id, endpoint, generation, isStateless: false, onClosed });
    this.#named.set(id, session);
    return session;
  }

  #make(options: SessionOptions): Session {
    const session = new Session(options, this.#context);
    session.payers.take('sessions');
    this.tally.opened(session);
    this.#context.observer.sessionOpened?.(openingOf(session));
    return session;
  }

  #closed(session: Session): void {
    session.payers.giveBack('sessions');
    this.tally.closed(session);
  }

  /** One that another node had is not new: its client has done nothing to be turned away for. */
  #newRefusal(mount: Mount, payers: Payers, isGoing = this.isDraining): Refusal | undefined {
    const refusal = this.#refusal(mount, payers, isGoing);
    return refusal ?? (this.#context.isOverloaded() ? OVERLOADED : undefined);
  }

  #refusal(mount: Mount, payers: Payers, isGoing = this.isDraining): Refusal | undefined {
    if (isGoing) return { word: 'draining', message: 'The gateway is shutting down.' };
    // A request may have met it before it was taken out, and come to this only now.
    if (mount.isClosed) return { word: 'unknown_server', message: 'There is no such server here.' };
    if (mount.isDisabled) return outOfService(mount);
    return overdrawn(payers, 'sessions');
  }
}

function statelessKey({ mount, version, principal, forwarded }: OpenOptions, { address }: Payers): string {
  const spoken = isLegacyVersion(version) ? version : '';
  return `${mount.name}\n${mount.key ?? ''}\n${spoken}\n${address}\n${callerKey(principal, forwarded)}`;
}
