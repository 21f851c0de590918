/** Making API keys. */
import { generateKey } from '../edges/node/key-words.ts';

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
