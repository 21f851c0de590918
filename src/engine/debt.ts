/**
 * Bytes that somebody has not taken, as its payers count them: how many, and how long it has taken nothing.
 *
 * Guarantees: what was taken of the accounts is given back once. Whether somebody takes anything is looked at by a timer, so
 * that time in which this process itself stood still counts once and no more.
 */
import type { Payers } from './account.ts';
import type { EngineContext } from './context.ts';
import { Timed } from './deadlines.ts';

/** Looks are a quarter of a second apart, and another node tells once a second what its client took. */
const BEHIND_LOOKS = 8;

export abstract class Debt extends Timed {
  readonly #payers: Payers;
  readonly #context: EngineContext;
  #owed = 0;
  /** What the way showed at the last look. */
  #seen = 0;
  /** Looks since it took anything. */
  #looks = 0;

  constructor(payers: Payers, context: EngineContext) {
    super();
    this.#payers = payers;
    this.#context = context;
  }

  /** Bytes that count now. */
  protected abstract get waiting(): number;

  /** Another number whenever the peer took something. */
  protected abstract get trace(): number;

  /** Ends it at once: nobody will take what waits. */
  abstract cut(): void;

  /** Whether that is in our power. */
  get mayBeCut(): boolean {
    return true;
  }

  get owed(): number {
    return this.#owed;
  }

  /** It took nothing for two seconds. */
  get isBehind(): boolean {
    return this.#looks >= BEHIND_LOOKS;
  }

  /** Counts what waits now. */
  settle(): number {
    const owed = this.waiting;
    if (owed === this.#owed) return owed;
    const before = this.#owed;
    this.#owed = owed;
    this.#payers.take('queuedBytes', owed - before);
    if (before === 0) this.#begin();
    else if (owed === 0) this.#end();
    return owed;
  }

  /** Called by the engine's timer. @internal */
  look(): void {
    if (this.settle() === 0) return;
    this.#context.owing.add(this);
    const { trace } = this;
    if (trace === this.#seen) {
      this.#looks += 1;
      return;
    }
    this.#seen = trace;
    this.#looks = 0;
    for (const { debtors } of this.#payers.accounts) debtors.moved(this);
  }

  /** Whether it took nothing since the last look. To be asked before it is given more … */
  protected get isStill(): boolean {
    return this.trace === this.#seen;
  }

  /** … which is no sign that it took anything. */
  protected staysStill(): void {
    this.#seen = this.trace;
  }

  /** Nothing of it counts any more. */
  protected forgiven(): void {
    if (this.#owed === 0) return;
    this.#payers.giveBack('queuedBytes', this.#owed);
    this.#owed = 0;
    this.#end();
  }

  #begin(): void {
    this.#seen = this.trace;
    this.#looks = 0;
    this.#context.owing.add(this);
    for (const { debtors } of this.#payers.accounts) debtors.add(this);
  }

  #end(): void {
    this.#context.owing.remove(this);
    for (const { debtors } of this.#payers.accounts) debtors.delete(this);
  }
}
