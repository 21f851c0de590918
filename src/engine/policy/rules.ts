/**
 * Several policies as one: what they all let through.
 *
 * Compared by what they say: rules with the same `key` mean the same.
 */
import { fitsAny, patternOf, type Pattern } from '../catalog/patterns.ts';
import type { Patterns, Policy } from '../ports-policy.ts';
import { Filter, type Part, type Reach, reachOf, within } from './filter.ts';

/** What may be used of one server. */
export interface ServerRules {
  readonly tools: Filter;
  readonly prompts: Filter;
  readonly resources: Filter;
  readonly readOnly: boolean;
  readonly checkArguments: boolean;
  /** Whether nothing of it is narrowed. */
  readonly isOpen: boolean;
}

/** A policy, read. */
interface Read {
  readonly servers: Part;
  readonly tools: Reaches;
  readonly prompts: Reaches;
  readonly resources: Reaches;
  readonly readOnly: boolean;
  readonly checkArguments: boolean;
}

interface Reaches {
  readonly allow: readonly Reach[] | undefined;
  readonly deny: readonly Reach[];
}

export class Rules {
  /** What each of the policies says. */
  readonly texts: ReadonlySet<string>;
  readonly key: string;
  readonly #policies: readonly Read[];
  /** By the names of servers that there were. */
  readonly #servers = new Map<string, ServerRules>();

  private constructor(texts: readonly string[]) {
    this.texts = new Set(texts);
    this.key = texts.join('\n');
    this.#policies = texts.map((text) => readOf(JSON.parse(text) as Plain));
  }

  /** Undefined where nothing is narrowed. */
  static of(policies: readonly (Policy | undefined)[]): Rules | undefined {
    const texts = new Set(policies.flatMap((policy) => textOf(policy) ?? []));
    return texts.size === 0 ? undefined : new Rules([...texts].sort());
  }

  /** Whether there is such a server for the caller: it may be used, and so may anything that it could have. */
  sees(server: string): boolean {
    for (const { servers } of this.#policies) {
      if ((servers.allow && !fitsAny(server, servers.allow)) || fitsAny(server, servers.deny)) return false;
    }
    const { tools, prompts, resources } = this.#read(server);
    return !(tools.isShut && prompts.isShut && resources.isShut);
  }

  /** What may be used of a server that there is. The same object each time. */
  forServer(server: string): ServerRules {
    const known = this.#servers.get(server);
    if (known) return known;
    const rules = this.#read(server);
    if (this.#servers.size >= MOST_SERVERS) this.#servers.clear();
    this.#servers.set(server, rules);
    return rules;
  }

  #read(server: string): ServerRules {
    const known = this.#servers.get(server);
    if (known) return known;
    const filter = (kind: 'tools' | 'prompts' | 'resources') =>
      new Filter(this.#policies.map((policy) => partOf(server, policy[kind])));
    const [tools, prompts, resources] = [filter('tools'), filter('prompts'), filter('resources')];
    const readOnly = this.#policies.some((policy) => policy.readOnly);
    const checkArguments = this.#policies.some((policy) => policy.checkArguments);
    const isOpen = tools.isOpen && prompts.isOpen && resources.isOpen && !readOnly && !checkArguments;
    return { tools, prompts, resources, readOnly, checkArguments, isOpen };
  }
}

/** More than anybody configures; a cache, and no more. */
const MOST_SERVERS = 10_000;

function partOf(server: string, { allow, deny }: Reaches): Part {
  return { allow: allow && within(server, allow), deny: within(server, deny) };
}

// ------------------------------------------------------------------------------------ what a policy says

interface PlainPatterns {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
}

/** Without what says nothing, in one order. */
type Plain = Readonly<Partial<Record<(typeof KINDS)[number], PlainPatterns>>> & {
  readonly readOnly?: true;
  readonly checkArguments?: true;
};

const KINDS = ['servers', 'tools', 'prompts', 'resources'] as const;

/** The same text for policies that say the same; undefined for one that narrows nothing. */
function textOf(policy: Policy | undefined): string | undefined {
  if (!policy) return undefined;
  const plain: Record<string, unknown> = {};
  for (const kind of KINDS) {
    const patterns = plainOf(policy[kind]);
    if (patterns) plain[kind] = patterns;
  }
  if (policy.readOnly === true) plain['readOnly'] = true;
  if (policy.checkArguments === true) plain['checkArguments'] = true;
  return Object.keys(plain).length === 0 ? undefined : JSON.stringify(plain);
}

function plainOf(patterns: Patterns | undefined): PlainPatterns | undefined {
  if (patterns === undefined) return undefined;
  const { allow, deny = [] } = isList(patterns) ? { allow: patterns } : patterns;
  if (allow === undefined && deny.length === 0) return undefined;
  return {
    ...(allow ? { allow: sorted(allow) } : {}),
    ...(deny.length > 0 ? { deny: sorted(deny) } : {}),
  };
}

function isList(patterns: Patterns): patterns is readonly string[] {
  return Array.isArray(patterns);
}

function sorted(patterns: readonly string[]): string[] {
  return [...new Set(patterns)].sort();
}

function readOf({ servers, tools, prompts, resources, readOnly, checkArguments }: Plain): Read {
  return {
    servers: { allow: servers?.allow?.map(patternOf), deny: patternsOf(servers?.deny) },
    tools: reachesOf(tools),
    prompts: reachesOf(prompts),
    resources: reachesOf(resources),
    readOnly: readOnly === true,
    checkArguments: checkArguments === true,
  };
}

function reachesOf(patterns: PlainPatterns | undefined): Reaches {
  return { allow: patterns?.allow?.map(reachOf), deny: (patterns?.deny ?? []).map(reachOf) };
}

function patternsOf(sources: readonly string[] = []): Pattern[] {
  return sources.map(patternOf);
}
