/**
 * The gateway itself and its projects: who may call each of them, and what its paths lead to.
 *
 * Guarantees: a key that is configured opens one site, one that was added those it was added for; principals of different
 * sites are never equal; a request without a key cannot tell which sites with keys there are, and one with the key of a
 * site cannot tell which others.
 */
import { AddressSet } from '../access/addresses.ts';
import {
  type Authenticator,
  type Caller,
  isRefused,
  NO_PROOF,
  type Place,
  type Proof,
  type Refused,
} from '../access/principal.ts';
import type { Sha256 } from '../access/keys.ts';
import { Gate } from '../access/gate.ts';
import type { Meter } from '../access/limits.ts';
import type { RateRules } from '../access/rate-rules.ts';
import type { DialectName } from '../dialects/table.ts';
import type { Gateway } from '../engine/gateway.ts';
import type { Mount } from '../engine/line.ts';
import type { MergeRules } from '../engine/merge/merge.ts';
import type { RequestHead } from '../engine/ports.ts';
import type { Policy } from '../engine/ports-policy.ts';
import type { Server } from '../engine/server.ts';
import { wallTime } from '../engine/wall.ts';
import { type DoorOptions, Doors, type Keys } from './doors.ts';
import type { HeldLimits } from './held.ts';
import type { Match } from './http/routes.ts';
import { type OperatorRules, operatorSite } from './operator-site.ts';
import { type Soon, whenKnown } from './soon.ts';
import { rootOf } from './roots.ts';
import { SiteMounts } from './site-mounts.ts';

/** What callers of a project meet. */
export interface ProjectRules {
  /** Its own servers, by the names that callers know. */
  readonly own: readonly string[];
  /** Servers of the gateway that it has, too; default none. */
  readonly shared?: readonly string[];
  /** Keys that open it and nothing else; default: those of the gateway open it. */
  readonly apiKeys?: Keys;
  /** Addresses and networks from which it may be called; default: those of the gateway. */
  readonly allowedAddresses?: readonly string[];
  /** The server of its root routes; default: the only one, or all of them merged. */
  readonly default?: string;
  /** How its servers are seen as one; default: as those of the gateway. */
  readonly merge?: MergeRules;
  /** How its legacy streams are spoken; default: as those of the gateway. */
  readonly dialect?: DialectName;
  /** Caps beside those of the gateway; default none. */
  readonly limits?: SiteLimits;
  /** What its callers may use, within what everybody may; default: all. */
  readonly policy?: Policy | undefined;
}

export interface SiteLimits extends HeldLimits {
  /** Requests of one caller within a minute; default: as the gateway has it. */
  readonly callsPerMinute?: number | undefined;
  /** How many of them at once; default: all, or as the gateway has it. */
  readonly burst?: number | undefined;
  /** How much within a time; what the gateway says of addresses and of all together holds beside it. */
  readonly rates?: Omit<RateRules, 'failures'> | undefined;
}

export interface SiteOptions extends DoorOptions {
  readonly allowedAddresses?: readonly string[];
  readonly default?: string;
  readonly callsPerMinute?: number | undefined;
  readonly burst?: number | undefined;
  readonly rates?: RateRules | undefined;
  readonly merge?: MergeRules;
  /** What everybody may use, callers of projects included; default: all. */
  readonly policy?: Policy | undefined;
  readonly projects?: Readonly<Record<string, ProjectRules>>;
  /** Who runs the gateway, wherever that may be looked at; may change. Default: nobody. */
  readonly operators?: OperatorRules;
}

/** Whose request it is where it asks for no site in particular. */
export interface Holder {
  readonly site: Site;
  readonly caller: Caller;
}

export interface Site {
  /** The project; undefined: the gateway itself. */
  readonly part: { readonly name: string } | undefined;
  readonly door: Authenticator;
  /** From where it may be called; undefined: from everywhere. */
  readonly addresses: AddressSet | undefined;
  /** Its servers, by the names that callers know. */
  readonly servers: ReadonlyMap<string, Server>;
  /** What its root routes lead to; undefined where it has no server. */
  readonly root: Mount | undefined;
  /** What its paths lead to, for each caller. */
  readonly mounts: SiteMounts;
  /** How much its callers may do within a time. */
  readonly gate: Gate;
}

/** The sites of a gateway as it is now: made anew when its servers or rules change. */
export class Sites {
  readonly root: Site;
  readonly projects: ReadonlyMap<string, Site>;
  /** All there is, for operators; undefined where there are none. */
  readonly #operators: () => Site | undefined;
  readonly #doors: Doors;

  /**
   * @param meter counts for these sites, and counted for those before them
   * @throws Error for keys that open two sites, and for lists without any
   */
  constructor(options: SiteOptions, gateway: Gateway, sha256: Sha256, meter: Meter) {
    const written = Object.entries(options.projects ?? {});
    const doors = new Doors(options, { sha256, now: () => wallTime(gateway.context.runtime) });
    this.#doors = doors;
    const own = new Map([...gateway.servers].filter(([name]) => !isOfProject(name)));
    // Beside what stands behind the keys of projects there is nothing for anybody without a key.
    const isBare = own.size === 0 && written.length > 0 && written.every(([, { apiKeys }]) => apiKeys);
    const { merge, policy } = options;
    const { narrowed } = gateway;
    const root = rootOf(gateway, { project: undefined, servers: own, chosen: options.default, merge });
    const policies = [policy];
    this.root = {
      part: undefined,
      door: doors.root(isBare),
      addresses: addressesOf(options.allowedAddresses),
      servers: own,
      root,
      mounts: new SiteMounts({ narrowed, servers: own, root, chosen: options.default, policies }),
      gate: new Gate(meter, options),
    };
    this.#operators = operatorSite(options.operators, gateway, root, meter);
    this.projects = new Map(
      written.map(([name, rules]) => {
        const servers = serversOf(name, rules, gateway);
        const { default: chosen } = rules;
        const root = rootOf(gateway, { project: name, servers, chosen, merge: { ...merge, ...rules.merge } });
        const policies = [policy, rules.policy];
        const site: Site = {
          part: { name },
          door: doors.ofProject(name, rules.apiKeys),
          addresses: addressesOf(rules.allowedAddresses ?? options.allowedAddresses),
          servers,
          root,
          mounts: new SiteMounts({ narrowed, servers, root, chosen, policies }),
          gate: gateOf(name, rules.limits, options, meter),
        };
        return [name, site];
      }),
    );
  }

  get all(): readonly Site[] {
    return [this.root, ...this.projects.values()];
  }

  get operators(): Site | undefined {
    return this.#operators();
  }

  /** Where a route leads; undefined for a project that there is not. */
  at({ row, project }: Match): Site | undefined {
    if (row.ofOperators) return this.operators;
    return project === undefined ? this.root : this.projects.get(project);
  }

  /** Whether any key is asked for: then whoever shows none must not learn what there is. */
  get haveKeys(): boolean {
    return this.all.some(({ door }) => door.isRequired);
  }

  /** The next time after `now` at which a key runs out; `Infinity` where none does. */
  nextExpiry(now: number): number {
    return this.#doors.nextExpiry(now);
  }

  /**
   * Whose request it is where it asks for no site in particular: a proof tells; without one it is the gateway's own where
   * anybody may come. Sites that may not be called from there are not asked: a key of theirs must not look like one. Who
   * is refused by all is told the same, whichever is asked for. Never rejects.
   */
  of(head: RequestHead, at: Place, from: From): Soon<Holder | Refused> {
    // Where anybody may come, keys of projects are looked for first.
    const sites = this.all
      .filter((site) => welcomes(site, from))
      .toSorted((a, b) => Number(b.door.isRequired) - Number(a.door.isRequired));
    const ask = (next: number, found: readonly Refused[]): Soon<Holder | Refused> => {
      const site = sites[next];
      if (!site) return found.find(({ error }) => error !== undefined) ?? found[0] ?? NO_PROOF;
      const known = (proof: Proof) =>
        isRefused(proof) ? ask(next + 1, [...found, proof]) : { site, caller: proof };
      return whenKnown(site.door.authenticate(head, at), known);
    };
    return ask(0, []);
  }

  /** Whether a principal may still use what it opened: it is known, and its site still leads there. */
  allows(principal: string, mount: Mount): boolean {
    const { operators } = this;
    for (const site of operators ? [...this.all, operators] : this.all) {
      const caller = site.door.recall(principal);
      if (caller !== undefined && site.mounts.leadTo(mount, caller)) return true;
    }
    return false;
  }

  /** Whether any root leads there. */
  isRoot(mount: Mount): boolean {
    return this.all.some(({ root }) => root === mount);
  }
}

/** From where a request comes, and whether that is sure. */
export interface From {
  readonly address: string;
  readonly isSure: boolean;
}

/** Whether a site may be called from there. */
export function welcomes({ addresses }: Pick<Site, 'addresses'>, { address, isSure }: From): boolean {
  return addresses === undefined || (isSure && addresses.has(address));
}

function addressesOf(allowed: readonly string[] | undefined): AddressSet | undefined {
  return allowed && new AddressSet(allowed);
}

/** What a project leaves out is as the gateway has it. */
function gateOf(name: string, limits: SiteLimits = {}, options: SiteOptions, meter: Meter): Gate {
  const { callsPerMinute, burst, rates } = limits;
  const calls =
    callsPerMinute === undefined
      ? { callsPerMinute: options.callsPerMinute, burst: burst ?? options.burst }
      : { callsPerMinute, burst };
  return new Gate(meter, { name, ...calls, rates, around: options.rates });
}

/** What a path of a site leads to for a caller. @param server undefined: its root */
export function mountFor(site: Site, server: string | undefined, caller: Caller): Mount | undefined {
  return site.mounts.of(server, caller);
}

/** The name of a project's own server in the gateway. No other name holds a slash. */
export function ownName(project: string, server: string): string {
  return `${project}/${server}`;
}

function isOfProject(name: string): boolean {
  return name.includes('/');
}

function serversOf(
  project: string,
  { own, shared = [] }: ProjectRules,
  gateway: Gateway,
): ReadonlyMap<string, Server> {
  const names = [
    ...own.map((name) => [name, ownName(project, name)] as const),
    ...shared.map((name) => [name, name] as const),
  ];
  return new Map(
    names.flatMap(([name, id]) => {
      const server = gateway.servers.get(id);
      return server ? [[name, server] as const] : [];
    }),
  );
}
