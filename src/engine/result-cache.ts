/**
 * Results of one server that may be given again: of lists and reads, where its entry or the server itself allows it.
 *
 * Guarantees: a result of one principal is never given to another unless it was declared public; nothing is given
 * after its time, nor after the server announced a change of it; bounded in number and bytes, the one used longest ago
 * gives way.
 */
import type { CacheHints } from '../protocol/message.ts';
import { isRead, textOf, type CacheKey } from './cache-key.ts';

/** What an entry of a server says of its results. What it leaves out, the server may say with each of them. */
export interface CacheRules {
  /** How long lists are kept, in ms; 0: never. Default: `ttlMs` of the result, else never. */
  readonly listsMs?: number | undefined;
  /** The same for what is read. */
  readonly readsMs?: number | undefined;
  /** One result for all callers. Default: `cacheScope` of the result, else one for each principal. */
  readonly isPublic?: boolean | undefined;
}

export interface CacheLimits {
  readonly entries: number;
  readonly bytes: number;
  /** A larger result is not kept. */
  readonly itemBytes: number;
}

/** For one server: a thousand resources, or as many pages; pictures are not worth their room. */
const CACHE_LIMITS: CacheLimits = {
  entries: 1_000,
  bytes: 16 * 1024 * 1024,
  itemBytes: 4 * 1024 * 1024,
};

interface Kept {
  readonly key: CacheKey;
  readonly result: Uint8Array;
  readonly until: number;
}

/** For everybody. */
const PUBLIC = '';

export class ResultCache {
  readonly #rules: CacheRules;
  readonly #limits: CacheLimits;
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;
  #generation = 0;

  constructor(rules: CacheRules, limits: CacheLimits = CACHE_LIMITS) {
    this.#rules = rules;
    this.#limits = limits;
  }

  get size(): number {
    return this.#kept.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Changes with every invalidation: what was asked for before one must not be kept after it. */
  get generation(): number {
    return this.#generation;
  }

  /** Whether the entry rules out that results of this kind are ever kept. */
  isOff(key: CacheKey): boolean {
    return (isRead(key.method) ? this.#rules.readsMs : this.#rules.listsMs) === 0;
  }

  /** With whom a request may share its answer while it is in flight. */
  scopeOf(principal: string): string {
    return this.#rules.isPublic === true ? PUBLIC : principal;
  }

  /** The JSON text of the result, if one is kept that this caller may have. */
  find(key: CacheKey, principal: string, now: number): Uint8Array | undefined {
    return this.#get(textOf(key, PUBLIC), now) ?? this.#get(textOf(key, principal), now);
  }

  /**
   * @param result JSON text, checked @param generation when it was asked for
   * @param hints what the server said of it, where that is not in it any more
   */
  keep(
    key: CacheKey,
    principal: string,
    result: Uint8Array,
    now: number,
    generation: number,
    hints?: CacheHints,
  ): void {
    if (generation !== this.#generation || result.length > this.#limits.itemBytes) return;
    const said = hints ?? hintsIn(result);
    const ms = (isRead(key.method) ? this.#rules.readsMs : this.#rules.listsMs) ?? said.ttlMs;
    if (ms <= 0) return;
    const isPublic = this.#rules.isPublic ?? said.isPublic;
    const text = textOf(key, isPublic ? PUBLIC : principal);
    this.#drop(text);
    this.#kept.set(text, { key, result, until: now + ms });
    this.#bytes += result.length;
    while (this.#bytes > this.#limits.bytes || this.#kept.size > this.#limits.entries) this.#dropOldest();
  }

  /** The server announced a change. @param uri of `notifications/resources/updated` */
  announced(method: string, uri: string | undefined): void {
    this.#generation += 1;
    for (const [text, { key }] of this.#kept) if (isStale(key, method, uri)) this.#drop(text);
  }

  /** The server was lost: it may come back as another. */
  clear(): void {
    this.#generation += 1;
    this.#kept.clear();
    this.#bytes = 0;
  }

  #get(text: string, now: number): Uint8Array | undefined {
    const kept = this.#kept.get(text);
    if (!kept) return undefined;
    this.#kept.delete(text);
    if (kept.until <= now) {
      this.#bytes -= kept.result.length;
      return undefined;
    }
    // Behind all others: it was used last.
    this.#kept.set(text, kept);
    return kept.result;
  }

  #drop(text: string): void {
    this.#bytes -= this.#kept.get(text)?.result.length ?? 0;
    this.#kept.delete(text);
  }

  #dropOldest(): void {
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#drop(oldest);
  }
}

function isStale({ method, about }: CacheKey, announced: string, uri: string | undefined): boolean {
  switch (announced) {
    case 'notifications/tools/list_changed':
      return method === 'tools/list';
    case 'notifications/prompts/list_changed':
      return method === 'prompts/list';
    case 'notifications/resources/list_changed':
      return method.startsWith('resources/');
    default:
      // What belongs to a resource may change with it (MCP, resources, subscriptions).
      return isRead(method) && (uri === undefined || about.startsWith(uri) || uri.startsWith(about));
  }
}

/** What the server itself says of a result (MCP 2026-07-28, caching). */
function hintsIn(result: Uint8Array): CacheHints {
  const text = new TextDecoder().decode(result);
  if (!text.includes('"ttlMs"')) return { ttlMs: 0, isPublic: false };
  const { ttlMs, cacheScope } = JSON.parse(text) as Record<string, unknown>;
  return { ttlMs: typeof ttlMs === 'number' ? ttlMs : 0, isPublic: cacheScope === 'public' };
}
