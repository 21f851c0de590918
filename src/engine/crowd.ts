/**
 * Conversations with one server of which there may be few, as those over stdio, which are a process each: who has how many.
 *
 * Guarantees: where callers can be told apart, none has so many that nobody else gets one, whatever it does with them;
 * where all are taken, whoever has most gives one back that it does not use to a caller that has fewer; a client that
 * began a conversation and never came back does not keep it when it is needed.
 */
import { type Sharing, UpstreamError, type UpstreamDriver } from './ports.ts';
import type { UpstreamSession } from './upstream-session.ts';

/** One caller may have so much of them. */
const SHARE = 0.75;
/** What rests for so long is given to another caller … */
const RESTED_MS = 1_000;
/** … and to anybody, if its client did not come back after its first words. */
const UNCLAIMED_MS = 5_000;
/** When it is worth trying again. */
const RETRY_MS = 1_000;

/** Undefined where a server may have as many conversations as anybody likes. */
export function crowdOf(
  {
    name,
    driver,
    sharing,
  }: { readonly name: string; readonly driver: UpstreamDriver; readonly sharing: Sharing },
  ledger: { readonly isShared: boolean },
): Crowd | undefined {
  const { maxLinks } = driver;
  if (maxLinks === undefined || sharing === 'shared') return undefined;
  return new Crowd(name, maxLinks, () => ledger.isShared);
}

export class Crowd {
  readonly #name: string;
  readonly #most: number;
  readonly #isMany: () => boolean;
  /** Bounded by those that there may be. */
  readonly #byPrincipal = new Map<string, Set<UpstreamSession>>();
  #size = 0;

  /** @param most how many there may be in all @param isMany whether callers can be told apart */
  constructor(name: string, most: number, isMany: () => boolean) {
    this.#name = name;
    this.#most = most;
    this.#isMany = isMany;
  }

  /**
   * Counts one more, which is opened now; ends another one first where that is fair.
   * @throws UpstreamError for a caller that has its share
   */
  enter(upstream: UpstreamSession, principal: string, now: number): void {
    const own = this.#byPrincipal.get(principal) ?? new Set();
    const isOver = own.size >= this.#share;
    if (isOver || this.#size >= this.#most) {
      const freed = (isOver ? undefined : this.#restingOfMost(own.size, now)) ?? unclaimedOf(own, now);
      freed?.closed(RECLAIMED);
      if (isOver && !freed) throw this.#tooMany();
    }
    // What it had may have been the one that was ended.
    const held = this.#byPrincipal.get(principal) ?? new Set();
    this.#byPrincipal.set(principal, held.add(upstream));
    this.#size += 1;
  }

  /** One is over; does nothing for one that never entered. */
  leave(upstream: UpstreamSession, principal: string): void {
    const held = this.#byPrincipal.get(principal);
    if (!held?.delete(upstream)) return;
    this.#size -= 1;
    if (held.size === 0) this.#byPrincipal.delete(principal);
  }

  get #share(): number {
    return this.#isMany() ? Math.max(1, Math.floor(this.#most * SHARE)) : this.#most;
  }

  /** The one that rests longest of whoever has most of those that have one to spare. @param own what the newcomer has */
  #restingOfMost(own: number, now: number): UpstreamSession | undefined {
    let found: UpstreamSession | undefined;
    let most = own;
    for (const held of this.#byPrincipal.values()) {
      if (held.size <= most) continue;
      const resting = longest(held, (one) => isAtRest(one) && now - one.usedAt >= RESTED_MS);
      if (resting) [found, most] = [resting, held.size];
    }
    return found;
  }

  #tooMany(): UpstreamError {
    const message = `This caller has as many conversations with the server "${this.#name}" as one may have beside others; end one, or raise maxProcesses.`;
    return new UpstreamError({ code: 'too-many-processes', message, retryAfterMs: RETRY_MS });
  }
}

/** Told to nobody but the log: whoever had it gets another one with its next call. */
const RECLAIMED = {
  code: 'reclaimed',
  message: 'A conversation that rested was ended, because another caller needed its place.',
};

function unclaimedOf(held: Iterable<UpstreamSession>, now: number): UpstreamSession | undefined {
  return longest(held, (one) => isAtRest(one) && isUnclaimed(one) && now - one.usedAt >= UNCLAIMED_MS);
}

/** Nothing is asked in it, and nobody waits for what the server says by itself: it can be begun again in the same terms. */
function isAtRest({ inFlight, isModern, handshake, members }: UpstreamSession): boolean {
  if (inFlight > 0 || !(isModern || handshake.length > 0)) return false;
  for (const { subscriptions, isWatched } of members) if (subscriptions.size > 0 || isWatched) return false;
  return true;
}

function isUnclaimed({ members }: UpstreamSession): boolean {
  for (const member of members) if (!member.isUnclaimed) return false;
  return true;
}

function longest(
  held: Iterable<UpstreamSession>,
  fits: (one: UpstreamSession) => boolean,
): UpstreamSession | undefined {
  let found: UpstreamSession | undefined;
  for (const one of held) if ((!found || one.usedAt < found.usedAt) && fits(one)) found = one;
  return found;
}
