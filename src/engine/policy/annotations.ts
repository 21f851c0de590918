/**
 * What a tool says of itself.
 *
 * Source: MCP 2025-03-26 and later, tool annotations: `readOnlyHint` is false where it is not said.
 */
import { membersOf } from '../../protocol/cuts.ts';
import type { ListedItem } from '../../protocol/listing.ts';

const decoder = new TextDecoder();

/** The JSON text of a member of an item; of one that is written twice the last, as a reader of JSON takes it. */
export function memberOf({ bytes }: ListedItem, name: string): string | undefined {
  const member = membersOf(bytes, { start: 0, end: bytes.length })?.findLast((one) => one.name === name);
  return member && decoder.decode(bytes.subarray(member.value, member.end));
}

/** Whether it says that it changes nothing. What cannot be read does not say so. */
export function isReadOnly(item: ListedItem): boolean {
  const text = memberOf(item, 'annotations');
  if (text === undefined) return false;
  try {
    const annotations = JSON.parse(text) as { readonly readOnlyHint?: unknown } | null;
    return annotations?.readOnlyHint === true;
  } catch {
    return false;
  }
}
