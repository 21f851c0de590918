/** What was asked, and what came of it: exactly one answer or one clear error, its own, and carried out once at most. */
export type Outcome =
  /** The server's answer. */
  | { readonly kind: 'answer'; readonly text: string }
  /** An error of the gateway, in the protocol. */
  | { readonly kind: 'error'; readonly word: string }
  /** The connection broke, or the balancer found nobody: the client knows that it knows nothing. */
  | { readonly kind: 'cut'; readonly why: string };

/** It was refused in good order, and nothing was done for it: to be sent again, as the same call. */
export interface Refused {
  readonly kind: 'again';
  readonly why: string;
}

/** A call that the server carried out. */
export interface Run {
  readonly key: string;
  /** The conversation of the server in which it was asked for. */
  readonly conversation: string;
  /** When, by the clock of this machine. */
  readonly at: number;
}

export class Ledger {
  readonly #outcomes = new Map<string, Outcome>();
  readonly wrong: string[] = [];
  /** Lines that were said on standing streams. */
  lines = 0;
  /** How often a client was told that history is gone. */
  lost = 0;
  resumed = 0;
  /** Calls that were refused in good order and sent again. */
  again = 0;
  /** When a call was answered, or something went wrong for a client: a call, or an attempt to begin anew. */
  readonly moments: { readonly at: number; readonly isGood: boolean; readonly what: string }[] = [];
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
    this.happened(outcome.kind === 'answer', `${key} ${nameOf(outcome)}`);
    if (outcome.kind === 'answer' && outcome.text.split(' ')[0] !== key)
      this.complain(`${key} got the answer ${outcome.text}`);
  }

  happened(isGood: boolean, what: string): void {
    this.moments.push({ at: Date.now(), isGood, what });
  }

  /** What went wrong for clients from a moment on, and how long after it. */
  troubleSince(since: number): string[] {
    return this.moments
      .filter(({ at, isGood }) => at >= since && !isGood)
      .map(({ at, what }) => `${what} after ${at - since} ms`);
  }

  /** Whether a client had an answer from a moment on. */
  wasAnswered(who: string, since: number): boolean {
    return this.moments.some(({ at, isGood, what }) => at >= since && isGood && what.startsWith(`${who}:`));
  }

  /** When the first second began, from a moment on, in which everything succeeded; undefined where there was none. */
  wellSince(since: number): number | undefined {
    const later = this.moments.filter(({ at }) => at >= since);
    const starts = [since, ...later.filter(({ isGood }) => !isGood).map(({ at }) => at + 1)];
    return starts.find((start) => {
      const within = later.filter(({ at }) => at >= start && at < start + SECOND_MS);
      return Date.now() >= start + SECOND_MS && within.length > 0 && within.every(({ isGood }) => isGood);
    });
  }

  complain(what: string): void {
    if (this.wrong.length < 50) this.wrong.push(what);
  }

  /** How many ended in which way. */
  get tally(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const outcome of this.#outcomes.values()) {
      const name = nameOf(outcome);
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  }

  count(kind: Outcome['kind']): number {
    return [...this.#outcomes.values()].filter((outcome) => outcome.kind === kind).length;
  }

  /** Compares with what the server counted. */
  judge(runs: ReadonlyMap<string, number>, log: readonly Run[] = []): void {
    if (this.#outcomes.size !== this.#next)
      this.complain(`${this.#next - this.#outcomes.size} of ${this.#next} calls never ended`);
    for (const [key, count] of runs) if (count > 1) this.complain(`${key} was carried out ${count} times`);
    for (const [key, { kind }] of this.#outcomes)
      if (kind === 'answer' && !runs.has(key)) this.complain(`${key} was answered and not carried out`);
    this.#judgeOwners(log);
  }

  /** Two nodes acted for one session where a conversation that was left is used again. */
  #judgeOwners(log: readonly Run[]): void {
    const used = new Map<string, string[]>();
    for (const { key, conversation, at } of log) {
      const who = key.slice(0, key.lastIndexOf(':'));
      // Calls without a session share conversations.
      if (who.includes('modern')) continue;
      const before = used.get(who) ?? [];
      if (before.at(-1) === conversation) continue;
      if (before.includes(conversation))
        this.complain(`${key} was asked for in a conversation that was left before, at ${at}`);
      used.set(who, [...before, conversation]);
    }
  }
}

const SECOND_MS = 1_000;

function nameOf(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'answer':
      return 'answer';
    case 'error':
      return `error ${outcome.word}`;
    case 'cut':
      return `cut: ${outcome.why}`;
  }
}
