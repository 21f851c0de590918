/** What a row of the key store says: all of it as it must be, or nothing, as what is left out would open more. */
import type { Patterns, Policy } from '../../engine/ports-policy.ts';

/** Undefined for what is no list of names. */
export function projectsIn(text: unknown): readonly string[] | undefined {
  const list = parsed(text);
  return isTexts(list) ? list : undefined;
}

/** Null for none; undefined for what is no policy. */
export function policyIn(text: unknown): Policy | null | undefined {
  if (text === null) return null;
  const policy = parsed(text);
  if (!isObject(policy)) return undefined;
  for (const [name, value] of Object.entries(policy)) {
    const isFit = LISTS.has(name) ? isPatterns(value) : FLAGS.has(name) && typeof value === 'boolean';
    if (!isFit) return undefined;
  }
  return policy;
}

const LISTS: ReadonlySet<string> = new Set<keyof Policy>(['servers', 'tools', 'prompts', 'resources']);
const FLAGS: ReadonlySet<string> = new Set<keyof Policy>(['readOnly', 'checkArguments']);

function isPatterns(value: unknown): value is Patterns {
  if (!isObject(value)) return isTexts(value);
  return Object.entries(value).every(
    ([name, list]) => (name === 'allow' || name === 'deny') && isTexts(list),
  );
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
