/**
 * What the tools of a server say of themselves, as far as calls are judged by it.
 *
 * Guarantees: bounded in bytes and in number; conversations to which the server lists the same share one book, so that a
 * thousand of them cost what one does.
 */
import type { ListedItem } from '../../protocol/listing.ts';
import { isSameList, type ServerList } from '../catalog/catalog.ts';
import { isReadOnly } from './annotations.ts';
import { ArgumentChecks } from './argument-checks.ts';

export interface ToolBookLimits {
  readonly books: number;
  readonly bytes: number;
}

/** More lists than a server tells apart, and a few of the largest. */
const LIMITS: ToolBookLimits = { books: 64, bytes: 32 * 1024 * 1024 };

export class BookedTool {
  readonly item: ListedItem;
  readonly isReadOnly: boolean;

  constructor(item: ListedItem, reads: boolean) {
    this.item = item;
    this.isReadOnly = reads;
  }
}

export class ToolBook {
  readonly list: ServerList;
  readonly #tools = new Map<string, BookedTool>();

  constructor(list: ServerList) {
    this.list = list;
    for (const item of list.items) {
      // Of one that is listed twice the first counts, and it only reads if all of them do.
      const first = this.#tools.get(item.key);
      const reads = isReadOnly(item) && first?.isReadOnly !== false;
      this.#tools.set(item.key, new BookedTool(first?.item ?? item, reads));
    }
  }

  find(name: string): BookedTool | undefined {
    return this.#tools.get(name);
  }
}

export class ToolBooks {
  /** Of the arguments of these tools, where they are checked. */
  readonly checks = new ArgumentChecks();
  readonly #limits: ToolBookLimits;
  /** The one that was used longest ago first. */
  readonly #books = new Map<number, ToolBook>();
  #bytes = 0;
  #next = 1;

  constructor(limits: ToolBookLimits = LIMITS) {
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Undefined when it gave way to others. */
  find(id: number): ToolBook | undefined {
    const book = this.#books.get(id);
    if (!book || this.#books.size === 1) return book;
    this.#books.delete(id);
    this.#books.set(id, book);
    return book;
  }

  /** @returns under which it is found again */
  keep(list: ServerList): number {
    for (const [id, book] of this.#books) if (isSameList(book.list, list)) return id;
    const id = this.#next++;
    this.#books.set(id, new ToolBook(list));
    this.#bytes += list.bytes;
    for (const [oldest, book] of this.#books) {
      if (this.#books.size <= this.#limits.books && this.#bytes <= this.#limits.bytes) break;
      if (oldest === id) break;
      this.#books.delete(oldest);
      this.#bytes -= book.list.bytes;
    }
    return id;
  }
}
