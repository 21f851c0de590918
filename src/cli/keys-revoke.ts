/** `sluice keys revoke`: takes a key back, and with it all that it opened. */
import type { StoredKey } from '../edges/node/key-store.ts';
import { ID_LENGTH, idOf } from '../edges/node/key-words.ts';
import { maskCredentials } from '../config/secrets.ts';
import { dataPlace, type PlaceWords } from './data-place.ts';
import { EXIT, usage } from './exit.ts';
import type { Io } from './io.ts';
import { withStore } from './keys-place.ts';

export interface RevokeOptions extends PlaceWords {
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/** @param word the name, or the id: the first characters of the hash */
export async function revokeKey(
  io: Io,
  word: string,
  options: RevokeOptions,
  now = Date.now(),
): Promise<number> {
  const { folder } = await dataPlace(io, options);
  const { key, wasRevoked } = withStore(folder, false, (store) => {
    const found = oneOf(store?.list() ?? [], word, folder);
    if (found.revoked === undefined) store?.revoke(found.sha256, now);
    return { key: found, wasRevoked: found.revoked !== undefined };
  });
  if (options.json) io.out(`${JSON.stringify({ name: key.name, id: idOf(key), wasRevoked })}\n`);
  else if (!options.quiet) {
    const what = wasRevoked ? 'was revoked before' : 'is revoked: what it opened ends within a second';
    io.err(`The key "${key.name}" (id ${idOf(key)}) ${what}.\n`);
  }
  return EXIT.ok;
}

/** Of several with the name, the one that is not revoked yet. */
function oneOf(keys: readonly StoredKey[], word: string, folder: string): StoredKey {
  const isId = word.length >= ID_LENGTH && /^[0-9a-f]+$/.test(word);
  const found = keys.filter(({ name, sha256 }) => name === word || (isId && sha256.startsWith(word)));
  const left = found.filter(({ revoked }) => revoked === undefined);
  const [first, second] = left.length > 0 ? left : found.slice(-1);
  if (first && !second) return first;
  if (first) {
    const ids = left.map(idOf).join(', ');
    throw usage(`${left.length} keys have the name ${JSON.stringify(word)}; name one by its id: ${ids}.`);
  }
  // Whoever writes the key itself in place of its name must not find it in a log of commands as well.
  const shown = JSON.stringify(maskCredentials(word));
  throw usage(`There is no key ${shown} in ${folder}; sluice keys list shows those there are.`);
}
