/**
 * Says it when the time of day was set while the gateway runs, or the machine slept. Sessions, calls and waits go by a clock
 * that is never set; keys and tokens run out by the time of day, whatever it was before.
 */
import type { Runtime, Timer } from '../engine/ports.ts';
import type { Troubles } from '../engine/ports-degraded.ts';
import { wallTime } from '../engine/wall.ts';

const EVERY_MS = 10_000;
/** Clocks that are corrected little by little stay below that. */
const APART_MS = 5_000;
/** How long it is said. */
const SAID_MS = 10 * 60_000;

/** @returns ends it */
export function watchClock(runtime: Runtime, troubles: Troubles): () => void {
  const ahead = () => wallTime(runtime) - runtime.now();
  let known = ahead();
  let timer: Timer;
  const look = (): void => {
    const now = ahead();
    if (Math.abs(now - known) > APART_MS) {
      troubles.set('clock_jumped', sentence(now - known), SAID_MS);
    }
    known = now;
    timer = runtime.after(EVERY_MS, look);
  };
  timer = runtime.after(EVERY_MS, look);
  return () => timer.cancel();
}

function sentence(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1_000);
  const how = ms > 0 ? `forward by ${seconds} s, or it slept` : `back by ${seconds} s`;
  return `The clock of this machine was set ${how}: keys and tokens run out by the new time.`;
}
