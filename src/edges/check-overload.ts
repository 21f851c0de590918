/** When the gateway counts as overloaded, as a library user said it. */

/** @throws TypeError with one sentence that says what to do */
export function checkOverload(overload: unknown): void {
  if (overload === undefined || overload === false) return;
  if (typeof overload !== 'object' || overload === null)
    throw new TypeError('`overload` must be false, or like { delayMs: 2000, forMs: 5000, memory: 0.9 }.');
  const { delayMs = 0, forMs = 0, memory = 0 } = overload as Record<string, unknown>;
  if (![delayMs, forMs].every((ms) => typeof ms === 'number' && ms >= 0 && Number.isFinite(ms)))
    throw new TypeError('`delayMs` and `forMs` of `overload` must be milliseconds, 0 or more.');
  if (!(typeof memory === 'number' && memory >= 0 && memory <= 1))
    throw new TypeError('`memory` of `overload` must be a share from 0 (not looked at) to 1.');
}
