/** What the engine borrows from a runtime with the web's own interfaces, Node or not. */
import { sha256 as hash } from '@noble/hashes/sha2.js';
import type { Runtime } from '../engine/ports.ts';
import { isUtf8 } from '../protocol/utf8.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';

export const webRuntime: Runtime = {
  // Steady: a clock that is set must not end sessions and calls.
  now: () => performance.timeOrigin + performance.now(),
  wall: () => Date.now(),
  after(ms, fn) {
    const timer: unknown = setTimeout(fn, ms);
    if (hasUnref(timer)) timer.unref();
    return { cancel: () => clearTimeout(timer as Parameters<typeof clearTimeout>[0]) };
  },
  randomId() {
    let id = '';
    for (const byte of crypto.getRandomValues(new Uint8Array(24))) id += ALPHABET[byte & 63];
    return id;
  },
  isUtf8,
};

export function webSha256(text: string): string {
  let hex = '';
  for (const byte of hash(new TextEncoder().encode(text))) hex += byte.toString(16).padStart(2, '0');
  return hex;
}

/** Node's timers can be told not to keep the process alive. */
function hasUnref(timer: unknown): timer is { unref(): void } {
  return typeof timer === 'object' && timer !== null && 'unref' in timer;
}
