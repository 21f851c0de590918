/**
 * What the engine refuses or drops, told to the observer in bounds: whoever sends rubbish without end must not keep
 * the gateway busy with telling it.
 */
import type { Runtime, Timer } from './ports.ts';
import type { Observer } from './ports-observer.ts';

export type Note = Parameters<NonNullable<Observer['refused']>>[0];

/** Notes with one code that are told one by one in a second; the rest are counted, and the number is told. */
const PER_SECOND = 20;
const SECOND = 1_000;

/** The notes with one code. */
interface Run {
  since: number;
  told: number;
  untold: number;
}

/** Bounded by the codes of the engine, which are few. */
export class Notes {
  readonly #runtime: Runtime;
  readonly #observer: Observer;
  readonly #runs = new Map<string, Run>();
  #timer: Timer | undefined;

  constructor(runtime: Runtime, observer: Observer) {
    this.#runtime = runtime;
    this.#observer = observer;
  }

  tell(note: Note): void {
    if (!this.#observer.refused) return;
    const run = this.#run(note.code);
    if (run.told < PER_SECOND) {
      run.told++;
      return this.#observer.refused(note);
    }
    run.untold++;
    this.#timer ??= this.#runtime.after(SECOND, () => this.#sum());
  }

  /** Tells the numbers that are still to be told, and stops the timer. */
  close(): void {
    this.#timer?.cancel();
    this.#sum();
  }

  #run(code: string): Run {
    const now = this.#runtime.now();
    const known = this.#runs.get(code);
    if (!known) {
      const run = { since: now, told: 0, untold: 0 };
      this.#runs.set(code, run);
      return run;
    }
    // While some are not told the sum comes first.
    if (known.untold === 0 && now - known.since >= SECOND) {
      known.since = now;
      known.told = 0;
    }
    return known;
  }

  #sum(): void {
    this.#timer = undefined;
    for (const [code, { untold }] of this.#runs) {
      if (untold === 0) continue;
      this.#runs.delete(code);
      const message = `${untold} more of this kind were not told one by one.`;
      this.#observer.refused?.({ where: 'gateway', code, message, count: untold });
    }
  }
}
