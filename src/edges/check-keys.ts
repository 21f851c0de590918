/** The keys that a library user handed in, checked before a door is made of them. */
import { checkPolicy } from './check-policy.ts';

/** @throws TypeError with one sentence that says what to do; never with a key */
export function checkKeys(what: string, keys: unknown): void {
  if (keys === undefined) return;
  if (!Array.isArray(keys)) throw new TypeError(`${what} must be a list of keys.`);
  keys.forEach((entry: unknown, index) => checkKey(`${what}[${index}]`, entry));
}

/** @param source what gives keys that come and go */
export function checkKeySource(source: unknown, isRequired: unknown): void {
  const isSource = isObject(source) && Array.isArray(source['keys']) && typeof source['watch'] === 'function';
  if (source !== undefined && !isSource) {
    throw new TypeError('`keys` must be a source of keys, like what keyStore() of "sluice/node" returns.');
  }
  if (isRequired === undefined || typeof isRequired === 'boolean' || isRequired === 'from-first') return;
  throw new TypeError(
    `\`keyRequired\` is ${JSON.stringify(isRequired)}: give true, false or "from-first", or leave it out.`,
  );
}

function checkKey(what: string, entry: unknown): void {
  const { name, key, expires } = isObject(entry)
    ? (entry as Record<'name' | 'key' | 'expires', unknown>)
    : { name: '-', key: entry, expires: undefined };
  if (typeof key !== 'string' || key === '' || typeof name !== 'string' || name === '') {
    throw new TypeError(`${what} must be a text, or an object like { name: "ann", key: "…" }.`);
  }
  if (isObject(entry)) checkPolicy(`\`policy\` of ${what}`, entry['policy']);
  if (expires !== undefined && !(typeof expires === 'number' && Number.isFinite(expires))) {
    throw new TypeError(`\`expires\` of ${what} must be a time in ms, like Date.parse("2027-01-31").`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
