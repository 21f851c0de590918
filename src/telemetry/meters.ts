/**
 * Counters and histograms as plain numbers: a meter is found by its labels once, and then added to.
 *
 * Guarantees: adding allocates nothing and never throws; a family has a bounded number of meters, over which all others
 * are one.
 */
import type { Instrument } from './instrument.ts';

/** One value a label, in the order of the instrument; an empty one is left out. */
export type Labels = readonly string[];

/** More of one kind are counted together: whatever goes wrong, what reads this must not be filled. */
const MOST_METERS = 2_000;
/** What stands for all labels of those. */
export const OTHER = 'other';

export class Count {
  readonly labels: Labels;
  value = 0;

  constructor(labels: Labels) {
    this.labels = labels;
  }

  add(by = 1): void {
    this.value += by;
  }
}

export class Durations {
  readonly labels: Labels;
  /** How many were at most each bound, and over the one before; the last are over all. */
  readonly counts: number[];
  /** In seconds. */
  sum = 0;
  readonly #bounds: readonly number[];

  constructor(labels: Labels, { bounds }: Instrument) {
    this.labels = labels;
    this.#bounds = bounds;
    this.counts = Array.from<number>({ length: bounds.length + 1 }).fill(0);
  }

  /** Most are among the first, so they are looked through in order. */
  record(ms: number): void {
    const seconds = ms / 1_000;
    const bounds = this.#bounds;
    let at = 0;
    while (at < bounds.length && seconds > (bounds[at] as number)) at++;
    this.counts[at] = (this.counts[at] as number) + 1;
    this.sum += seconds;
  }
}

/** All meters of one instrument. */
export class Family<M extends { readonly labels: Labels }> {
  readonly instrument: Instrument;
  readonly #make: (labels: Labels, instrument: Instrument) => M;
  readonly #meters = new Map<string, M>();
  #rest: M | undefined;

  constructor(instrument: Instrument, make: (labels: Labels, instrument: Instrument) => M) {
    this.instrument = instrument;
    this.#make = make;
  }

  /** The one with these labels. To be kept by whoever needs it often. */
  of(...labels: Labels): M {
    const key = labels.length === 1 ? (labels[0] as string) : labels.join('\n');
    const known = this.#meters.get(key);
    if (known) return known;
    if (this.#meters.size >= MOST_METERS) {
      return (this.#rest ??= this.#make(
        labels.map(() => OTHER),
        this.instrument,
      ));
    }
    const made = this.#make(labels, this.instrument);
    this.#meters.set(key, made);
    return made;
  }

  get all(): readonly M[] {
    return [...this.#meters.values(), ...(this.#rest ? [this.#rest] : [])];
  }
}

export function counts(instrument: Instrument): Family<Count> {
  return new Family(instrument, (labels) => new Count(labels));
}

export function times(instrument: Instrument): Family<Durations> {
  return new Family(instrument, (labels, of) => new Durations(labels, of));
}
