/**
 * A page of `tools/list`: what its tools want to see in headers, and what makes it fit for a legacy client.
 *
 * Source: MCP 2026-07-28, Streamable HTTP, custom headers from tool parameters; tools, `outputSchema`.
 */
import {
  changesOf,
  type Cut,
  elementsOf,
  memberAt,
  type Member,
  membersOf,
  withoutElements,
} from '../../protocol/cuts.ts';
import { decodeString } from '../../protocol/decode.ts';
import type { Message, Span } from '../../protocol/message.ts';
import { type ParamHeader, paramHeadersOf } from '../../protocol/param-headers.ts';
import { QUOTE } from '../../protocol/text.ts';

export interface ListedTools {
  /** By name, those that want any. */
  readonly headers: ReadonlyMap<string, readonly ParamHeader[]>;
  /** By name, what is wrong with those that must not be offered. */
  readonly invalid: ReadonlyMap<string, string>;
  /** As JSON text; undefined on the last page. */
  readonly nextCursor: string | undefined;
  /** What takes out of the page what a legacy client must not see. */
  readonly cuts: readonly Cut[];
}

const decoder = new TextDecoder();

/** @param saysHeaders whether the carrier has headers: else what is wrong with them does no harm */
export function readTools({ bytes, outcome }: Message, saysHeaders: boolean): ListedTools {
  const headers = new Map<string, readonly ParamHeader[]>();
  const invalid = new Map<string, string>();
  const tools = elementsOf(bytes, memberAt(bytes, outcome, 'tools')) ?? [];
  const dropped = new Set<number>();
  const cuts: Cut[] = [];
  tools.forEach((tool, at) => {
    const members = membersOf(bytes, tool) ?? [];
    const wanted = saysHeaders ? headersIn(bytes, members) : [];
    if (typeof wanted === 'string') {
      dropped.add(at);
      invalid.set(nameOf(bytes, members), wanted);
    } else {
      if (wanted.length > 0) headers.set(nameOf(bytes, members), wanted);
      cuts.push(...withoutOddSchema(bytes, tool, members));
    }
  });
  if (dropped.size > 0) cuts.push(...withoutElements(tools, (at) => !dropped.has(at)));
  const cursor = memberAt(bytes, outcome, 'nextCursor');
  const hasMore = cursor.end > 0 && bytes[cursor.start] === QUOTE;
  return { headers, invalid, cuts, nextCursor: hasMore ? text(bytes, cursor) : undefined };
}

function headersIn(bytes: Uint8Array, members: readonly Member[]): readonly ParamHeader[] | string {
  const schema = members.find(({ name }) => name === 'inputSchema');
  if (!schema) return [];
  const json = text(bytes, { start: schema.value, end: schema.end });
  // The name may be written with escapes, too.
  if (!json.includes('x-mcp-header') && !json.includes('\\u')) return [];
  try {
    return paramHeadersOf(JSON.parse(json));
  } catch {
    return 'Its schema is no JSON.';
  }
}

const OUTPUT_SCHEMA: ReadonlySet<string> = new Set(['outputSchema']);

/** A schema of what is no object is unknown to every legacy revision, and its clients refuse the whole list for it. */
function withoutOddSchema(bytes: Uint8Array, tool: Span, members: readonly Member[]): Cut[] {
  const schema = members.find(({ name }) => name === 'outputSchema');
  if (!schema) return [];
  const type = memberAt(bytes, { start: schema.value, end: schema.end }, 'type');
  if (type.end > 0 && text(bytes, type) === '"object"') return [];
  return changesOf(bytes, tool, { drop: OUTPUT_SCHEMA }, members);
}

function nameOf(bytes: Uint8Array, members: readonly Member[]): string {
  const name = members.find((member) => member.name === 'name');
  return name && bytes[name.value] === QUOTE ? decodeString(bytes, name.value + 1, name.end - 1) : '';
}

function text(bytes: Uint8Array, { start, end }: Span): string {
  return decoder.decode(bytes.subarray(start, end));
}
