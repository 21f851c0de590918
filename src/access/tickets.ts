/**
 * Tickets: stand-ins for a key where no header can be sent, so that no key ever travels in a URL.
 *
 * Guarantees: a ticket is good once, for a short time, for one route, the principal it was given to and the origin of
 * the page that asked for it; presented anywhere it is spent. Kept by its hash only: how long a look-up takes tells nothing of the tickets there are.
 * Bounded: what is out of date makes room, and beyond the caps none is given.
 */
import type { Runtime } from '../engine/ports.ts';
import type { Sha256 } from './keys.ts';
import type { Caller } from './principal.ts';

export interface TicketLimits {
  /** How long a ticket is good, in ms: as long as a page needs to open a stream. */
  readonly ms: number;
  /** Tickets that wait to be used, in all. */
  readonly tickets: number;
  /** The same of one principal: a page needs one for each stream it opens. */
  readonly perPrincipal: number;
}

const DEFAULT_TICKET_LIMITS: TicketLimits = { ms: 30_000, tickets: 10_000, perPrincipal: 1_000 };

/** A ticket that is kept. */
export interface Entry {
  readonly caller: Caller;
  readonly route: string;
  readonly due: number;
  /** Of the page that asked; undefined: no page did. */
  readonly origin: string | undefined;
}

/** Where tickets are given and taken; a promise where others have to be asked, which never rejects. */
export interface TicketBook {
  readonly limits: TicketLimits;
  issue(caller: Caller, route: string, origin?: string): string | undefined | Promise<string | undefined>;
  /** @param mayAsk whether others may be asked about a ticket that is not known here; default true */
  take(ticket: string, shown: Shown, mayAsk?: boolean): Caller | undefined | Promise<Caller | undefined>;
}

/** What a ticket is shown with. */
export interface Shown {
  readonly route: string;
  /** Whether this comes from where a page of that origin would. */
  readonly isFrom: (origin: string) => boolean;
}

export interface TicketPorts {
  readonly runtime: Pick<Runtime, 'now' | 'wall' | 'randomId'>;
  readonly sha256: Sha256;
  readonly limits?: Partial<TicketLimits>;
}

export class Tickets implements TicketBook {
  readonly limits: TicketLimits;
  readonly #runtime: TicketPorts['runtime'];
  readonly #sha256: Sha256;
  /** By hash, in the order in which they were given, and so in which they go out of date. */
  readonly #entries = new Map<string, Entry>();
  readonly #held = new Map<string, number>();

  constructor({ runtime, sha256, limits }: TicketPorts) {
    this.limits = { ...DEFAULT_TICKET_LIMITS, ...limits };
    this.#runtime = runtime;
    this.#sha256 = sha256;
  }

  /** Tickets that wait to be used, those out of date included until the next one is given. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * A ticket for one stream of a route; undefined when there are as many as there may be.
   * @param origin of the page that asks; undefined: no page does, and whoever is handed the ticket may use it
   */
  issue(caller: Caller, route: string, origin?: string): string | undefined {
    const { principal } = caller;
    const now = this.#runtime.now();
    this.#sweep(now);
    const held = this.#held.get(principal) ?? 0;
    if (this.#entries.size >= this.limits.tickets || held >= this.limits.perPrincipal) return undefined;
    const ticket = this.#runtime.randomId();
    this.#entries.set(this.#sha256(ticket), { caller, route, due: now + this.limits.ms, origin });
    this.#held.set(principal, held + 1);
    return ticket;
  }

  /** Whose ticket it is, which is spent by this; undefined when it is not good, or not for this route and page. */
  take(ticket: string, shown: Shown): Caller | undefined {
    const entry = isTicket(ticket) ? this.spend(this.#sha256(ticket)) : undefined;
    return entry && holderOf(entry, shown, this.#runtime);
  }

  /** The same by its hash, good or not. */
  spend(hash: string): Entry | undefined {
    const entry = this.#entries.get(hash);
    if (entry) this.#drop(hash, entry);
    return entry;
  }

  #sweep(now: number): void {
    for (const [hash, entry] of this.#entries) {
      if (entry.due > now) return;
      this.#drop(hash, entry);
    }
  }

  #drop(hash: string, { caller: { principal } }: Entry): void {
    this.#entries.delete(hash);
    const held = (this.#held.get(principal) ?? 1) - 1;
    if (held > 0) this.#held.set(principal, held);
    else this.#held.delete(principal);
  }
}

/** None of ours is longer; more is not worth hashing. */
const MAX_TICKET_LENGTH = 128;

export function isTicket(text: string): boolean {
  return text.length > 0 && text.length <= MAX_TICKET_LENGTH;
}

/** Whose ticket it is; undefined when it is not good, or not for this route and page. */
export function holderOf(
  entry: Entry,
  { route, isFrom }: Shown,
  runtime: Pick<Runtime, 'now' | 'wall'>,
): Caller | undefined {
  const { caller, due, origin } = entry;
  const now = runtime.now();
  const wall = runtime.wall?.() ?? now;
  // Nor longer than the proof that it stands for.
  if (entry.route !== route || now >= due || wall >= (caller.until ?? Infinity)) return undefined;
  return origin === undefined || isFrom(origin) ? caller : undefined;
}
