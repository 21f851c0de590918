/** API keys as they are configured. */
import type { ApiKey } from './types.ts';

const HASHED = /^sha256:[0-9a-f]{64}$/i;
/** What fits into a header without quoting. */
const PLAIN = /^[\x21-\x7e]{1,512}$/;

/**
 * The keys with a name each: `key1`, `key2` … where none was given.
 * @param complain called with the index of a key that cannot be used, and why (the key itself is never told)
 */
export function nameKeys(
  given: readonly (string | { name: string; key: string })[],
  complain: (index: number, message: string) => void,
): ApiKey[] {
  const keys: ApiKey[] = [];
  const names = new Set<string>();
  given.forEach((entry, index) => {
    const { name, key } = typeof entry === 'string' ? { name: `key${index + 1}`, key: entry } : entry;
    const wrong = fault(key);
    if (wrong !== undefined) complain(index, wrong);
    else if (names.has(name))
      complain(index, `has the name ${JSON.stringify(name)} of another key; choose another`);
    names.add(name);
    keys.push({ name, key: key.startsWith('sha256:') ? key.toLowerCase() : key });
  });
  return keys;
}

function fault(key: string): string | undefined {
  if (key === '') return 'is empty, which would let nobody or anybody in; set it, or remove it';
  if (/^sha256:/i.test(key) && !HASHED.test(key)) {
    return 'begins with "sha256:" and so must go on with the 64 hexadecimal digits of a SHA-256';
  }
  if (!PLAIN.test(key)) return 'must be 1 to 512 visible ASCII characters without spaces';
  return undefined;
}
