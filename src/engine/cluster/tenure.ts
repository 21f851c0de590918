/**
 * Whether this node may act for the sessions it owns: while its lease is good; and after that, where what is shared is
 * away for all nodes, so that nobody can have claimed anything.
 */
import type { Runtime, Timer } from '../ports.ts';
import type { Directory } from '../ports-backplane.ts';

/** What another node says of what is shared: `silent` when it does not answer. */
export type PeerView = 'reached' | 'away' | 'silent';

/** Asks another node whether it reaches what is shared. Never rejects; bounded in time. */
export type AskPeer = (url: string) => Promise<PeerView>;

/** `held`: the lease is good. `alone`: nobody reaches what is shared. `cut`: others may. `unsure`: not known yet. */
export type TenureState = 'held' | 'alone' | 'cut' | 'unsure';

/** A renewal that is late, as after a pause, comes within this. */
const LATE_MS = 2_000;
const LOOK_MS = 50;
/** How often others are asked while what is shared is away. */
const ASK_MS = 1_000;
/** A lease may be longer. */
const LONGEST_MS = 60_000;
/** Less than a lease. */
const ALONE_MS = 3_000;
const MOST_SILENCES = 3;

export class Tenure {
  readonly #directory: Directory;
  readonly #runtime: Runtime;
  readonly #askPeer: AskPeer | undefined;
  readonly #changed: (state: TenureState) => void;
  /** Where others ask this node; another that says the same cannot be asked there: this one would answer itself. */
  url: string | undefined;
  #found: 'alone' | 'cut' | undefined;
  /** Until when the others' word counts that nobody reaches what is shared: who reaches it first waits longer before it claims. */
  #aloneUntil = 0;
  #timer: Timer | undefined;
  /** Times in a row that somebody said nothing. */
  #silences = 0;
  #isAsking = false;

  /** @param changed told when others were asked, or need not be any more */
  constructor(
    directory: Directory,
    runtime: Runtime,
    askPeer: AskPeer | undefined,
    changed: (state: TenureState) => void,
  ) {
    this.#directory = directory;
    this.#runtime = runtime;
    this.#askPeer = askPeer;
    this.#changed = changed;
  }

  /** Whether it may act now. */
  get isGood(): boolean {
    const now = this.#runtime.now();
    return now < this.#directory.heldUntil || (this.#found === 'alone' && now < this.#aloneUntil);
  }

  get state(): TenureState {
    if (this.#runtime.now() < this.#directory.heldUntil) return 'held';
    return this.#found === 'alone' && !this.isGood ? 'unsure' : (this.#found ?? 'unsure');
  }

  /** For whoever runs it: how this node is among others, where it is asked, and who they are. */
  get shown(): { readonly state: TenureState; readonly url?: string; readonly others: readonly string[] } {
    const others = [...this.#directory.peers.values()].map(({ node, url }) => url ?? node);
    return { state: this.state, ...(this.url === undefined ? {} : { url: this.url }), others: others.sort() };
  }

  /** Whether it may act, once that is known. */
  async settle(): Promise<boolean> {
    const until = this.#runtime.now() + LATE_MS;
    while (!this.isGood && this.#found !== 'cut' && this.#runtime.now() < until) await this.#pause(LOOK_MS);
    return this.isGood;
  }

  /** What is shared cannot be reached: once the lease is over, the others are asked, again and again. */
  away(): void {
    this.#silences = 0;
    this.#askLater();
  }

  reached(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#find(undefined);
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #askLater(): void {
    this.#timer?.cancel();
    const wait = Math.max(0, this.#directory.heldUntil - this.#runtime.now());
    this.#timer = this.#runtime.after(Math.min(wait, LONGEST_MS), () => void this.#ask());
  }

  async #ask(): Promise<void> {
    if (this.#directory.isReached) return;
    // Timers fire a little early: what is found while the lease is good would be told as if it held.
    if (this.#runtime.now() < this.#directory.heldUntil) return this.#askLater();
    this.#timer = this.#runtime.after(ASK_MS, () => void this.#ask());
    if (this.#isAsking) return;
    this.#isAsking = true;
    const askedAt = this.#runtime.now();
    try {
      const views = await Promise.all(
        [...this.#directory.peers.values()].map(({ url }) => this.#viewOf(url)),
      );
      if (!this.#directory.isReached) this.#heard(views, askedAt);
    } finally {
      this.#isAsking = false;
    }
  }

  #heard(views: readonly PeerView[], askedAt: number): void {
    this.#silences = views.includes('silent') ? this.#silences + 1 : 0;
    if (views.every((view) => view === 'away')) {
      const until = askedAt + ALONE_MS;
      // As after a pause of this process: it was so, and is asked again.
      if (this.#runtime.now() >= until) return;
      this.#aloneUntil = until;
      return this.#find('alone');
    }
    // Whoever reaches it first waits for longer than this before it claims anything; until then this one is likely to be back, too.
    if (views.includes('reached') && this.state === 'alone') return;
    // Who is busy says nothing for once; until it does this node acts for nobody, and sends nobody away.
    if (views.includes('reached') || this.#silences >= MOST_SILENCES) this.#find('cut');
  }

  async #viewOf(url: string | undefined): Promise<PeerView> {
    // Who cannot be asked may well reach it.
    if (url === undefined || url === this.url || !this.#askPeer) return 'reached';
    return this.#askPeer(url);
  }

  #find(found: 'alone' | 'cut' | undefined): void {
    if (this.#found === found) return;
    this.#found = found;
    this.#changed(this.state);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#runtime.after(ms, resolve));
  }
}
