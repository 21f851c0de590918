/**
 * Durations as a small histogram: so many steps to each doubling, so that any quantile is right to a few per cent, and
 * counting one costs no more than a logarithm.
 */

/** Steps to a doubling: 9 % wide, so the middle of one is at most 4.5 % off. */
const STEPS = 8;
/** The shortest that is told apart, in ms, and how many doublings there are from it: to more than two hours. */
const SHORTEST = 1 / 64;
const DOUBLINGS = 29;
const LENGTH = STEPS * DOUBLINGS;

export class Durations {
  readonly #counts = new Uint32Array(LENGTH);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(ms: number): void {
    const step = ms <= SHORTEST ? 0 : Math.floor(Math.log2(ms / SHORTEST) * STEPS);
    const at = Math.min(step, LENGTH - 1);
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#count++;
  }

  /** Adds all of another. */
  merge(other: Durations): void {
    for (let at = 0; at < LENGTH; at++) this.#counts[at] = (this.#counts[at] ?? 0) + (other.#counts[at] ?? 0);
    this.#count += other.#count;
  }

  clear(): void {
    if (this.#count === 0) return;
    this.#counts.fill(0);
    this.#count = 0;
  }

  /** In ms; null where there is none. @param share from 0 to 1 */
  quantile(share: number): number | null {
    if (this.#count === 0) return null;
    const wanted = Math.max(1, Math.ceil(this.#count * share));
    let seen = 0;
    for (let at = 0; at < LENGTH; at++) {
      seen += this.#counts[at] ?? 0;
      if (seen >= wanted) return middleOf(at);
    }
    return middleOf(LENGTH - 1);
  }
}

/** To three digits: more of it is not known. */
function middleOf(at: number): number {
  return Number((SHORTEST * 2 ** ((at + 0.5) / STEPS)).toPrecision(3));
}
