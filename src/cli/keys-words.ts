/** What a key opens and may do, in words. */
import type { Patterns, Policy } from '../engine/ports-policy.ts';
import type { StoredKey } from '../edges/node/key-store.ts';
import { plain } from './keys-place.ts';

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
