/** The keys that seal state, as a library user handed them in. */
import { type StateKeyOptions, stateKeyFault } from '../access/state-keys.ts';

/** @throws TypeError with one sentence that says what to do, and no secret */
export function checkState(state: unknown): void {
  if (state === undefined) return;
  const keys = isObject(state) ? (state['keys'] ?? []) : undefined;
  if (!Array.isArray(keys) || !keys.every(isKey))
    throw new TypeError('`state` must be like { keys: [{ id: "a", secret: process.env.STATE_KEY }] }.');
  const fault = stateKeyFault(keys);
  if (fault) throw new TypeError(`\`state.keys[${fault.index}]\` ${fault.message}.`);
}

function isKey(value: unknown): value is StateKeyOptions {
  return isObject(value) && typeof value['id'] === 'string' && typeof value['secret'] === 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
