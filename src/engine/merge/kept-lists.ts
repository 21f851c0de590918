/**
 * What one server listed, kept for whoever asks next in the same name: nobody has to start it to list again.
 *
 * Guarantees: what is kept for one scope is given to no other; a list that was called changed is given as what was
 * known last, never as what is; bounded in number and bytes, the one used longest ago gives way.
 */
import type { ServerList } from '../catalog/catalog.ts';
import { changedBy, type Kind } from '../catalog/kinds.ts';

export interface KeptList {
  readonly list: ServerList;
  /** Until when it counts as what the server has. */
  readonly freshUntil: number;
}

export interface KeptListLimits {
  readonly entries: number;
  readonly bytes: number;
}

/** A hundred principals with all four lists; a few of the largest. */
const KEPT_LIST_LIMITS: KeptListLimits = { entries: 400, bytes: 48 * 1024 * 1024 };

export interface ListWatcher {
  listsChanged(kinds: readonly Kind[]): void;
  /** They may be others. */
  listsDoubted(kinds: readonly Kind[]): void;
}

/** In whose name the gateway itself asks; no caller is called so. */
export const OWN_SCOPE = JSON.stringify(['', '']);

interface Entry extends KeptList {
  readonly kind: Kind;
}

/** A word of a server to those who use it; a longer one is none. */
const MAX_INSTRUCTIONS = 8 * 1024;

export class KeptLists {
  readonly #limits: KeptListLimits;
  readonly #entries = new Map<string, Entry>();
  /** Who is told of changes whether it has a conversation with the server or not; only where all share one. */
  readonly watchers = new Set<ListWatcher>();
  readonly #instructions = new Map<string, string>();
  #bytes = 0;

  constructor(limits: KeptListLimits = KEPT_LIST_LIMITS) {
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** @param scope whose it is: text in which no two callers are the same who may not see the same */
  find(scope: string, kind: Kind): KeptList | undefined {
    const key = keyOf(scope, kind);
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    // Behind all others: it was used last.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  keep(scope: string, kind: Kind, kept: KeptList): void {
    const key = keyOf(scope, kind);
    this.#drop(key);
    this.#entries.set(key, { ...kept, kind });
    this.#bytes += kept.list.bytes;
    while (this.#bytes > this.#limits.bytes || this.#entries.size > this.#limits.entries) this.#dropOldest();
  }

  /** The server announced a change, in whatever name: all it listed of the kind may be old. @returns whether it did */
  announced(method: string): boolean {
    const kinds = this.#aged(method);
    if (kinds.length > 0) for (const watcher of [...this.watchers]) watcher.listsChanged(kinds);
    return kinds.length > 0;
  }

  /** The same, but it was said to others: it may not be so for those who use it here. */
  doubted(method: string): void {
    const kinds = this.#aged(method);
    if (kinds.length > 0) for (const watcher of [...this.watchers]) watcher.listsDoubted(kinds);
  }

  #aged(method: string): readonly Kind[] {
    const kinds = changedBy(method);
    for (const [key, entry] of this.#entries)
      if (kinds.includes(entry.kind)) this.#entries.set(key, { ...entry, freshUntil: 0 });
    return kinds;
  }

  /** The server was lost: it may come back with others. */
  lost(): void {
    for (const [key, entry] of this.#entries) this.#entries.set(key, { ...entry, freshUntil: 0 });
  }

  instructionsOf(scope: string): string | undefined {
    return this.#instructions.get(scope);
  }

  keepInstructions(scope: string, text: string | undefined): void {
    this.#instructions.delete(scope);
    if (text === undefined || text.length === 0 || text.length > MAX_INSTRUCTIONS) return;
    this.#instructions.set(scope, text);
    const [oldest] = this.#instructions.keys();
    if (oldest !== undefined && this.#instructions.size > this.#limits.entries)
      this.#instructions.delete(oldest);
  }

  #drop(key: string): void {
    this.#bytes -= this.#entries.get(key)?.list.bytes ?? 0;
    this.#entries.delete(key);
  }

  #dropOldest(): void {
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#drop(oldest);
  }
}

function keyOf(scope: string, kind: Kind): string {
  return `${kind}\n${scope}`;
}
