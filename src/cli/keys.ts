/** Making API keys. */
import { randomBytes } from 'node:crypto';
import { formatKey, KEY_BYTES } from '../access/key-format.ts';

export function generateKey(): string {
  return formatKey(randomBytes(KEY_BYTES));
}

/**
 * `--api-key auto` stands for a fresh key.
 * @returns the keys to use, and the one that was made (to be shown once)
 */
export function withGenerated(keys: readonly string[] | undefined): {
  keys: readonly string[] | undefined;
  generated: string | undefined;
} {
  if (!keys?.includes('auto')) return { keys, generated: undefined };
  const generated = generateKey();
  return { keys: keys.map((key) => (key === 'auto' ? generated : key)), generated };
}
