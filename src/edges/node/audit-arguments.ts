/**
 * What the audit trail keeps of the arguments of a call.
 *
 * A hash is over the bytes as they are sent on, so the same arguments written in another order have another one; it is
 * keyed, because arguments can be guessed and then looked up (RFC 2104).
 */
import { hash } from 'node:crypto';
import { looksSecret, MASK, maskCredentials, scrub } from '../../config/secrets.ts';
import { clean } from './audit-row.ts';

export interface KeepOptions {
  readonly mode: 'none' | 'hash' | 'redacted' | 'full';
  /** For hashes: 32 bytes of this installation. */
  readonly key: Uint8Array;
  /** Texts that are never kept. */
  readonly secrets: () => readonly string[];
}

/** Bytes of arguments that are read; of larger ones only the size is kept. */
const READ_BYTES = 64 * 1024;
/** Characters that are kept of redacted ones, and of one text in them. */
const REDACTED_CHARACTERS = 2_048;
const TEXT_CHARACTERS = 128;
const FULL_CHARACTERS = 32 * 1024;

/** Undefined where nothing is kept. */
export function keeper({ mode, key, secrets }: KeepOptions): ((bytes: Uint8Array) => string) | undefined {
  switch (mode) {
    case 'none':
      return undefined;
    case 'hash':
      return keyedHash(key);
    case 'redacted':
      return (bytes) => written(bytes, REDACTED_CHARACTERS, (value) => redacted(value, 0, secrets()));
    case 'full':
      return (bytes) => written(bytes, FULL_CHARACTERS, (value) => masked(value, secrets()));
  }
}

const BLOCK = 64;
const DIGEST = 32;

/** HMAC-SHA-256 by two hashes in one piece each, which costs a fifth of a stream of them. */
function keyedHash(key: Uint8Array): (bytes: Uint8Array) => string {
  const padded = Buffer.alloc(BLOCK);
  padded.set(key.subarray(0, BLOCK));
  const outer = Buffer.alloc(BLOCK + DIGEST);
  const inner = Buffer.alloc(1024);
  for (let i = 0; i < BLOCK; i++) {
    inner[i] = padded.readUInt8(i) ^ 0x36;
    outer[i] = padded.readUInt8(i) ^ 0x5c;
  }
  return (bytes) => {
    const size = BLOCK + bytes.length;
    // What is large is rare: room for it is not kept.
    const room = size <= inner.length ? inner : Buffer.concat([inner.subarray(0, BLOCK), bytes]);
    if (room === inner) inner.set(bytes, BLOCK);
    hash('sha256', room.subarray(0, size), 'buffer').copy(outer, BLOCK);
    return `hmac-sha256:${hash('sha256', outer, 'base64url')}`;
  };
}

function written(bytes: Uint8Array, longest: number, made: (value: unknown) => unknown): string {
  if (bytes.length > READ_BYTES) return `(${bytes.length} bytes)`;
  return clean(JSON.stringify(made(JSON.parse(new TextDecoder().decode(bytes)))), longest);
}

/** Texts are looked through as they are meant: how they are escaped must not hide what is in them. */
function plain(text: string, secrets: readonly string[]): string {
  return maskCredentials(scrub(text, secrets));
}

function masked(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return plain(value, secrets);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => masked(one, secrets));
  const members = Object.entries(value);
  return Object.fromEntries(members.map(([name, one]) => [plain(name, secrets), masked(one, secrets)]));
}

/** Deeper values are told as such. */
const DEPTH = 6;

function redacted(value: unknown, depth: number, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return cut(plain(value, secrets));
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEPTH) return '…';
  if (Array.isArray(value)) return value.map((one) => redacted(one, depth + 1, secrets));
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      cut(plain(name, secrets)),
      looksSecret(name) ? MASK : redacted(one, depth + 1, secrets),
    ]),
  );
}

function cut(text: string): string {
  const { length } = text;
  return length > TEXT_CHARACTERS ? `${text.slice(0, TEXT_CHARACTERS)}… (${length} characters)` : text;
}
