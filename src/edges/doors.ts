/** Who is let in, from the keys that were configured. */
import { KeyRing, type Sha256 } from '../access/keys.ts';
import { type Authenticator, openDoor } from '../access/principal.ts';
import type { Policy } from '../engine/ports-policy.ts';

/** Plain, or as `sha256:<hex>`; the name is shown in logs, and the policy is what its holder may use (default: all). */
export type Keys = readonly (
  | string
  | { readonly name: string; readonly key: string; readonly policy?: Policy | undefined }
)[];

/**
 * @param keys undefined: none is asked for
 * @throws Error for an empty list, which may have come out so by mistake and must not open the door
 */
export function doorOf(keys: Keys | undefined, sha256: Sha256): Authenticator {
  if (keys === undefined) return openDoor;
  if (keys.length === 0) throw new Error('`apiKeys` is empty: name a key, or leave it out to ask for none.');
  return new KeyRing(
    keys.map((entry, index) => {
      const name = typeof entry === 'string' ? `key-${index + 1}` : entry.name;
      const policy = typeof entry === 'string' ? undefined : entry.policy;
      return { name, sha256: hashOf(entry, sha256), policy };
    }),
    sha256,
  );
}

/** @throws Error when one key stands in two lists: it could not be told where its callers belong */
export function refuseCommonKeys(lists: readonly Keys[], sha256: Sha256): void {
  const holders = new Map<string, Keys>();
  for (const keys of lists) {
    for (const key of keys) {
      const hash = hashOf(key, sha256);
      if ((holders.get(hash) ?? keys) !== keys) {
        throw new Error(
          'One of the `apiKeys` opens two projects, or one and the gateway; give each its own.',
        );
      }
      holders.set(hash, keys);
    }
  }
}

function hashOf(entry: Keys[number], sha256: Sha256): string {
  const key = typeof entry === 'string' ? entry : entry.key;
  return key.startsWith('sha256:') ? key.slice(7).toLowerCase() : sha256(key);
}
