/**
 * What one server of a merge lists, as far as one session knows: what it said to this session, or to somebody else to
 * whom it would say the same.
 */
import { isSameList, type ServerList } from '../catalog/catalog.ts';
import { KINDS, type Kind } from '../catalog/kinds.ts';
import type { EngineContext } from '../context.ts';
import type { Server } from '../server.ts';
import type { UpstreamLine } from '../upstream-line.ts';
import type { Lister } from './gatherings.ts';
import { OWN_SCOPE } from './kept-lists.ts';
import type { MergeLimits } from './limits.ts';
import { ListFetch, type Fetched } from './list-fetch.ts';

export interface MemberListsOptions {
  readonly server: Server;
  readonly limits: MergeLimits;
  readonly context: EngineContext;
  /** The way on which the server is asked. */
  readonly line: () => UpstreamLine;
  /** Whose lists these may be, too: what one is told, another of the same scope may be told; undefined: nobody's. */
  readonly scope: () => string | undefined;
  /** A list was fetched, or could not be. */
  readonly settled: (kind: Kind) => void;
}

/** What is known of one list. */
interface Known {
  list: ServerList | undefined;
  freshUntil: number;
  /** The session's own conversation announced a change: what it lists now is nobody else's. */
  isOwn: boolean;
  fetch: ListFetch | undefined;
  /** A change was announced while it was being fetched. */
  isOvertaken: boolean;
  /** Somebody asked after that change, and must not be given what was asked for before it. */
  isDue: boolean;
  hasFailed: boolean;
  /** Others were not kept waiting for it any more. */
  isLate: boolean;
}

const UNKNOWN: Readonly<Known> = {
  list: undefined,
  freshUntil: 0,
  isOwn: false,
  fetch: undefined,
  isOvertaken: false,
  isDue: false,
  hasFailed: false,
  isLate: false,
};

export class MemberLists implements Lister {
  readonly #options: MemberListsOptions;
  readonly #known = new Map<Kind, Known>();
  #isClosed = false;

  constructor(options: MemberListsOptions) {
    this.#options = options;
  }

  list(kind: Kind): ServerList | undefined {
    return this.#known.get(kind)?.list;
  }

  hasList(kind: Kind): boolean {
    return this.list(kind) !== undefined;
  }

  /** The last try failed. */
  hasFailed(kind: Kind): boolean {
    return this.#known.get(kind)?.hasFailed === true;
  }

  isPending(kind: Kind): boolean {
    return this.#known.get(kind)?.fetch !== undefined;
  }

  isLate(kind: Kind): boolean {
    return this.#known.get(kind)?.isLate === true;
  }

  /** Nobody waits for it any longer: what comes will be announced. */
  setLate(kind: Kind): void {
    this.#of(kind).isLate = true;
  }

  /** Makes sure that what is known is what is, or will be: asks the server where need be. */
  refresh(kind: Kind): void {
    const { server, limits, context, line } = this.#options;
    const known = this.#of(kind);
    if (known.fetch) known.isDue = known.isOvertaken;
    if (this.#isClosed || known.fetch) return;
    this.adopt(kind);
    if (known.freshUntil > context.runtime.now()) return;
    known.isOvertaken = false;
    known.isDue = false;
    const done = (fetched: Fetched) => this.#fetched(kind, known, fetched);
    known.fetch = new ListFetch({ kind, server, line: line(), limits, context, done });
    known.fetch.start();
  }

  /** Asks once more for what could not be had. */
  retry(): void {
    for (const [kind, { hasFailed }] of this.#known) if (hasFailed) this.refresh(kind);
  }

  /** The server can be asked again. @returns the kinds that could not be had before */
  revive(): Kind[] {
    const failed = this.#which(({ hasFailed }) => hasFailed);
    for (const kind of failed) Object.assign(this.#of(kind), { hasFailed: false, isLate: false });
    return failed;
  }

  /** Lists of these kinds are others now. @param isOwn only those of this session's own conversation */
  changed(kinds: readonly Kind[], isOwn: boolean): void {
    for (const kind of kinds) {
      const known = this.#of(kind);
      known.freshUntil = 0;
      known.isOvertaken = true;
      known.isOwn ||= isOwn;
    }
  }

  /** The conversation ended, and with it what was said in it alone. @returns the kinds of which that was so */
  lost(): Kind[] {
    const own = this.#which(({ isOwn }) => isOwn);
    for (const known of this.#known.values()) Object.assign(known, { isOwn: false, freshUntil: 0 });
    return own;
  }

  close(): void {
    this.#isClosed = true;
    for (const { fetch } of this.#known.values()) fetch?.stop();
    this.#known.clear();
  }

  /** Takes over what somebody who may see the same was told. */
  adopt(kind: Kind): void {
    const { scope, server, context } = this.#options;
    const known = this.#of(kind);
    const name = known.isOwn ? undefined : scope();
    if (name === undefined) return;
    const kept = server.lists.find(name, kind);
    if (!kept) {
      // What the gateway was told will do until the server has said what it says to this one.
      known.list ??= server.lists.find(OWN_SCOPE, kind)?.list;
      return;
    }
    known.list = kept.list;
    known.freshUntil = kept.freshUntil;
    if (kept.freshUntil <= context.runtime.now()) return;
    known.hasFailed = false;
    known.isLate = false;
  }

  #fetched(kind: Kind, known: Known, { list, trouble, handshake }: Fetched): void {
    const { server, scope } = this.#options;
    known.fetch = undefined;
    known.hasFailed = list === undefined;
    this.#tell(kind, trouble);
    if (list) this.#take(kind, known, list);
    const name = scope();
    if (handshake && name !== undefined) server.lists.keepInstructions(name, handshake.instructions);
    if (list && known.isDue) this.refresh(kind);
    if (!known.fetch) this.#options.settled(kind);
  }

  #take(kind: Kind, known: Known, list: ServerList): void {
    const { server, scope, limits, context } = this.#options;
    // The same one stays: what was made of it can stay, too.
    if (!known.list || !isSameList(known.list, list)) known.list = list;
    known.isLate = false;
    known.freshUntil = known.isOvertaken ? 0 : context.runtime.now() + limits.freshMs;
    const name = scope();
    if (name === undefined || known.isOwn) return;
    const before = server.lists.find(name, kind);
    // Nobody had said so.
    if (before && before.freshUntil > 0 && !isSameList(before.list, list))
      context.listsChanged?.(server.name, KINDS[kind].changed);
    // What was asked for before a change is better than nothing, and than nothing only.
    if (known.isOvertaken && before) return;
    server.lists.keep(name, kind, { list: known.list, freshUntil: known.freshUntil });
  }

  /** Once for each change of what is wrong. */
  #tell(kind: Kind, trouble: string | undefined): void {
    const { server, context } = this.#options;
    const { troubles, name } = server;
    if (troubles.get(kind) === trouble) return;
    if (trouble === undefined) return void troubles.delete(kind);
    troubles.set(kind, trouble);
    context.notes.tell({ where: 'merge', code: 'list_failed', message: trouble, server: name });
  }

  #which(is: (known: Known) => boolean): Kind[] {
    return [...this.#known].filter(([, known]) => is(known)).map(([kind]) => kind);
  }

  #of(kind: Kind): Known {
    const known = this.#known.get(kind) ?? { ...UNKNOWN };
    this.#known.set(kind, known);
    return known;
  }
}
