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

/** Tells both, whatever becomes of either. What `other` makes of arguments counts. */
export function together(one: Observer, other: Observer): Observer {
  const [first, second] = [harmless(one), harmless(other)];
  const both: Record<string, unknown> = { ...first, ...second };
  for (const name of METHODS) {
    const here: ((event: never) => unknown) | undefined = first[name];
    const there: ((event: never) => unknown) | undefined = second[name];
    if (here && there)
      both[name] = (event: never) => {
        const said = here(event);
        return there(event) ?? said;
      };
  }
  // Of both: neither speaks for the other.
  if (first.health && second.health) both['health'] = () => ({ ...first.health?.(), ...second.health?.() });
  if (first.troubles && second.troubles)
    both['troubles'] = () => [...(first.troubles?.() ?? []), ...(second.troubles?.() ?? [])];
  return both;
}

const METHODS = [
  'sessionOpened',
  'clientKnown',
  'sessionClosed',
  'streamOpened',
  'streamClosed',
  'exchangeEnded',
  'callEnded',
  'keepArguments',
  'linkOpened',
  'linkClosed',
  'carried',
  'refused',
  'serverLog',
  'operated',
  'health',
  'degraded',
  'recovered',
  'troubles',
] as const satisfies readonly (keyof Observer)[];

function quietly<T>(tell: () => T): T | undefined {
  try {
    return tell();
  } catch {
    // There is nobody left to tell.
    return undefined;
  }
}
