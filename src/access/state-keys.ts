/**
 * From a configured secret to the key that seals state.
 *
 * What is plainly random (hex, or base64 of 32 bytes and more) is spread over a key by HKDF (RFC 5869); anything else
 * counts as a passphrase and is stretched by scrypt (RFC 7914), so that guessing it costs.
 */
import { hkdf } from '@noble/hashes/hkdf.js';
import { scrypt } from '@noble/hashes/scrypt.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { fromBase64url } from './base64url.ts';

/** A secret as it is configured. */
export interface StateKeyOptions {
  /** Tells keys apart in what was sealed: up to 32 letters, digits, `-` and `_`. */
  readonly id: string;
  /** At least 32 random bytes as hex or base64, or a passphrase of at least 24 characters. */
  readonly secret: string;
}

export interface StateKey {
  readonly id: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

/** Enough for any rotation; each may cost a quarter of a second at the start. */
export const MOST_STATE_KEYS = 16;
const ID = /^[A-Za-z0-9_-]{1,32}$/;
const KEY_BYTES = 32;
const LEAST_CHARACTERS = 24;
const MOST_CHARACTERS = 1_024;
/** Different characters: random bytes and real phrases have more, placeholders do not. */
const LEAST_DIFFERENT = 8;
/** 32 MiB and some hundred ms for each guess. */
const COST = { N: 2 ** 15, r: 8, p: 3, dkLen: KEY_BYTES };

/** What is wrong with a list of keys, as the end of a sentence that begins with where it stands; never tells a secret. */
export function stateKeyFault(
  keys: readonly StateKeyOptions[],
): { index: number; message: string } | undefined {
  const ids = new Set<string>();
  for (const [index, { id, secret }] of keys.entries()) {
    const message = idFault(id, ids) ?? secretFault(secret);
    if (message !== undefined) return { index, message };
    if (index >= MOST_STATE_KEYS)
      return { index, message: `is one more than the ${MOST_STATE_KEYS} there may be` };
    ids.add(id);
  }
  return undefined;
}

/** @param options without a fault */
export function stateKeyOf({ id, secret }: StateKeyOptions): StateKey {
  const random = randomBytesIn(secret);
  const key = random
    ? hkdf(sha256, random, utf8ToBytes('sluice'), utf8ToBytes(`state ${id}`), KEY_BYTES)
    : scrypt(utf8ToBytes(secret.normalize('NFKC')), utf8ToBytes(`sluice state ${id}`), COST);
  return { id, key };
}

function idFault(id: string, taken: ReadonlySet<string>): string | undefined {
  if (!ID.test(id)) return 'must have an id of 1 to 32 letters, digits, "-" and "_"';
  return taken.has(id) ? `has the id "${id}" of another key; choose another` : undefined;
}

function secretFault(secret: string): string | undefined {
  const { length } = secret;
  const isFit = length >= LEAST_CHARACTERS && length <= MOST_CHARACTERS;
  if (isFit && new Set(secret).size >= LEAST_DIFFERENT) return undefined;
  return `must have a secret of 32 random bytes, as \`openssl rand -base64 32\` prints them, or a passphrase of ${LEAST_CHARACTERS} to ${MOST_CHARACTERS.toLocaleString('en')} characters that are not all alike`;
}

/** Words with dashes between them are letters of base64, too: random bytes have letters of each kind among them. */
function randomBytesIn(secret: string): Uint8Array | undefined {
  if (secret.length > MOST_CHARACTERS) return undefined;
  if (/^(?:[0-9a-f]{2}){32,}$/i.test(secret)) return hexToBytes(secret);
  if (!/[a-z]/.test(secret) || !/[A-Z]/.test(secret) || !/\d/.test(secret)) return undefined;
  const text = secret
    .replace(/={1,2}$/, '')
    .replaceAll('+', '-')
    .replaceAll('/', '_');
  const bytes = fromBase64url(text);
  return bytes && bytes.length >= KEY_BYTES ? bytes : undefined;
}
