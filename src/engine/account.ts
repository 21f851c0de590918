/**
 * What a payer holds now, and what it may hold: whoever takes something of the gateway takes it from several accounts at
 * once, those of the caller, of its address, of its project and of the gateway.
 *
 * Guarantees: what is taken is bounded by every one of them; what is given back is there again at once.
 */
import { Debtors } from './debtors.ts';
import type { Caps, Thing } from './ports-held.ts';

export const THINGS: readonly Thing[] = [
  'sessions',
  'streams',
  'calls',
  'callBytes',
  'listens',
  'parked',
  'idempotencyKeys',
  'idempotencyBytes',
  'queuedBytes',
];

/** Whose account it is. */
export type Scope = 'caller' | 'address' | 'project' | 'gateway';

export class Account {
  readonly scope: Scope;
  caps: Caps;
  /** For whom so much waits that it counts. */
  readonly debtors = new Debtors();
  readonly #held: Record<Thing, number> = {
    sessions: 0,
    streams: 0,
    calls: 0,
    callBytes: 0,
    listens: 0,
    parked: 0,
    idempotencyKeys: 0,
    idempotencyBytes: 0,
    queuedBytes: 0,
  };

  constructor(scope: Scope, caps: Caps) {
    this.scope = scope;
    this.caps = caps;
  }

  of(thing: Thing): number {
    return this.#held[thing];
  }

  /** @param by less than nothing where it becomes less */
  change(thing: Thing, by: number): void {
    this.#held[thing] += by;
  }

  hasRoom(thing: Thing, more: number): boolean {
    const cap = this.caps[thing];
    return cap === undefined || this.#held[thing] + more <= cap;
  }

  get isEmpty(): boolean {
    for (const thing of THINGS) if (this.#held[thing] !== 0) return false;
    return true;
  }
}

/** An account that has no room: what is told of it. */
export interface Excess {
  readonly thing: Thing;
  readonly scope: Scope;
  readonly limit: number;
}

/** The accounts that one visit draws from, one object for all that the same caller opens from the same address. */
export class Payers {
  readonly principal: string;
  /** Undefined: the gateway itself. */
  readonly project: string | undefined;
  /** Empty where addresses have no accounts. */
  readonly address: string;
  /** The narrowest first. */
  readonly accounts: readonly Account[];

  constructor(principal: string, project: string | undefined, address: string, accounts: readonly Account[]) {
    this.principal = principal;
    this.project = project;
    this.address = address;
    this.accounts = accounts;
  }

  /** The first of them that has no room for so much more. */
  excess(thing: Thing, more = 1): Excess | undefined {
    for (const account of this.accounts) {
      if (!account.hasRoom(thing, more))
        return { thing, scope: account.scope, limit: account.caps[thing] ?? 0 };
    }
    return undefined;
  }

  take(thing: Thing, amount = 1): void {
    for (const account of this.accounts) account.change(thing, amount);
  }

  giveBack(thing: Thing, amount = 1): void {
    for (const account of this.accounts) account.change(thing, -amount);
  }
}
