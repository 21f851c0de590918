/**
 * What a modern server answered, and what of it a legacy client must not see.
 *
 * Source: MCP 2026-07-28, base protocol, `resultType`; caching.
 */
import { changesOf, type Cut, type Member, membersOf } from '../../protocol/cuts.ts';
import { decodeString } from '../../protocol/decode.ts';
import type { CacheHints, Message } from '../../protocol/message.ts';
import { OPEN_OBJECT, QUOTE } from '../../protocol/text.ts';

export interface ModernResult {
  /** `complete` where the server does not say it; undefined where it says something that is no text. */
  readonly type: string | undefined;
  /** What takes the modern members out. */
  readonly cuts: readonly Cut[];
  /** What the server allows to be given again. */
  readonly hints: CacheHints | undefined;
}

const MODERN: ReadonlySet<string> = new Set(['resultType', 'ttlMs', 'cacheScope']);
/** Before 2026-07-28 it had to be an object. */
const WITH_STRUCTURE: ReadonlySet<string> = new Set([...MODERN, 'structuredContent']);

/** @param answer a result, read by its envelope at least */
export function readResult({ bytes, outcome, gap }: Message): ModernResult {
  const members = membersOf(bytes, outcome);
  if (!members) return { type: 'complete', cuts: [], hints: undefined };
  let isFit = true;
  const found = new Map<string, Member>();
  for (const member of members) {
    const { name, value, end } = member;
    if (MODERN.has(name)) found.set(name, member);
    const isSplit = gap !== undefined && value < gap.at && gap.at < end;
    if (name === 'structuredContent' && bytes[value] !== OPEN_OBJECT && !isSplit) isFit = false;
  }
  const drop = isFit ? MODERN : WITH_STRUCTURE;
  const cuts = isFit && found.size === 0 ? [] : changesOf(bytes, outcome, { drop }, members);
  const type = found.get('resultType');
  const scope = textOf(bytes, found.get('cacheScope'));
  const ttlMs = numberOf(bytes, found.get('ttlMs'));
  const hints = ttlMs === undefined ? undefined : { ttlMs, isPublic: scope === 'public' };
  return { type: type ? textOf(bytes, type) : 'complete', cuts, hints };
}

function textOf(bytes: Uint8Array, member: Member | undefined): string | undefined {
  return member && bytes[member.value] === QUOTE
    ? decodeString(bytes, member.value + 1, member.end - 1)
    : undefined;
}

const decoder = new TextDecoder();

function numberOf(bytes: Uint8Array, member: Member | undefined): number | undefined {
  const value = member ? Number(decoder.decode(bytes.subarray(member.value, member.end))) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}
