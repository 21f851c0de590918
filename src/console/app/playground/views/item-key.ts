/** How an item is named in the address of the page. */
import type { Item } from '../../mcp/items.ts';

/** Longer names make addresses that browsers cut. */
const LONGEST = 500;

export function keyOf({ name }: Pick<Item, 'name'>): string {
  return name.length <= LONGEST && !name.startsWith('~') && isWhole(name)
    ? name
    : `~${name.length}.${hashOf(name)}`;
}

/** A text with half a pair in it cannot be encoded. */
function isWhole(text: string): boolean {
  return text.isWellFormed();
}

function hashOf(text: string): string {
  let hash = 0x81_1c_9d_c5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01_00_01_93);
  return (hash >>> 0).toString(16);
}
