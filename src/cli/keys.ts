/** Making API keys. */
import { randomBytes } from 'node:crypto';

/** A key of 256 random bits; the prefix lets scanners for leaked secrets know it. */
function generateKey(): string {
  return `slc_${randomBytes(32).toString('base64url')}`;
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
