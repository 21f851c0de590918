/**
 * What is wrong at the moment, for `/readyz`, `/health`, logs and the library: the gateway serves all the same.
 *
 * Guarantees: bounded in number and in text; each is told to the observer when it begins and when it is over; one timer
 * for those that end by themselves.
 */
import type { Runtime, Timer } from './ports.ts';
import type { Trouble, Troubles } from './ports-degraded.ts';
import type { Observer } from './ports-observer.ts';

/** Codes are few and ours; more than so many would be a mistake of ours, and must not grow without end. */
const MOST = 64;
const MOST_CHARACTERS = 500;

interface Known extends Trouble {
  message: string;
  /** When it is over by itself. */
  until: number;
}

export class Degraded implements Troubles {
  readonly #runtime: Pick<Runtime, 'now' | 'after'>;
  readonly #observer: Pick<Observer, 'degraded' | 'recovered'>;
  readonly #known = new Map<string, Known>();
  readonly #sources: (() => readonly Trouble[])[] = [];
  #timer: Timer | undefined;

  /** @param observer told of what is said here; never of what others are asked for */
  constructor(
    runtime: Pick<Runtime, 'now' | 'after'>,
    observer: Pick<Observer, 'degraded' | 'recovered'> = {},
  ) {
    this.#runtime = runtime;
    this.#observer = observer;
  }

  /** All that is wrong now, the oldest first. */
  get troubles(): readonly Trouble[] {
    const own = [...this.#known.values()].map(({ code, message, since }) => ({ code, message, since }));
    const others = this.#sources.flatMap((source) => source()).slice(0, MOST);
    return [...own, ...others].sort((a, b) => a.since - b.since);
  }

  /** The same in words that strangers may know. */
  get codes(): readonly string[] {
    if (this.#known.size === 0 && this.#sources.length === 0) return [];
    return [...new Set(this.troubles.map(({ code }) => code))];
  }

  /** Something that knows by itself how it is, and is asked whenever somebody wants to know. Must not throw. */
  follow(source: () => readonly Trouble[]): void {
    this.#sources.push(source);
  }

  set(code: string, message: string, forMs?: number): void {
    const known = this.#known.get(code);
    const now = this.#runtime.now();
    const until = forMs === undefined ? Number.POSITIVE_INFINITY : now + forMs;
    if (known) {
      known.until = until;
      known.message = message.slice(0, MOST_CHARACTERS);
    } else if (this.#known.size < MOST) {
      this.#known.set(code, { code, message: message.slice(0, MOST_CHARACTERS), since: now, until });
      this.#observer.degraded?.({ code, message: message.slice(0, MOST_CHARACTERS) });
    }
    if (forMs !== undefined) this.#timer ??= this.#runtime.after(forMs, () => this.#look());
  }

  clear(code: string): void {
    const known = this.#known.get(code);
    if (!known) return;
    this.#known.delete(code);
    this.#observer.recovered?.({ code, ms: this.#runtime.now() - known.since });
  }

  /** Nothing is told after this. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#known.clear();
    this.#sources.length = 0;
  }

  #look(): void {
    this.#timer = undefined;
    const now = this.#runtime.now();
    let next = Number.POSITIVE_INFINITY;
    for (const { code, until } of this.#known.values()) {
      if (until <= now) this.clear(code);
      else next = Math.min(next, until);
    }
    if (next < Number.POSITIVE_INFINITY) this.#timer = this.#runtime.after(next - now, () => this.#look());
  }
}
