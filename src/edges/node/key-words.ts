/** What a key is called, opens and may do, in words; and how one is made. */
import { randomBytes } from 'node:crypto';
import { formatKey, KEY_BYTES } from '../../access/key-format.ts';
import type { Patterns, Policy } from '../../engine/ports-policy.ts';
import type { StoredKey } from './key-store.ts';

export function opensInWords({ projects }: { readonly projects: readonly string[] }): string {
  if (projects.length === 0) return 'the gateway';
  return `${projects.length === 1 ? 'the project' : 'the projects'} ${plain(projects.join(', '))}`;
}

export function scopeInWords(policy: Policy | undefined): string {
  if (!policy) return 'all of it';
  const { servers, tools, prompts, resources, readOnly, checkArguments } = policy;
  const lists = Object.entries({ servers, tools, prompts, resources });
  const words = lists.flatMap(([what, patterns]) => (patterns ? inWords(what, patterns) : []));
  if (readOnly) words.push('only what reads');
  if (checkArguments) words.push('arguments checked');
  return plain(words.join('; ')) || 'all of it';
}

function inWords(what: string, patterns: Patterns): string[] {
  const { allow, deny } = 'length' in patterns ? { allow: patterns, deny: undefined } : patterns;
  return [
    ...(allow ? [`${what} ${allow.join(', ') || 'none'}`] : []),
    ...(deny?.length ? [`no ${what} ${deny.join(', ')}`] : []),
  ];
}

export type KeyState = 'active' | 'expired' | 'revoked' | 'broken';

export function stateOf({ isBroken, revoked, expires = Infinity }: StoredKey, now: number): KeyState {
  if (revoked !== undefined) return 'revoked';
  if (isBroken) return 'broken';
  return expires > now ? 'active' : 'expired';
}

/** Characters of the hash by which a key is told from others. */
export const ID_LENGTH = 8;

export function idOf({ sha256 }: { readonly sha256: string }): string {
  return sha256.slice(0, ID_LENGTH);
}

/** A text of the store on one line of a terminal, whatever was written into it. */
export function plain(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}

export function generateKey(): string {
  return formatKey(randomBytes(KEY_BYTES));
}

/** Nothing that looks like another name, like an id, or like a part of what stands around it. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$/;
const LIKE_AN_ID = /^[0-9a-f]{8,64}$/;

/** What is wrong with the name for a key, in one sentence; undefined where nothing is. */
export function nameFault(name: string): string | undefined {
  if (name.startsWith('slc_'))
    return 'That is a key, and names are shown and kept: name who is to have the new one.';
  if (LIKE_AN_ID.test(name)) return `The name "${name}" looks like the id of a key; choose another.`;
  if (NAME.test(name)) return undefined;
  return 'The name of a key is 1 to 64 letters (A to Z), digits, ".", "_", "-", "@" and "+", and begins with a letter or digit.';
}
