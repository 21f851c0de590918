/**
 * The mounts of callers that may not use everything: each shows of another mount what some rules let through, and has
 * nothing else in it.
 *
 * Guarantees: the same mount for the same rules, as long as anybody uses it; bounded: of those that nobody uses, the one
 * asked for longest ago goes first; each ends with the mount that it is a part of.
 */
import type { EngineContext } from '../context.ts';
import type { Mount } from '../line.ts';
import { Merge } from '../merge/merge.ts';
import { ViewedServer } from '../merge/viewed-line.ts';
import type { Policy } from '../ports-policy.ts';
import type { Server } from '../server.ts';
import { offeringOf } from './offering.ts';
import { Rules } from './rules.ts';

/** So many are kept. In use there may be more: as many as there are sessions. */
const MOST = 1_000;
/** Of these so many are left when there are too many. */
const KEPT_SHARE = 0.75;

interface Part {
  readonly mount: ViewedServer | Merge;
  readonly base: Mount;
  readonly rules: Rules;
  /** When it was asked for, in turns. */
  asked: number;
}

export interface NarrowedHost {
  /** Mounts that somebody uses. */
  inUse(): ReadonlySet<Mount>;
  /** What is open at a mount that is taken out has to end. */
  left(mount: Mount): void;
}

export class Narrowed {
  readonly #host: NarrowedHost;
  readonly #context: EngineContext;
  readonly #most: number;
  /** By the mount they are a part of, and by what their rules say. */
  readonly #parts = new Map<Mount, Map<string, Part>>();
  readonly #byMount = new Map<Mount, Part>();
  /** By key, those that were asked for lately: they are not read each time. */
  readonly #rules = new Map<string, Rules>();
  #turn = 0;

  constructor(host: NarrowedHost, context: EngineContext, most = MOST) {
    this.#host = host;
    this.#context = context;
    this.#most = most;
  }

  get size(): number {
    return this.#byMount.size;
  }

  /** What several policies say together; undefined where they narrow nothing. */
  rules(policies: readonly (Policy | undefined)[]): Rules | undefined {
    const fresh = Rules.of(policies);
    if (!fresh) return undefined;
    const known = this.#rules.get(fresh.key) ?? fresh;
    this.#rules.delete(known.key);
    this.#rules.set(known.key, known);
    const [oldest] = this.#rules.keys();
    if (oldest !== undefined && this.#rules.size > this.#most) this.#rules.delete(oldest);
    return known;
  }

  /** What rules leave of a server that they let see. @param name what its callers know it as, wherever they meet it */
  server(server: Server, name: string, rules: Rules): Mount {
    const by = rules.forServer(name);
    if (by.isOpen) return server.mount;
    const known = this.#find(server.mount, rules);
    if (known) return known;
    const offering = offeringOf(server.offer, by);
    const mount = new ViewedServer(server, offering, this.#context, rules.key);
    return this.#keep({ mount, base: server.mount, rules, asked: 0 });
  }

  /** What they leave of several servers. */
  merge(base: Merge, rules: Rules): Mount {
    if (isOpenAt(base, rules)) return base;
    const known = this.#find(base, rules);
    if (known) return known;
    const { name, title, limits } = base;
    const mount = new Merge(
      { ...rulesOf(base), name, title, limits, key: rules.key, members: membersOf(base, rules) },
      this.#context,
    );
    return this.#keep({ mount, base, rules, asked: 0 });
  }

  /** Whether that is what `server` gives for them, where it was asked for. */
  isServer(mount: Mount, server: Server, name: string, rules: Rules): boolean {
    if (rules.forServer(name).isOpen) return mount === server.mount;
    return this.#isFor(mount, server.mount, rules);
  }

  /** The same for `merge`. */
  isMerge(mount: Mount, base: Merge, rules: Rules): boolean {
    return isOpenAt(base, rules) ? mount === base : this.#isFor(mount, base, rules);
  }

  /** Whether a mount is part of another, by rules that hold at least what others do. */
  isPart(mount: Mount, base: Mount, least: Rules | undefined): boolean {
    const part = this.#byMount.get(mount);
    if (part?.base !== base) return false;
    for (const text of least?.texts ?? []) if (!part.rules.texts.has(text)) return false;
    return true;
  }

  /** A merge has other servers or rules: so have its parts. */
  changed(base: Merge): void {
    for (const { mount, rules } of this.#parts.get(base)?.values() ?? [])
      if (mount instanceof Merge) mount.change(membersOf(base, rules), rulesOf(base));
  }

  /** Takes out the parts of a mount that is taken out. @returns them */
  drop(base: Mount): Mount[] {
    const parts = [...(this.#parts.get(base)?.values() ?? [])];
    for (const part of parts) this.#forget(part);
    return parts.map(({ mount }) => mount);
  }

  #isFor(mount: Mount, base: Mount, rules: Rules): boolean {
    const part = this.#byMount.get(mount);
    return part?.base === base && part.rules.key === rules.key;
  }

  #find(base: Mount, rules: Rules): Mount | undefined {
    const part = this.#parts.get(base)?.get(rules.key);
    if (part) part.asked = ++this.#turn;
    return part?.mount;
  }

  #keep(part: Part): Mount {
    const parts = this.#parts.get(part.base) ?? new Map<string, Part>();
    this.#parts.set(part.base, parts);
    parts.set(part.rules.key, part);
    this.#byMount.set(part.mount, part);
    part.asked = ++this.#turn;
    if (this.#byMount.size > this.#most) this.#makeRoom(part);
    return part.mount;
  }

  #makeRoom(newest: Part): void {
    const inUse = this.#host.inUse();
    const idle = [...this.#byMount.values()].filter((part) => part !== newest && !inUse.has(part.mount));
    idle.sort((a, b) => a.asked - b.asked);
    const tooMany = this.#byMount.size - Math.floor(this.#most * KEPT_SHARE);
    for (const part of idle.slice(0, tooMany)) {
      this.#forget(part);
      this.#host.left(part.mount);
    }
  }

  #forget(part: Part): void {
    part.mount.close();
    this.#byMount.delete(part.mount);
    const parts = this.#parts.get(part.base);
    parts?.delete(part.rules.key);
    if (parts?.size === 0) this.#parts.delete(part.base);
  }
}

function isOpenAt(base: Merge, rules: Rules): boolean {
  return base.members.every(({ name }) => rules.sees(name) && rules.forServer(name).isOpen);
}

/** Its servers were asked ahead already. */
function rulesOf(base: Merge) {
  return { ...base.rules, ahead: false };
}

function membersOf(base: Merge, rules: Rules) {
  return base.members.flatMap(({ name, server, offer }) =>
    rules.sees(name) ? [{ name, server, offer, rules: rules.forServer(name) }] : [],
  );
}
