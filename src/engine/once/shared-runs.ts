/**
 * Requests that are run once by several nodes together: whoever puts its claim first runs it, the others wait for what
 * comes of it.
 *
 * Guarantees: a request is not sent on without a claim of this node; what came of it is on its way to all before anybody is
 * told. Where what is shared cannot be reached, nothing is run: the promise could not be kept. A claim of a node that is gone
 * says that the call may have run; a tool that may be called twice is then run here.
 */
import type { EngineContext } from '../context.ts';
import type { Refusal } from '../overdrawn.ts';
import type { Backplane, Directory } from '../ports-backplane.ts';
import { inSlices } from '../slices.ts';
import { LastWords } from './last-words.ts';
import { MISMATCH, type Outcome } from './outcome.ts';
import { type OnceRecord, readRecord, recordBytes } from './record.ts';
import type { Run } from './run.ts';

/** Between two looks at a run of another node. */
const FIRST_LOOK_MS = 25;
const MAX_LOOK_MS = 1_000;
/** After everything that is shared was lost, the others have so long to write down again what they run. */
const LOST_MS = 5_000;

type Verdict = Outcome | 'ours';

export class SharedRuns {
  readonly #node: string;
  readonly #directory: Directory;
  readonly #context: EngineContext;
  readonly #mayRepeat: (run: Run) => Promise<boolean>;
  readonly #words: LastWords;
  #isClosed = false;
  #notBefore = 0;

  /** @param mayRepeat whether the tool of a call says that it may be called twice */
  constructor(
    { node, directory }: Pick<Backplane, 'node' | 'directory'>,
    mayRepeat: (run: Run) => Promise<boolean>,
    context: EngineContext,
  ) {
    this.#node = node;
    this.#directory = directory;
    this.#mayRepeat = mayRepeat;
    this.#context = context;
    this.#words = new LastWords({ runtime: context.runtime, isReached: () => directory.isReached });
  }

  /** Starts it here, or settles it by what another node made of it. Never rejects. */
  async begin(run: Run): Promise<void> {
    const { name } = run.name;
    this.#words.forget(name);
    let verdict: Verdict = AWAY;
    try {
      if (this.#directory.isReached && this.#context.runtime.now() >= this.#notBefore)
        verdict = await this.#verdictOn(run);
    } catch {
      // It may have been written all the same.
      this.withdraw(run);
    }
    if (verdict !== 'ours') return run.settle(verdict);
    if (run.isAwaited && !this.#isClosed) return run.start();
    this.withdraw(run);
    run.settle(AWAY);
  }

  /** Says again that it runs here. */
  renew({ name }: Run): void {
    const { claimMs } = this;
    this.#words.say(name.name, () => this.#directory.set(name.name, recordBytes(this.#node, name), claimMs));
  }

  /** What came of it. @param ms how long it is kept */
  publish({ name, outcome }: Run, ms: number): void {
    const bytes = recordBytes(this.#node, name, outcome);
    this.#words.say(name.name, () => this.#directory.set(name.name, bytes, ms));
  }

  /** It was not sent on: the next try is the first. */
  withdraw({ name: { name } }: Run): void {
    this.#words.say(name, async () => {
      const record = await this.#find(name);
      if (record?.node === this.#node && !record.outcome) await this.#directory.take(name);
    });
  }

  /** Everything was lost: writes down again what this node knows. @param known with the time that is left of each */
  lost(known: readonly (readonly [run: Run, ms: number])[]): void {
    const { runtime } = this.#context;
    this.#notBefore = runtime.now() + LOST_MS;
    inSlices(known, runtime, ([run, ms]) => {
      if (run.outcome) this.publish(run, ms);
      else if (run.isRunning) this.renew(run);
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#words.close();
  }

  /** Longer than its answer is kept, and renewed before that. */
  get claimMs(): number {
    return 3 * this.#context.settings.idempotencyMs;
  }

  // ------------------------------------------------------------------------------------- who runs it

  async #verdictOn(run: Run): Promise<Verdict> {
    const { name, first, base, digest } = run.name;
    const opening = name === first ? undefined : await this.#find(first);
    if (opening && opening.base !== base) return MISMATCH;
    const { runtime, settings } = this.#context;
    const until = runtime.now() + settings.requestMs;
    for (let wait = FIRST_LOOK_MS; run.isAwaited; wait = Math.min(2 * wait, MAX_LOOK_MS)) {
      if (await this.#directory.put(name, recordBytes(this.#node, run.name), this.claimMs)) return 'ours';
      const record = await this.#find(name);
      if (record && record.digest !== digest) return MISMATCH;
      if (record?.outcome) return record.outcome;
      // It was put here, though that was not known.
      if (record?.node === this.#node) return await this.#take(run);
      if (record && (await this.#directory.stateOf(record.node)) === 'gone') return await this.#orphan(run);
      if (runtime.now() >= until) return STILL_RUNS;
      await this.#pause(wait);
    }
    return AWAY;
  }

  /** The node that ran it is gone, and its answer with it. */
  async #orphan(run: Run): Promise<Verdict> {
    return (await this.#mayRepeat(run)) ? await this.#take(run) : ORPHAN;
  }

  async #take({ name }: Run): Promise<'ours'> {
    await this.#directory.set(name.name, recordBytes(this.#node, name), this.claimMs);
    return 'ours';
  }

  async #find(name: string): Promise<OnceRecord | undefined> {
    const bytes = await this.#directory.get(name);
    return bytes && readRecord(bytes);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#context.runtime.after(ms, resolve));
  }
}

const AWAY: Refusal = {
  word: 'backplane_away',
  message:
    'What the gateways share cannot be reached now, so that nobody could promise that this is run once: it was not run.',
};
const STILL_RUNS: Refusal = {
  word: 'timed_out',
  message: 'This runs at another node, and is not over yet: ask again with the same key.',
};
const ORPHAN: Refusal = {
  word: 'may_have_run',
  message: 'The node that ran this is gone, and its answer with it: it may have run, and is not run again.',
};
