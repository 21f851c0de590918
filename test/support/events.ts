/** Records what a gateway tells its observer, and waits for it. */
import type { Observer } from '../../src/node.ts';
import { type Finding, planted } from './planted.ts';

type Name = keyof Observer;
/** One thing that happened: the observer's method as `type`, and what it was told. */
export type GatewayEvent = {
  [K in Name]-?: { readonly type: K } & Parameters<NonNullable<Observer[K]>>[0];
}[Name];
export type EventOf<N extends Name> = Extract<GatewayEvent, { readonly type: N }>;

const NAMES = [
  'sessionOpened',
  'sessionClosed',
  'clientKnown',
  'streamOpened',
  'streamClosed',
  'exchangeEnded',
  'callEnded',
  'linkOpened',
  'linkClosed',
  'refused',
  'serverLog',
  'operated',
  'carried',
  'degraded',
  'recovered',
] as const satisfies readonly Name[];

/** Events kept; a test that needs more than this should look at them as they come. */
const MOST_EVENTS = 100_000;

interface Waiter {
  check(event: GatewayEvent): boolean;
}

export class Recorder {
  readonly observer: Observer;
  readonly events: GatewayEvent[] = [];
  readonly #waiters = new Set<Waiter>();

  /** @param also is told everything too */
  constructor(also: Observer = {}) {
    const tellers = Object.fromEntries(
      NAMES.map((type) => [
        type,
        (fact: never) => {
          also[type]?.(fact);
          this.#record({ ...(fact as object), type } as GatewayEvent);
        },
      ]),
    );
    this.observer = also.troubles ? { ...tellers, troubles: also.troubles } : tellers;
  }

  /** Where what the helpers planted stands in what was told. */
  leaks(): Finding[] {
    if (planted.size === 0) return [];
    return this.events.flatMap((event) => planted.search(event.type, textOf(event)));
  }

  /** Everything of one type so far. */
  of<N extends Name>(type: N): EventOf<N>[] {
    return this.events.filter((event) => isOf(event, type));
  }

  /**
   * The first event of a type that fits: at once when it was recorded already, otherwise as soon as it comes.
   * Rejects after `ms` milliseconds.
   */
  when<N extends Name>(
    type: N,
    fits: (event: EventOf<N>) => boolean = () => true,
    ms = 10_000,
  ): Promise<EventOf<N>> {
    const known = this.of(type).find(fits);
    if (known) return Promise.resolve(known);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        reject(new Error(`No ${type} that fits came within ${ms} ms.`));
      }, ms);
      const waiter: Waiter = {
        check: (event) => {
          if (!isOf(event, type) || !fits(event)) return false;
          clearTimeout(timer);
          resolve(event);
          return true;
        },
      };
      this.#waiters.add(waiter);
    });
  }

  #record(event: GatewayEvent): void {
    if (this.events.length < MOST_EVENTS) this.events.push(event);
    for (const waiter of this.#waiters) if (waiter.check(event)) this.#waiters.delete(waiter);
  }
}

function isOf<N extends Name>(event: GatewayEvent, type: N): event is EventOf<N> {
  return event.type === type;
}

/** All texts of an event, as they are. */
function textOf(event: GatewayEvent): string {
  return Object.values(event).join('\n');
}
