/** A client that calls again and again, in whatever way its kind has, and comes back whenever it is thrown out. */
import type { Ledger, Outcome, Refused } from './ledger.ts';

/** A call that takes longer than all waits of the gateway was forgotten. */
export const GIVE_UP_MS = 45_000;
const MOST_TRIES = 10;

export interface Call {
  readonly key: string;
  readonly steps: number;
  readonly ms: number;
}

export abstract class Worker {
  readonly name: string;
  readonly url: string;
  readonly ledger: Ledger;
  isStopped = false;
  /** Calls that were ended. */
  done = 0;
  /** How often it began anew. */
  connects = 0;
  /** Those that ended without a word. */
  cuts = 0;
  #calls = 0;

  constructor(name: string, url: string, ledger: Ledger) {
    this.name = name;
    this.url = url;
    this.ledger = ledger;
  }

  /** Makes ready for calls. Rejects where that is not possible now. */
  protected abstract connect(): Promise<void>;
  /** Whether it must connect (again) first. */
  abstract readonly isConnected: boolean;
  /** Whether it has one at some node. */
  readonly hasSession: boolean = true;
  protected abstract call(call: Call): Promise<Outcome | Refused>;
  protected abstract leave(): Promise<void> | void;

  stop(): void {
    this.isStopped = true;
  }

  async work(): Promise<void> {
    while (!this.isStopped) {
      if (!this.isConnected && !(await this.#connects())) continue;
      await this.#callOnce();
      await rest(40 + 60 * Math.random());
    }
    await this.leave();
  }

  async #connects(): Promise<boolean> {
    try {
      await this.connect();
      this.connects++;
      return true;
    } catch (error) {
      this.ledger.happened(false, `${this.name} no beginning: ${whyOf(error)}`);
      await rest(150);
      return false;
    }
  }

  async #callOnce(): Promise<void> {
    const key = this.ledger.nextKey(this.name);
    // Every third takes long enough to become a stream.
    const isLong = this.#calls++ % 3 === 0;
    const call = { key, steps: isLong ? 5 : 0, ms: isLong ? 400 : 0 };
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Outcome>((resolve) => {
      timer = setTimeout(() => {
        this.ledger.complain(`${key} never ended`);
        resolve({ kind: 'cut', why: 'given up' });
      }, GIVE_UP_MS);
    });
    const outcome = await Promise.race([this.#insists(call).catch((error: unknown) => cut(error)), late]);
    clearTimeout(timer);
    this.ledger.settle(key, outcome);
    if (outcome.kind === 'cut') this.cuts++;
    this.done++;
  }

  /** The same call again, where it was refused in good order. */
  async #insists(call: Call): Promise<Outcome> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const outcome = await this.call(call);
      if (outcome.kind !== 'again') return outcome;
      this.ledger.again++;
      while (!this.isConnected) await this.#connects();
    }
    return { kind: 'cut', why: 'refused again and again' };
  }
}

export function cut(error: unknown): Outcome {
  return { kind: 'cut', why: whyOf(error) };
}

function whyOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  // Which answer it was is said by the key.
  return code ?? message.replace(/ before answer .*/, '').slice(0, 60);
}

export function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
