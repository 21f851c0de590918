/** What the engine borrows from Node. */
import { isUtf8 } from 'node:buffer';
import { hash, randomBytes } from 'node:crypto';
import type { Runtime } from '../../engine/ports.ts';

export const nodeRuntime: Runtime = {
  // Steady: a clock that is set must not end sessions and calls.
  now: () => performance.timeOrigin + performance.now(),
  wall: () => Date.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
  randomId: () => randomBytes(18).toString('base64url'),
  isUtf8: (bytes) => isUtf8(bytes),
};

export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}
