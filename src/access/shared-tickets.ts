/**
 * Tickets that are good at every node, whichever gave them.
 *
 * Guarantees, beside those of `Tickets`: of several nodes that are shown one ticket, one takes it. While what is shared is
 * away, what a node gave itself is good there, unless it heard that another took it; and of others, none is: what was
 * taken so is taken from the others within a second of its return. What is kept
 * of a ticket is found by its hash, sealed, and gone when its time is over. Lookups under way are bounded.
 */
import type { Directory } from '../engine/ports-backplane.ts';
import type { Seal } from '../engine/ports-era.ts';
import type { Runtime, Timer } from '../engine/ports.ts';
import type { Sha256 } from './keys.ts';
import type { Caller } from './principal.ts';
import { holderOf, isTicket, type Shown, type TicketBook, type TicketLimits, Tickets } from './tickets.ts';

export interface SharedTicketPorts {
  readonly runtime: Pick<Runtime, 'now' | 'wall' | 'randomId' | 'after'>;
  readonly sha256: Sha256;
  readonly directory: Pick<Directory, 'put' | 'take'>;
  readonly seal: Seal;
  /** Tells all nodes that a ticket was taken. @param hash of it */
  readonly taken: (hash: string) => void;
  readonly limits?: Partial<TicketLimits>;
}

/** As long as one that was taken here may be taken elsewhere, once what is shared is back. */
const AWAY_MS = 1_000;
/** One more is refused. */
const MOST_LOOKUPS = 256;
/** A caller with a longest token fits; what does not is good at this node only. */
const MOST_BYTES = 24 * 1024;

export class SharedTickets implements TicketBook {
  readonly #ports: SharedTicketPorts;
  readonly #own: Tickets;
  /** Of its own, those that no other node knows. */
  readonly #unshared = new Set<string>();
  /** Taken here while nobody could be told, and when they run out. */
  readonly #untold = new Map<string, number>();
  #timer: Timer | undefined;
  #lookups = 0;

  constructor(ports: SharedTicketPorts) {
    this.#ports = ports;
    this.#own = new Tickets(ports);
  }

  get limits(): TicketLimits {
    return this.#own.limits;
  }

  async issue(caller: Caller, route: string, origin?: string): Promise<string | undefined> {
    const { sha256, directory } = this.#ports;
    const ticket = this.#own.issue(caller, route, origin);
    if (ticket === undefined) return undefined;
    const hash = sha256(ticket);
    const value = this.#written(hash, caller, route, origin);
    const isShared =
      value !== undefined && (await directory.put(nameOf(hash), value, this.limits.ms).catch(() => false));
    if (!isShared) this.#keepHere(hash);
    return ticket;
  }

  async take(ticket: string, shown: Shown, mayAsk = true): Promise<Caller | undefined> {
    if (!isTicket(ticket)) return undefined;
    const { sha256, directory, runtime } = this.#ports;
    const hash = sha256(ticket);
    const own = this.#own.spend(hash);
    if (own && this.#unshared.delete(hash)) return holderOf(own, shown, runtime);
    if ((!own && !mayAsk) || this.#lookups >= MOST_LOOKUPS) return undefined;
    this.#lookups++;
    try {
      const value = await directory.take(nameOf(hash));
      if (!value) return undefined;
      if (own) return holderOf(own, shown, runtime);
      this.#ports.taken(hash);
      return this.#read(hash, value, shown);
    } catch {
      if (!own) return undefined;
      this.#tellLater(hash, own.due);
      return holderOf(own, shown, runtime);
    } finally {
      this.#lookups--;
    }
  }

  /** Another node took it. */
  spent(hash: string): void {
    this.#own.spend(hash);
  }

  close(): void {
    this.#timer?.cancel();
    this.#untold.clear();
  }

  /** No other node is to take it when what is shared is back. */
  #tellLater(hash: string, due: number): void {
    if (this.#untold.size < this.limits.tickets) this.#untold.set(hash, due);
    this.#timer ??= this.#ports.runtime.after(AWAY_MS, () => void this.#tell());
  }

  async #tell(): Promise<void> {
    const { directory, runtime } = this.#ports;
    const now = runtime.now();
    for (const [hash, due] of this.#untold) if (due <= now) this.#untold.delete(hash);
    try {
      for (const hash of [...this.#untold.keys()]) {
        await directory.take(nameOf(hash));
        this.#untold.delete(hash);
      }
    } catch {
      // Later.
    }
    this.#timer = undefined;
    for (const [hash, due] of this.#untold) return this.#tellLater(hash, due);
  }

  #keepHere(hash: string): void {
    const [oldest] = this.#unshared;
    if (oldest !== undefined && this.#unshared.size >= this.limits.tickets) this.#unshared.delete(oldest);
    this.#unshared.add(hash);
  }

  #written(hash: string, caller: Caller, route: string, origin?: string): Uint8Array | undefined {
    const { scopes, subject } = caller;
    // What may be looked up again there is; of a token, all that is known of it is here.
    const told = { ...caller, scopes: scopes && [...scopes], subject: subject && { token: subject.token } };
    const bytes = encoder.encode(JSON.stringify({ caller: told, route, origin }));
    if (bytes.length > MOST_BYTES) return undefined;
    return encoder.encode(this.#ports.seal.seal(bytes, contextOf(hash)));
  }

  #read(hash: string, value: Uint8Array, shown: Shown): Caller | undefined {
    const bytes = this.#ports.seal.open(decoder.decode(value), contextOf(hash));
    if (!bytes) return undefined;
    const { caller: told, route, origin } = JSON.parse(decoder.decode(bytes)) as Written;
    const { scopes, ...rest } = told;
    const caller: Caller = { ...rest, ...(scopes ? { scopes: new Set(scopes) } : {}) };
    return holderOf({ caller, route, origin, due: Infinity }, shown, this.#ports.runtime);
  }
}

/** What we wrote ourselves: nobody else can seal. */
interface Written {
  readonly caller: Omit<Caller, 'scopes'> & { readonly scopes?: readonly string[] };
  readonly route: string;
  readonly origin?: string;
}

function nameOf(hash: string): string {
  return `ticket.${hash}`;
}

function contextOf(hash: string): string {
  return `ticket\n${hash}`;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
