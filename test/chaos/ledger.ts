/** What was asked, and what came of it: exactly one answer or one clear error, its own, and carried out once at most. */
export type Outcome =
  /** The server's answer. */
  | { readonly kind: 'answer'; readonly text: string }
  /** An error of the gateway, in the protocol. */
  | { readonly kind: 'error'; readonly word: string }
  /** The connection broke, or the balancer found nobody: the client knows that it knows nothing. */
  | { readonly kind: 'cut'; readonly why: string };

export class Ledger {
  readonly #outcomes = new Map<string, Outcome>();
  readonly wrong: string[] = [];
  /** Lines that were said on standing streams. */
  lines = 0;
  /** How often a client was told that history is gone. */
  lost = 0;
  resumed = 0;
  #next = 0;

  nextKey(who: string): string {
    return `${who}:${this.#next++}`;
  }

  get asked(): number {
    return this.#next;
  }

  settle(key: string, outcome: Outcome): void {
    const before = this.#outcomes.get(key);
    if (before) this.complain(`${key} had two ends: ${JSON.stringify(before)}, ${JSON.stringify(outcome)}`);
    this.#outcomes.set(key, outcome);
    if (outcome.kind === 'answer' && outcome.text.split(' ')[0] !== key)
      this.complain(`${key} got the answer ${outcome.text}`);
  }

  complain(what: string): void {
    if (this.wrong.length < 50) this.wrong.push(what);
  }

  /** How many ended in which way. */
  get tally(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const outcome of this.#outcomes.values()) {
      const name =
        outcome.kind === 'answer'
          ? 'answer'
          : outcome.kind === 'error'
            ? `error ${outcome.word}`
            : `cut: ${outcome.why}`;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  }

  count(kind: Outcome['kind']): number {
    return [...this.#outcomes.values()].filter((outcome) => outcome.kind === kind).length;
  }

  /** Compares with what the server counted. */
  judge(runs: ReadonlyMap<string, number>): void {
    if (this.#outcomes.size !== this.#next)
      this.complain(`${this.#next - this.#outcomes.size} of ${this.#next} calls never ended`);
    for (const [key, count] of runs) if (count > 1) this.complain(`${key} was carried out ${count} times`);
    for (const [key, { kind }] of this.#outcomes)
      if (kind === 'answer' && !runs.has(key)) this.complain(`${key} was answered and not carried out`);
  }
}
