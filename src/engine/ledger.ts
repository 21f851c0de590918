/**
 * The accounts of a gateway: found by who calls, from where and at which project.
 *
 * Bounded by those who hold something: accounts that hold nothing are forgotten when there are many.
 */
import { Account, Payers, THINGS } from './account.ts';
import type { Caps, Thing } from './ports-held.ts';

/** The caps of the gateway itself or of a project. */
export interface HeldRules {
  /** All together. */
  readonly all: Caps;
  /** One caller. Default: half of what all have, or, where everybody is one caller, all of it. */
  readonly perCaller: Caps;
  /** One address. Default: not bounded. */
  readonly perAddress: Caps;
}

export interface AllHeldRules {
  readonly gateway: HeldRules;
  /** By name; what they say of one caller or address stands in place of what the gateway says. */
  readonly projects: ReadonlyMap<string, Partial<HeldRules>>;
  /** Whether callers can be told apart: else one may have everything. */
  readonly isShared: boolean;
}

/** Who visits. */
export interface Visitor {
  readonly principal: string;
  readonly project?: string | undefined;
  /** Empty where it is not known. */
  readonly address?: string | undefined;
  /** Caps of this caller alone, in place of those that one caller has. */
  readonly caps?: Caps | undefined;
}

/** So many are looked through at the least, before those that hold nothing are forgotten. */
const LEAST_KEPT = 1_024;
/** Of what all may have, one caller may have so much, where nothing else is said. */
const SHARE = 0.5;

export class Ledger {
  readonly gateway: Account;
  #rules: AllHeldRules;
  readonly #projects = new Map<string, Account>();
  /** By principal, which no two projects have the same of. */
  readonly #callers = new Map<
    string,
    { account: Account; project: string | undefined; caps: Caps | undefined }
  >();
  /** By project and address. */
  readonly #addresses = new Map<string, { account: Account; project: string | undefined }>();
  /** By principal and address. */
  readonly #payers = new Map<string, Map<string, Payers>>();
  #kept = 0;
  #most = LEAST_KEPT;

  constructor(rules: AllHeldRules) {
    this.#rules = rules;
    this.gateway = new Account('gateway', rules.gateway.all);
  }

  /** Takes over other caps. What is held is held on; `capsOf` tells the caps that one caller has of its own. */
  change(rules: AllHeldRules, capsOf: (principal: string) => Caps | undefined): void {
    this.#rules = rules;
    this.gateway.caps = rules.gateway.all;
    for (const [name, account] of this.#projects) account.caps = rules.projects.get(name)?.all ?? {};
    for (const [principal, caller] of this.#callers) {
      caller.caps = capsOf(principal);
      caller.account.caps = this.#callerCaps(caller.project, caller.caps);
    }
    for (const { account, project } of this.#addresses.values()) account.caps = this.#addressCaps(project);
    // Which accounts a visit draws from may have changed with the caps.
    this.#payers.clear();
  }

  /** Whether callers can be told apart. */
  get isShared(): boolean {
    return this.#rules.isShared;
  }

  /** What a project holds now. */
  ofProject(name: string): Account | undefined {
    return this.#projects.get(name);
  }

  /** Every account there is. */
  *all(): Iterable<Account> {
    yield this.gateway;
    yield* this.#projects.values();
    for (const { account } of this.#callers.values()) yield account;
    for (const { account } of this.#addresses.values()) yield account;
  }

  /** Who pays for what a visitor takes: to be drawn from in the same turn. */
  payersOf(visitor: Visitor): Payers {
    const { principal, project } = visitor;
    const address = this.#countsAddresses(project) ? (visitor.address ?? '') : '';
    const known = this.#payers.get(principal)?.get(address);
    if (known) return known;
    if (this.#kept >= this.#most) this.#forget();
    const accounts = [this.#caller(visitor)];
    if (address !== '') accounts.push(...this.#address(project, address));
    if (project !== undefined) accounts.push(this.#project(project));
    accounts.push(this.gateway);
    const payers = new Payers(principal, project, address, accounts);
    const alike = this.#payers.get(principal) ?? new Map<string, Payers>();
    this.#payers.set(principal, alike.set(address, payers));
    this.#kept += 1;
    return payers;
  }

  #caller({ principal, project, caps }: Visitor): Account {
    const known = this.#callers.get(principal);
    if (known) return known.account;
    const account = new Account('caller', this.#callerCaps(project, caps));
    this.#callers.set(principal, { account, project, caps });
    return account;
  }

  /** An address is one in the whole gateway, and in a project that has caps of its own for addresses one more. */
  #address(project: string | undefined, address: string): Account[] {
    const own = project !== undefined && isBounded(this.#rules.projects.get(project)?.perAddress);
    const places = own ? [project, undefined] : [undefined];
    return places.map((place) => {
      const key = `${place ?? ''}\n${address}`;
      const known = this.#addresses.get(key);
      if (known) return known.account;
      const account = new Account('address', this.#addressCaps(place));
      this.#addresses.set(key, { account, project: place });
      return account;
    });
  }

  #project(name: string): Account {
    const known = this.#projects.get(name);
    if (known) return known;
    const account = new Account('project', this.#rules.projects.get(name)?.all ?? {});
    this.#projects.set(name, account);
    return account;
  }

  #countsAddresses(project: string | undefined): boolean {
    const { gateway, projects } = this.#rules;
    return (
      isBounded(gateway.perAddress) || (project !== undefined && isBounded(projects.get(project)?.perAddress))
    );
  }

  #addressCaps(project: string | undefined): Caps {
    const { gateway, projects } = this.#rules;
    return project === undefined ? gateway.perAddress : (projects.get(project)?.perAddress ?? {});
  }

  #callerCaps(project: string | undefined, own: Caps | undefined): Caps {
    const { gateway, projects, isShared } = this.#rules;
    const near = project === undefined ? undefined : projects.get(project)?.perCaller;
    const caps: Partial<Record<Thing, number | undefined>> = {};
    for (const thing of THINGS) {
      const all = gateway.all[thing];
      const share = all === undefined || !isShared ? undefined : Math.ceil(all * SHARE);
      caps[thing] = own?.[thing] ?? near?.[thing] ?? gateway.perCaller[thing] ?? share;
    }
    return caps;
  }

  /** What holds nothing is made again when it is asked for. */
  #forget(): void {
    for (const [principal, { account }] of this.#callers) {
      if (account.isEmpty) this.#callers.delete(principal);
    }
    for (const [key, { account }] of this.#addresses) if (account.isEmpty) this.#addresses.delete(key);
    for (const [name, account] of this.#projects) if (account.isEmpty) this.#projects.delete(name);
    this.#payers.clear();
    this.#kept = 0;
    this.#most = Math.max(LEAST_KEPT, this.#callers.size + this.#addresses.size);
  }
}

function isBounded(caps: Caps | undefined): boolean {
  return caps !== undefined && Object.values(caps).some((cap) => cap !== undefined);
}
