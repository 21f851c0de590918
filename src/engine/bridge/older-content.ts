/**
 * Content that a client's revision does not know, turned into text.
 *
 * Source: the schemas of MCP: `audio` came with 2025-03-26, `resource_link` with 2025-06-18, content of several blocks
 * in sampling with 2025-11-25; `structuredContent` and `outputSchema` that are no objects with 2026-07-28.
 */
import { type Cut, elementsOf, memberAt, membersOf } from '../../protocol/cuts.ts';
import { decodeString } from '../../protocol/decode.ts';
import type { Message, Span } from '../../protocol/message.ts';
import type { LegacyVersion } from '../../protocol/methods.ts';
import { QUOTE } from '../../protocol/text.ts';

/** The revisions that brought kinds of content. */
const SINCE: ReadonlyMap<string, LegacyVersion> = new Map([
  ['audio', '2025-03-26'],
  ['resource_link', '2025-06-18'],
]);

/** Whether a revision knows a kind of content; what no revision brought later, all do. */
export function knowsContent(version: LegacyVersion, type: unknown): boolean {
  const since = typeof type === 'string' ? SINCE.get(type) : undefined;
  return since === undefined || version >= since;
}

/** Whether there is content that a revision does not know. */
function knowsAll(version: LegacyVersion): boolean {
  return version >= '2025-06-18';
}

/** The cuts that make the result of a call or a prompt fit for a revision. */
export function olderContent({ bytes, outcome }: Message, method: string, version: LegacyVersion): Cut[] {
  if (knowsAll(version)) return [];
  if (method === 'tools/call') return blocksOf(bytes, memberAt(bytes, outcome, 'content'), version);
  if (method !== 'prompts/get') return [];
  const messages = elementsOf(bytes, memberAt(bytes, outcome, 'messages')) ?? [];
  return messages.flatMap((one) => blockOf(bytes, memberAt(bytes, one, 'content'), version));
}

function blocksOf(bytes: Uint8Array, content: Span, version: LegacyVersion): Cut[] {
  return (elementsOf(bytes, content) ?? []).flatMap((block) => blockOf(bytes, block, version));
}

function blockOf(bytes: Uint8Array, block: Span, version: LegacyVersion): Cut[] {
  const type = textAt(bytes, memberAt(bytes, block, 'type'));
  if (knowsContent(version, type)) return [];
  const fields = new Map<string, unknown>();
  for (const { name, value, end } of membersOf(bytes, block) ?? [])
    if (bytes[value] === QUOTE && name !== 'data') fields.set(name, textAt(bytes, { start: value, end }));
  return [{ ...block, by: encoder.encode(asText(Object.fromEntries(fields))) }];
}

const encoder = new TextEncoder();

/** A block as one of text, in JSON. */
export function asText({
  type,
  name,
  title,
  uri,
  description,
  mimeType,
}: Readonly<Record<string, unknown>>): string {
  const told =
    type === 'resource_link'
      ? [title ?? name, uri, description].filter((part) => typeof part === 'string' && part !== '').join('\n')
      : `[${String(type)}${typeof mimeType === 'string' ? ` ${mimeType}` : ''}: this client cannot take it]`;
  return JSON.stringify({ type: 'text', text: told });
}

function textAt(bytes: Uint8Array, { start, end }: Span): string | undefined {
  return end > 0 && bytes[start] === QUOTE ? decodeString(bytes, start + 1, end - 1) : undefined;
}
