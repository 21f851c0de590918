/**
 * How long a session may stay without a call and without a reader. Half an hour for one that a client uses; much
 * less while nobody has named it since its `initialize`, as each may hold a process; no time at all where the gateway
 * goes away.
 */
import type { EngineContext } from './context.ts';
import type { Deadlines } from './deadlines.ts';
import type { Refusal } from './overdrawn.ts';
import type { Session } from './session.ts';
import type { SessionStreams } from './session-streams.ts';

export class Patience {
  readonly #session: Session;
  readonly #context: EngineContext;
  #list: Deadlines<Session>;
  /** It ends as soon as it is at rest. */
  isRetiring = false;
  /** Why it takes no more requests; undefined while it does. */
  refusal: Refusal | undefined;

  constructor(session: Session, context: EngineContext) {
    this.#session = session;
    this.#context = context;
    this.#list = listOf(session, context);
    this.#list.add(session);
  }

  /** Starts the time anew. */
  renew(now?: number): void {
    this.#list.add(this.#session, now);
  }

  /** The last call is over: a client that is given little time has all of it from now on. */
  atRest(): void {
    // Its answer leaves in this turn.
    if (this.isRetiring) return queueMicrotask(() => this.#retire());
    if (this.#list === this.#context.sseIdle && !this.#session.isClosed) this.renew();
  }

  /** From now on the session is one that its client has not named yet. */
  awaitClaim(): void {
    this.#use(this.#context.unclaimed);
  }

  /** A client named the session, so it knows of it. */
  claimed(): void {
    if (this.isUnclaimed) this.#use(this.#context.idle);
  }

  /** The reader of its `initialize` went away before the answer: it may still come back. */
  unread(): void {
    if (this.isUnclaimed) this.#use(this.#context.unread);
    else this.renew();
  }

  /** Whether its readers alone keep the session; else its client must say something now and then. */
  isKeptBy({ isFollowed }: SessionStreams): boolean {
    return isFollowed && this.#list !== this.#context.sseIdle;
  }

  /** Why a session whose time is over is closed. */
  get reason(): string {
    return this.isUnclaimed ? 'unread' : 'idle';
  }

  /** The session ends as `draining` as soon as no call is in flight. */
  retire(): void {
    this.isRetiring = true;
    this.#retire();
  }

  /** Requests are refused from now on, so that those in flight come to their end. */
  refuseMore(): void {
    this.refusal = { word: 'draining', message: 'The gateway is shutting down.' };
  }

  #retire(): void {
    if (this.#session.inFlight === 0) this.#session.close('draining');
  }

  end(): void {
    this.#list.remove(this.#session);
  }

  /** No client has named it since its `initialize`. */
  get isUnclaimed(): boolean {
    return this.#list === this.#context.unclaimed || this.#list === this.#context.unread;
  }

  #use(list: Deadlines<Session>): void {
    this.#list = list;
    list.add(this.#session);
  }
}

function listOf({ isStateless, dialect }: Session, context: EngineContext): Deadlines<Session> {
  if (isStateless) return context.statelessIdle;
  const isSse = dialect.shapes !== undefined;
  return isSse && context.settings.sseIdleMs > 0 ? context.sseIdle : context.idle;
}
