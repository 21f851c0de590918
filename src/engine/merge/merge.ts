/**
 * Several servers at one address, seen as one.
 *
 * Guarantees: what one session is told of lists of a server, another is told only if the server would tell it the
 * same; a server that is slow, down or broken costs its own calls and nobody else's.
 */
import { buildCatalog, type Catalog, type Source } from '../catalog/catalog.ts';
import { KINDS, type Kind } from '../catalog/kinds.ts';
import type { NameMode } from '../catalog/names.ts';
import type { Offer, View } from '../catalog/view.ts';
import type { EngineContext } from '../context.ts';
import type { LineOwner, Mount } from '../line.ts';
import { type Offering, offeringOf } from '../policy/offering.ts';
import type { ServerRules } from '../policy/rules.ts';
import type { Timer } from '../ports.ts';
import type { Server } from '../server.ts';
import { MERGE_LIMITS, type MergeLimits } from './limits.ts';
import { MergedLine } from './merged-line.ts';
import { Recovery } from './recovery.ts';
import { Scout } from './scout.ts';

/** How several servers are seen as one. */
export interface MergeRules {
  /** When a name is `server__name`: where two servers have the same (default), or always. */
  readonly names?: Exclude<NameMode, 'own'>;
  /** How much longer than for the quickest server a list waits for slow ones, in ms; default 200. */
  readonly waitMs?: number;
  /**
   * What becomes of the items of a server that is down. `keep` (default): those it listed last stay; a list that
   * does not change with each restart is worth more to a model than one without what fails, and a call says why it
   * does. `hide`: they go, and come back with it.
   */
  readonly down?: 'keep' | 'hide';
  /**
   * Whether servers are asked for their lists before anybody does, so that the first who asks gets those of slow ones,
   * too: starts each of them once. Default false.
   */
  readonly ahead?: boolean;
}

/** One server of a merge, and what of it is offered. */
export interface MergeMember {
  /** What it is called here, and so in aliases; default its name. */
  readonly name?: string;
  readonly server: Server;
  /** Default: as the server has it. */
  readonly offer?: Offer | undefined;
  /** What of that those may use for whom the merge is; default: all. */
  readonly rules?: ServerRules | undefined;
}

export interface MergeOptions extends MergeRules {
  /** Unique among mounts. No server can have a name with a slash. */
  readonly name: string;
  /** What tells it from others of its name; default: nothing, there is none. */
  readonly key?: string | undefined;
  /** What clients are told as the name of the server; default `sluice`. */
  readonly title?: string;
  /** In the order that decides whose a name is that several have. */
  readonly members: readonly MergeMember[];
  readonly limits?: Partial<MergeLimits>;
}

/** A server as it takes part in a merge. */
export interface Viewed {
  readonly name: string;
  readonly server: Server;
  readonly offer: Offer | undefined;
  readonly rules: ServerRules | undefined;
  readonly offering: Offering;
  readonly view: View;
}

interface Built {
  readonly kind: Kind;
  readonly sources: readonly Source[];
  readonly former: Catalog | undefined;
  readonly catalog: Catalog;
}

/** Time to find that a port is taken. */
const AHEAD_MS = 50;
/** More than servers ever count. */
const CHANGE = 2 ** 32;
/** Catalogs that are shared by sessions to which all servers say the same. */
const MAX_BUILT = 64;

export class Merge implements Mount {
  readonly name: string;
  readonly key: string | undefined;
  readonly title: string;
  readonly limits: MergeLimits;
  readonly recovery: Recovery;
  readonly #context: EngineContext;
  readonly #lines = new Set<MergedLine>();
  #members: readonly Viewed[];
  #rules: Required<MergeRules>;
  #built: Built[] = [];
  readonly #scout: Scout;
  #setOut: Timer | undefined;
  #isClosed = false;
  #changes = 0;

  constructor(options: MergeOptions, context: EngineContext) {
    this.name = options.name;
    this.key = options.key;
    this.title = options.title ?? 'sluice';
    this.limits = { ...MERGE_LIMITS, ...options.limits };
    this.recovery = new Recovery(context.runtime, this.limits);
    this.#context = context;
    this.#rules = rulesOf(options);
    this.#members = viewed(options.members, []);
    this.#scout = new Scout(this.limits, context);
    this.#askAhead();
  }

  get members(): readonly Viewed[] {
    return this.#members;
  }

  get rules(): Required<MergeRules> {
    return this.#rules;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get forwardHeaders(): readonly string[] {
    return [...new Set(this.#members.flatMap(({ server }) => server.forwardHeaders))];
  }

  get toolChanges(): number {
    return this.#members.reduce((sum, { server }) => sum + server.toolChanges, this.#changes);
  }

  get waitMs(): number {
    return this.#rules.waitMs;
  }

  get hidesDown(): boolean {
    return this.#rules.down === 'hide';
  }

  /** Takes over other servers and rules. Sessions stay, and are told that lists changed. */
  change(members: readonly MergeMember[], given: MergeRules = this.#rules): void {
    const rules = rulesOf(given);
    const next = viewed(members, this.#members);
    const isSame = next.length === this.#members.length && next.every((one, at) => one === this.#members[at]);
    if (isSame && isSameRules(rules, this.#rules)) return;
    this.#members = next;
    this.#rules = rules;
    // Above all that its servers counted, lest one that goes takes away what it counted.
    this.#changes += CHANGE;
    this.#built = [];
    for (const line of [...this.#lines]) line.reload();
    this.#askAhead();
  }

  /** Takes one server out, if it has it. */
  drop(server: Server): void {
    const rest = this.#members.filter((member) => member.server !== server);
    if (rest.length < this.#members.length) this.change(rest);
  }

  line(owner: LineOwner, version: string): MergedLine {
    const line = new MergedLine(owner, this, version, this.#context);
    this.#lines.add(line);
    return line;
  }

  /** No new session may be opened. Those that are open are the gateway's to close. */
  close(): void {
    this.#isClosed = true;
    this.#setOut?.cancel();
    this.#scout.close();
  }

  /** A session ended. @internal */
  left(line: MergedLine): void {
    this.#lines.delete(line);
    if (this.#lines.size === 0) this.#built = [];
  }

  /** Not at once: a gateway that cannot listen starts nothing. */
  #askAhead(): void {
    if (!this.#rules.ahead) return;
    this.#setOut?.cancel();
    this.#setOut = this.#context.runtime.after(AHEAD_MS, () => this.#scout.ask(this.#members));
  }

  /** The catalog of these lists: made once for all who ask for the same. */
  catalog(kind: Kind, sources: readonly Source[], former: Catalog | undefined): Catalog {
    const known = this.#built.find((built) => isOf(built, kind, sources, former));
    if (known) return known.catalog;
    const catalog = buildCatalog(kind, sources, this.#rules.names, former);
    if (catalog.doubles > (former?.doubles ?? 0)) this.#tellDoubles(catalog);
    this.#built.push({ kind, sources, former, catalog });
    if (this.#built.length > MAX_BUILT) this.#built.shift();
    return catalog;
  }

  #tellDoubles({ kind, doubles }: Catalog): void {
    const what = doubles === 1 ? 'One item' : `${doubles} items`;
    const message = `${what} of \`${KINDS[kind].method}\` at "${this.name}" came before: the first one counts.`;
    this.#context.notes.tell({ where: 'merge', code: 'listed_twice', message });
  }

  /**
   * The server that a name of the form `server__name` means, and the name it has there, where no list is needed to
   * tell. @param isAsked whether a server is asked at all
   */
  direct(
    kind: Kind,
    name: string,
    isAsked: (server: string) => boolean,
  ): { server: string; own: string } | undefined {
    let found: { server: string; own: string } | undefined;
    for (const { name: server, view } of this.#members) {
      const prefix = `${server}__`;
      if (!name.startsWith(prefix) || !isAsked(server)) continue;
      const own = view[kind].own(name.slice(prefix.length));
      // The longest name of a server that fits is meant most likely.
      if (own !== undefined && (!found || server.length > found.server.length)) found = { server, own };
    }
    return found;
  }
}

/** Views stay where what is offered stays. */
function viewed(members: readonly MergeMember[], before: readonly Viewed[]): Viewed[] {
  return members.map(({ server, name = server.name, offer = server.offer, rules }) => {
    const same = before.find(
      (one) => one.server === server && one.name === name && one.offer === offer && one.rules === rules,
    );
    if (same) return same;
    const offering = offeringOf(offer, rules);
    return { name, server, offer, rules, offering, view: offering.view };
  });
}

function rulesOf(rules: MergeRules): Required<MergeRules> {
  const { names = 'collisions', waitMs = 200, down = 'keep', ahead = false } = rules;
  return { names, waitMs, down, ahead };
}

function isSameRules(a: MergeRules, b: MergeRules): boolean {
  return a.names === b.names && a.waitMs === b.waitMs && a.down === b.down && a.ahead === b.ahead;
}

function isOf(built: Built, kind: Kind, sources: readonly Source[], former: Catalog | undefined): boolean {
  if (built.kind !== kind || built.former !== former || built.sources.length !== sources.length) return false;
  return built.sources.every(({ server, list, isShown, view }, at) => {
    const other = sources[at];
    return (
      other?.server === server && other.list === list && other.isShown === isShown && other.view === view
    );
  });
}
