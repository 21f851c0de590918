/** Whoever watches must not be able to stop what is watched. */
import type { Observer } from './ports-observer.ts';

/**
 * The same observer, whose errors go nowhere: a log that cannot write is no reason to lose a call. What it does not
 * implement stays undefined, so that the engine need not prepare what nobody hears.
 */
export function harmless(observer: Observer): Observer {
  const safe: Record<string, unknown> = {};
  for (const name of METHODS) {
    const method: Told | undefined = observer[name];
    if (method) safe[name] = quiet(method, observer);
  }
  return safe;
}

/** Tells both, whatever becomes of either. What `other` makes of arguments counts. */
export function together(one: Observer, other: Observer): Observer {
  const [first, second] = [harmless(one), harmless(other)];
  const both: Record<string, unknown> = { ...first, ...second };
  for (const name of METHODS) {
    const here: Told | undefined = first[name];
    const there: Told | undefined = second[name];
    if (here && there)
      both[name] = (a: never, b: never, c: never, d: never) => {
        const said = here(a, b, c, d);
        return there(a, b, c, d) ?? said;
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
  'received',
  'requestAnswered',
  'serverLog',
  'operated',
  'health',
  'degraded',
  'recovered',
  'troubles',
] as const satisfies readonly (keyof Observer)[];

/** As many facts as any event has. */
type Told = (one: never, two: never, three: never, four: never) => unknown;

/** Some are told with every message: nothing is made for that. */
function quiet(tell: Told, observer: Observer): Told {
  return (one, two, three, four) => {
    try {
      return tell.call(observer, one, two, three, four);
    } catch {
      // There is nobody left to tell.
      return undefined;
    }
  };
}
