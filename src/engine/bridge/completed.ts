/**
 * Answers of legacy servers as modern clients expect them.
 *
 * Source: MCP 2026-07-28, base protocol (`resultType`, `_meta`), caching, changelog (error codes).
 */
import { changesOf, cut, cutParts, type Cut, memberAt, type Member, membersOf } from '../../protocol/cuts.ts';
import { META_KEYS } from '../../protocol/era.ts';
import type { Message } from '../../protocol/message.ts';
import type { Bytes } from '../ports.ts';
import type { CacheRules } from '../result-cache.ts';

/** What is said of results beside what the server said. */
export interface Additions {
  /** `ttlMs` and `cacheScope`, where the method has them. */
  readonly hints: CacheHints | undefined;
  /** The server's name and version as JSON text; empty where they are not known. */
  readonly info: string;
}

export interface CacheHints {
  readonly ttlMs: number;
  readonly cacheScope: 'public' | 'private';
}

const LISTS: ReadonlySet<string> = new Set([
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
]);

/** Undefined for methods whose results nobody keeps. @param rules what the entry of the server says */
export function hintsFor(method: string, rules: CacheRules | undefined): CacheHints | undefined {
  const isRead = method === 'resources/read';
  if (!isRead && !LISTS.has(method)) return undefined;
  const ttlMs = (isRead ? rules?.readsMs : rules?.listsMs) ?? 0;
  return { ttlMs, cacheScope: ttlMs > 0 && rules?.isPublic === true ? 'public' : 'private' };
}

/** From this size on (32 KiB) a message is not copied to be changed. */
const LARGE = 32 * 1024;

/**
 * The answer with a result, with the id of the client. What the server said already stays as it said it, but for a
 * kind of result: a legacy server knows none but the complete one.
 */
export function completed(message: Message, id: Uint8Array, { hints, info }: Additions): Bytes {
  const { bytes, outcome } = message;
  const cuts: Cut[] = [{ ...message.id, by: id }];
  const members = membersOf(bytes, outcome);
  if (members) {
    const has = (name: string): boolean => members.some((member) => member.name === name);
    const add: string[] = [];
    const isOdd = members.some((member) => member.name === 'resultType' && !isComplete(bytes, member));
    if (isOdd || !has('resultType')) add.push('"resultType":"complete"');
    if (hints && !has('ttlMs')) add.push(`"ttlMs":${hints.ttlMs}`);
    if (hints && !has('cacheScope')) add.push(`"cacheScope":"${hints.cacheScope}"`);
    if (info !== '' && !has('_meta')) add.push(`"_meta":{"${META_KEYS.server}":${info}}`);
    cuts.push(...changesOf(bytes, outcome, { add: add.join(','), ...(isOdd && { drop: KIND }) }, members));
    if (info !== '') cuts.push(...toldBy(message, info));
  }
  return made(message, cuts);
}

const KIND: ReadonlySet<string> = new Set(['resultType']);

function isComplete(bytes: Uint8Array, { value, end }: Member): boolean {
  return decoder.decode(bytes.subarray(value, end)) === '"complete"';
}

/** Adds the name of the server to the `_meta` there is. */
function toldBy({ bytes, outcome }: Message, info: string): Cut[] {
  const meta = memberAt(bytes, outcome, '_meta');
  if (meta.end === 0 || memberAt(bytes, meta, META_KEYS.server).end > 0) return [];
  return changesOf(bytes, meta, { add: `"${META_KEYS.server}":${info}` });
}

/** What a resource that is not there is told by, before and since 2026-07-28. */
export const OLD_NOT_FOUND = -32002;
export const NOT_FOUND = -32602;

/** The answer with an error, with the id of the client. @param code another number for it; default: its own */
export function failedWith(message: Message, id: Uint8Array, code?: number): Bytes {
  const cuts: Cut[] = [{ ...message.id, by: id }];
  const at = code === undefined ? undefined : memberAt(message.bytes, message.outcome, 'code');
  if (at && at.end > 0) cuts.push({ ...at, by: encoder.encode(String(code)) });
  return made(message, cuts);
}

function made(message: Message, cuts: readonly Cut[]): Bytes {
  const isLarge = message.gap !== undefined || message.bytes.length >= LARGE;
  return isLarge ? cutParts(message, cuts) : cut(message.bytes, cuts);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
