/** The lists of a merge as one session sees them: gathered, named, paged, and announced when they are others. */
import type { Message } from '../../protocol/message.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { ALL_KINDS, type Kind } from '../catalog/kinds.ts';
import { pageOf } from '../catalog/page.ts';
import type { EngineContext } from '../context.ts';
import type { Exchange } from '../exchange.ts';
import type { LineOwner } from '../line.ts';
import { resultParts } from '../notice.ts';
import { Announcer } from './announcer.ts';
import { paramsOf } from './answers.ts';
import { Gatherings } from './gatherings.ts';
import type { MemberLine } from './member-line.ts';
import type { Merge } from './merge.ts';

export class MergedLists {
  readonly #merge: Merge;
  readonly #members: () => readonly MemberLine[];
  readonly #gatherings: Gatherings;
  readonly #announcer: Announcer;
  readonly #catalogs = new Map<Kind, Catalog>();
  /** Kinds whose catalog has to be looked over before it is used. */
  readonly #stale = new Set<Kind>();
  /** What the client was told last. */
  readonly #told = new Map<Kind, Catalog>();

  constructor(
    owner: LineOwner,
    merge: Merge,
    members: () => readonly MemberLine[],
    { runtime, settings }: EngineContext,
  ) {
    this.#merge = merge;
    this.#members = members;
    this.#gatherings = new Gatherings(
      () => members().map(({ lists }) => lists),
      () => merge.waitMs,
      runtime,
      settings.upstreamQueuedBytes,
    );
    this.#announcer = new Announcer(owner, runtime, merge.limits.changeMs);
  }

  /** All that is known of a kind, under the names it has here. */
  catalog(kind: Kind): Catalog {
    const known = this.#catalogs.get(kind);
    if (known && !this.#stale.has(kind)) return known;
    if (!known) for (const { lists } of this.#members()) lists.adopt(kind);
    const sources = this.#members().map((member) => member.source(kind, this.#merge.hidesDown));
    const catalog = this.#merge.catalog(kind, sources, known);
    this.#catalogs.set(kind, catalog);
    this.#stale.delete(kind);
    return catalog;
  }

  /** Answers a request for a list, or a page of it. */
  answer(kind: Kind, exchange: Exchange, message: Message): void {
    const { cursor } = paramsOf(message);
    this.await(kind, exchange, message, () => {
      this.#answer(kind, exchange, cursor);
      return true;
    });
  }

  /**
   * Asks again and again, first with what the quick servers have, until it is enough. A request that is over meanwhile
   * is not asked for.
   * @param ready told whether no more will come; whether it is enough
   */
  await(kind: Kind, exchange: Exchange, message: Message, ready: (isLast: boolean) => boolean): void {
    this.#stale.add(kind);
    const waiter = {
      bytes: message.bytes.length,
      ready: (isLast: boolean) => exchange.isOver || ready(isLast),
    };
    if (!this.#gatherings.join(kind, waiter))
      exchange.fail('upstream_busy', 'Too much waits for the servers to start.');
  }

  #answer(kind: Kind, exchange: Exchange, cursor: unknown): void {
    const catalog = this.catalog(kind);
    const members = this.#members();
    const isAllDown = members.length > 0 && members.every(({ lists }) => lists.hasFailed(kind));
    if (isAllDown && catalog.entries.length === 0)
      return exchange.fail('upstream_failed', 'None of the servers could be asked.');
    const { pageItems: items, pageBytes: bytes } = this.#merge.limits;
    const isFit = cursor === undefined || typeof cursor === 'string';
    const page = isFit ? pageOf(catalog, cursor, { items, bytes }) : undefined;
    if (!page) return exchange.fail('bad_cursor', 'The cursor is none that was given here.');
    this.#told.set(kind, catalog);
    exchange.answerWith(resultParts(exchange.clientId, page));
  }

  /** A server answered, or did not. */
  settled(kind: Kind): void {
    this.#stale.add(kind);
    this.#gatherings.look(kind);
    this.#announceIfOther(kind);
  }

  /** Servers announced that theirs are others. */
  changed(kinds: readonly Kind[]): void {
    for (const kind of kinds) this.#stale.add(kind);
    this.#announcer.changed(kinds);
  }

  /** A server was lost: where that hides what it has, the client is told. */
  memberLost(): void {
    if (!this.#merge.hidesDown) return;
    for (const kind of this.#told.keys()) {
      this.#stale.add(kind);
      this.#announceIfOther(kind);
    }
  }

  /** There are other servers now. */
  reloaded(): void {
    for (const kind of ALL_KINDS) {
      this.#stale.add(kind);
      this.#gatherings.look(kind);
    }
    this.#announcer.changed([...this.#told.keys()]);
  }

  close(): void {
    this.#announcer.close();
    this.#gatherings.close();
  }

  /** What the client was told is not what it would be told now; one that waits to be told needs no word of it. */
  #announceIfOther(kind: Kind): void {
    const told = this.#told.get(kind);
    if (!told || this.#gatherings.isAwaited(kind)) return;
    if (!isSameCatalog(told, this.catalog(kind))) this.#announcer.changed([kind]);
  }
}

function isSameCatalog(a: Catalog, b: Catalog): boolean {
  if (a === b) return true;
  if (a.entries.length !== b.entries.length) return false;
  return a.entries.every(({ server, name, item }, at) => {
    const other = b.entries[at];
    return other?.server === server && other.name === name && other.item === item;
  });
}
