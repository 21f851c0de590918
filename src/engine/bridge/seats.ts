/**
 * Serves modern calls at mounts that speak legacy conversations: each gets a seat in one, and an answer in its own words.
 *
 * Guarantees: nothing of one principal reaches another; a server that asks is asking about one call only.
 */
import { callerKey, forwardedTo } from '../forwarded.ts';
import type { Message } from '../../protocol/message.ts';
import type { EngineContext } from '../context.ts';
import type { Mount } from '../line.ts';
import type { Bridge } from '../modern/desk.ts';
import type { ListenSource } from '../modern/listener.ts';
import type { ModernCall } from '../modern/modern-call.ts';
import { result } from '../notice.ts';
import { ASKING, bridged, type BridgedRequest } from './bridged-request.ts';
import { BridgedListens } from './bridged-listens.ts';
import { discovered } from './greetings.ts';
import { isLevel } from '../../protocol/levels.ts';
import { isShared } from './mounts.ts';
import { Parking } from './parking.ts';
import type { Place, Taker, Use, Waiter } from './place.ts';
import { Pool } from './pool.ts';
import { isRefused } from './seat-host.ts';
import { helloFor, TermsBook, type Terms } from './terms.ts';

export class Seats implements Bridge {
  readonly parking: Parking;
  readonly #listens: BridgedListens;
  readonly #context: EngineContext;
  readonly #pools = new Map<Mount, Pool>();
  readonly #terms = new TermsBook();

  constructor(context: EngineContext) {
    this.#context = context;
    this.parking = new Parking(context, (call, request, round) => this.#run(call, request, round));
    this.#listens = new BridgedListens((call, taker) => this.#lend(call, taker), context);
  }

  take(call: ModernCall): void {
    const { message } = call;
    if (message.method === 'server/discover') return this.#discover(call);
    const request = bridged(message);
    const { logLevel, requestState } = request;
    if (logLevel !== undefined && !isLevel(logLevel))
      return call.fail('invalid_params', 'There is no such log level.');
    if (requestState.end > 0) this.parking.retry(call, request);
    else this.#run(call, request, 0);
  }

  /**
   * A seat of a caller, be it in use or not, and the same for all who ask for one while it is watched: what is announced
   * there is for this caller.
   * Calls `taker` exactly once, now or later, unless the waiter that comes back leaves.
   */
  common(call: ModernCall, taker: Taker): Waiter | undefined {
    return this.#poolAt(call.facts.mount).lend(placeOf(call, this.#terms.of(call.message), 'any'), taker);
  }

  awaits(message: Message): boolean {
    return this.parking.size > 0 && bridged(message).requestState.end > 0;
  }

  /** Where conversations are lent. */
  get mounts(): Mount[] {
    return [...this.#pools].flatMap(([mount, { size, queued }]) => (size + queued > 0 ? [mount] : []));
  }

  /** Whatever is listened for at a legacy server, or at several, is heard on the common seat of the caller. */
  listensFor(): ListenSource {
    return this.#listens;
  }

  /** Ends all conversations with what is taken out. */
  closeAt(mount: Mount): void {
    this.#pools.get(mount)?.close();
    this.#pools.delete(mount);
    this.parking.dropUnless((_, at) => at !== mount);
  }

  /** Ends those of callers who may not use them any more. */
  closeUnless(allows: (principal: string, mount: Mount) => boolean): void {
    for (const [mount, pool] of this.#pools) pool.dropUnless((principal) => allows(principal, mount));
    this.parking.dropUnless(allows);
  }

  close(): void {
    for (const mount of [...this.#pools.keys()]) this.closeAt(mount);
    this.parking.close();
  }

  #run(call: ModernCall, request: BridgedRequest, round: number): void {
    const { mount } = call.facts;
    const terms = this.#terms.of(call.message);
    const mayBeAsked = terms.canBeAsked && ASKING.has(call.message.method);
    const isAlone = !isShared(mount) && (mayBeAsked || request.logLevel !== undefined);
    const since = this.#context.runtime.now();
    const place = placeOf(call, terms, isAlone ? 'alone' : 'common');
    this.#poolAt(mount).run(place, { call, request, terms, round, since, isAlone });
  }

  #discover(call: ModernCall): void {
    const waiter = this.common(call, {
      take: (seat) => {
        const stop = seat.whenReady((greeting) => {
          if (isRefused(greeting)) call.fail(greeting.word, greeting.message);
          else call.answer(result(call.id, discovered(greeting)));
        });
        if (!call.isOver) call.onCancel = stop;
      },
      refuse: (word, message) => call.fail(word, message),
    });
    if (waiter) call.onCancel = () => this.#poolAt(call.facts.mount).leave(waiter);
  }

  /** @returns what ends the waiting, where the taker has to wait */
  #lend(call: ModernCall, taker: Taker): (() => void) | undefined {
    const waiter = this.common(call, taker);
    return waiter && (() => this.#poolAt(call.facts.mount).leave(waiter));
  }

  #poolAt(mount: Mount): Pool {
    const known = this.#pools.get(mount);
    if (known) return known;
    const pool = new Pool(mount, this.parking, this.#context);
    this.#pools.set(mount, pool);
    return pool;
  }
}

function placeOf({ message, facts }: ModernCall, terms: Terms, use: Use): Place {
  const forwarded = forwardedTo(facts.mount.forwardHeaders, facts.forwarded);
  const { principal } = facts;
  return {
    key: `${callerKey(principal, forwarded)}\n${terms.capabilities}`,
    principal,
    forwarded,
    use,
    // Only needed where a conversation begins.
    get hello() {
      return helloFor(message, terms);
    },
  };
}
