/** What the paths of one site lead to for each of its callers: who may not use everything gets a mount of its own. */
import type { Caller } from '../access/principal.ts';
import type { Mount } from '../engine/line.ts';
import { Merge } from '../engine/merge/merge.ts';
import type { Narrowed } from '../engine/policy/narrowed.ts';
import type { Rules } from '../engine/policy/rules.ts';
import type { Policy } from '../engine/ports-policy.ts';
import type { Server } from '../engine/server.ts';

export interface SiteMountsOptions {
  readonly narrowed: Narrowed;
  /** The servers of the site, by the names that callers know. */
  readonly servers: ReadonlyMap<string, Server>;
  /** What its root leads to for those who may use everything. */
  readonly root: Mount | undefined;
  /** The server that its root is to be; undefined: the only one, or all of them. */
  readonly chosen: string | undefined;
  /** What holds for all callers. */
  readonly policies: readonly (Policy | undefined)[];
}

export class SiteMounts {
  readonly #options: SiteMountsOptions;
  /** What holds for a caller without a policy of its own; undefined: it may use everything. */
  readonly #common: Rules | undefined;
  /** By the policy of a caller. */
  readonly #rules = new WeakMap<Policy, { readonly rules: Rules | undefined }>();

  constructor(options: SiteMountsOptions) {
    this.#options = options;
    this.#common = options.narrowed.rules(options.policies);
  }

  /** What a path leads to; undefined where nothing is there for the caller. @param server undefined: the root */
  of(server: string | undefined, { policy }: Pick<Caller, 'policy'>): Mount | undefined {
    const rules = this.#rulesFor(policy);
    const { servers, root } = this.#options;
    if (!rules) return server === undefined ? root : servers.get(server)?.mount;
    return server === undefined ? this.#rootFor(rules) : this.#serverFor(server, rules);
  }

  /** The servers that are there for a caller. */
  serversOf({ policy }: Pick<Caller, 'policy'>): ReadonlyMap<string, Server> {
    const rules = this.#rulesFor(policy);
    const { servers } = this.#options;
    return rules ? new Map([...servers].filter(([name]) => rules.sees(name))) : servers;
  }

  /** Whether less than everything is there for a caller. */
  narrows({ policy }: Pick<Caller, 'policy'>): boolean {
    return this.#rulesFor(policy) !== undefined;
  }

  /** Whether any path leads there for a caller. @param caller `varies`: whatever its policy may be */
  leadTo(mount: Mount, caller: Caller | 'varies'): boolean {
    const { narrowed, servers, root, chosen } = this.#options;
    if (caller === 'varies') return this.#mayLeadTo(mount);
    const rules = this.#rulesFor(caller.policy);
    if (!rules) return root === mount || [...servers.values()].some((server) => server.mount === mount);
    for (const [name, server] of servers)
      if (rules.sees(name) && narrowed.isServer(mount, server, name, rules)) return true;
    // Where the root is one server, it is one of those.
    const isSeveral = chosen === undefined && this.#seen(rules).length > 1;
    return isSeveral && root instanceof Merge && narrowed.isMerge(mount, root, rules);
  }

  /** For a caller of whom it is not known what it may use beside what all may. */
  #mayLeadTo(mount: Mount): boolean {
    const { narrowed, servers, root } = this.#options;
    if (this.leadTo(mount, ANYBODY)) return true;
    const bases = [...servers.values()].map((server) => server.mount);
    return [...bases, ...(root ? [root] : [])].some((base) => narrowed.isPart(mount, base, this.#common));
  }

  #rulesFor(policy: Policy | undefined): Rules | undefined {
    if (!policy) return this.#common;
    const known = this.#rules.get(policy);
    if (known) return known.rules;
    const { narrowed, policies } = this.#options;
    const rules = narrowed.rules([...policies, policy]);
    this.#rules.set(policy, { rules });
    return rules;
  }

  #seen(rules: Rules): string[] {
    return [...this.#options.servers.keys()].filter((name) => rules.sees(name));
  }

  /** What is not seen and what is not there are looked for alike. */
  #serverFor(name: string, rules: Rules): Mount | undefined {
    const isSeen = rules.sees(name);
    const server = this.#options.servers.get(name);
    return server && isSeen ? this.#options.narrowed.server(server, name, rules) : undefined;
  }

  /** As if what is not seen were not there. */
  #rootFor(rules: Rules): Mount | undefined {
    const { root, chosen, narrowed } = this.#options;
    if (chosen !== undefined) return this.#serverFor(chosen, rules);
    const [first, second] = this.#seen(rules);
    if (first === undefined) return undefined;
    if (second === undefined) return this.#serverFor(first, rules);
    return root instanceof Merge ? narrowed.merge(root, rules) : undefined;
  }
}

const ANYBODY: Caller = { principal: 'anybody' };
