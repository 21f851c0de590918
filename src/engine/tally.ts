/** In which dialects sessions are open, in all and at each project, to be shown. Bounded by the sessions. */

/** A session, as far as it is counted. */
export interface Counted {
  readonly payers: { readonly project: string | undefined };
  readonly dialect: { readonly name: string };
}

type Counts = Map<string, number>;

export class Tally {
  readonly #dialects: Counts = new Map();
  readonly #projects = new Map<string, Counts>();

  /** Open sessions by the name of their dialect: of all, or of a project; `''` is what is in none. */
  dialects(project?: string): ReadonlyMap<string, number> {
    return project === undefined
      ? this.#dialects
      : (this.#projects.get(project) ?? new Map<string, number>());
  }

  /** The projects in which sessions are open; `''` is what is in none. */
  get projects(): Iterable<string> {
    return this.#projects.keys();
  }

  /** Open sessions of a project. */
  inProject(project: string): number {
    let sum = 0;
    for (const count of this.dialects(project).values()) sum += count;
    return sum;
  }

  opened(session: Counted): void {
    this.#count(session, 1);
  }

  closed(session: Counted): void {
    this.#count(session, -1);
  }

  #count({ payers: { project = '' }, dialect }: Counted, by: number): void {
    count(this.#dialects, dialect.name, by);
    const counts = this.#projects.get(project) ?? new Map<string, number>();
    this.#projects.set(project, counts);
    count(counts, dialect.name, by);
    if (counts.size === 0) this.#projects.delete(project);
  }
}

/** What is counted down to nothing is forgotten. */
function count(counts: Counts, key: string, by: number): void {
  const now = (counts.get(key) ?? 0) + by;
  if (now > 0) counts.set(key, now);
  else counts.delete(key);
}
