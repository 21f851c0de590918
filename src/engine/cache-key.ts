/** Which requests may be answered with what another was answered with. */
import { copySpan, type Message } from '../protocol/message.ts';

/** What a cached answer is about. */
export interface CacheKey {
  readonly method: string;
  /** The cursor of a page, or the URI of a resource; empty for a first page. */
  readonly about: string;
  /** The protocol version of the caller: servers may answer each in its own words. */
  readonly version: string;
}

const LISTS: ReadonlySet<string> = new Set([
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
]);
const READ = 'resources/read';

/** What has longer params is no list and no plain read. */
const MAX_PARAMS = 16 * 1024;

export function isRead(method: string): boolean {
  return method === READ;
}

/** Undefined when the answer is for this caller alone: another method, or params that say more than what is asked for. */
export function cacheKeyOf(message: Message, version: string): CacheKey | undefined {
  const { method } = message;
  const isList = LISTS.has(method);
  if (!isList && method !== READ) return undefined;
  const { start, end } = message.params;
  if (end - start > MAX_PARAMS) return undefined;
  const { _meta, ...rest } = end === 0 ? {} : paramsOf(message);
  const about = isList ? (rest.cursor ?? '') : rest.uri;
  // Progress and other wishes belong to one request.
  if (_meta !== undefined || typeof about !== 'string') return undefined;
  const known = isList && rest.cursor === undefined ? 0 : 1;
  return Object.keys(rest).length === known ? { method, about, version } : undefined;
}

/** As one text: no part of it can hold the line break that divides them. */
export function textOf({ method, about, version }: CacheKey, principal: string): string {
  return [method, version, JSON.stringify(about), principal].join('\n');
}

function paramsOf(message: Message): Record<string, unknown> {
  return JSON.parse(new TextDecoder().decode(copySpan(message.bytes, message.params))) as Record<
    string,
    unknown
  >;
}
