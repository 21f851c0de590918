/** Whoever watches must not be able to stop what is watched. */
import type { Observer } from './ports-observer.ts';

/**
 * The same observer, whose errors go nowhere: a log that cannot write is no reason to lose a call. What it does not
 * implement stays undefined, so that the engine need not prepare what nobody hears.
 */
export function harmless(observer: Observer): Observer {
  const safe: Record<string, unknown> = {};
  for (const name of METHODS) {
    const method: ((event: never) => unknown) | undefined = observer[name];
    if (method) safe[name] = (event: never) => quietly(() => method.call(observer, event));
  }
  return safe;
}

const METHODS = [
  'sessionOpened',
  'sessionClosed',
  'streamOpened',
  'streamClosed',
  'exchangeEnded',
  'callEnded',
  'keepArguments',
  'linkOpened',
  'linkClosed',
  'refused',
  'serverLog',
] as const satisfies readonly (keyof Observer)[];

function quietly<T>(tell: () => T): T | undefined {
  try {
    return tell();
  } catch {
    // There is nobody left to tell.
    return undefined;
  }
}
