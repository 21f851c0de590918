/** How many sessions are open: of whom, in which part of the gateway, in which dialect. Bounded by the sessions. */

/** A part of a gateway with caps beside those of the whole. */
export interface Part {
  readonly name: string;
  /** Open sessions in it. */
  readonly sessions?: number | undefined;
  /** The same of one principal. */
  readonly sessionsPerPrincipal?: number | undefined;
}

/** A session, as far as it is counted. */
export interface Counted {
  readonly principal: string;
  readonly part: Part | undefined;
  readonly dialect: { readonly name: string };
}

type Counts = Map<string, number>;

export class Tally {
  readonly #principals: Counts = new Map();
  readonly #dialects: Counts = new Map();
  readonly #parts = new Map<string, Counts>();

  /** Open sessions of a principal. */
  of(principal: string): number {
    return this.#principals.get(principal) ?? 0;
  }

  /** Open sessions by the name of their dialect: of all, or of a part; `''` is what is in none. */
  dialects(part?: string): ReadonlyMap<string, number> {
    return part === undefined ? this.#dialects : (this.#parts.get(part) ?? new Map<string, number>());
  }

  /** Open sessions of a part. */
  inPart(part: string): number {
    let sum = 0;
    for (const count of this.dialects(part).values()) sum += count;
    return sum;
  }

  opened(session: Counted): void {
    this.#count(session, 1);
  }

  closed(session: Counted): void {
    this.#count(session, -1);
  }

  #count({ principal, part, dialect }: Counted, by: number): void {
    count(this.#principals, principal, by);
    count(this.#dialects, dialect.name, by);
    const name = part?.name ?? '';
    const counts = this.#parts.get(name) ?? new Map<string, number>();
    this.#parts.set(name, counts);
    count(counts, dialect.name, by);
    if (counts.size === 0) this.#parts.delete(name);
  }
}

/** What is counted down to nothing is forgotten. */
function count(counts: Counts, key: string, by: number): void {
  const now = (counts.get(key) ?? 0) + by;
  if (now > 0) counts.set(key, now);
  else counts.delete(key);
}
