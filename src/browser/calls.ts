/**
 * What the page waits for: each request until it is answered, given up or lost; never answered twice.
 *
 * Guarantees: their number is bounded; each ends, because time without an answer or progress ends it; its timer
 * and its listener end with it.
 */
import { ClientError } from './errors.ts';
import { isObject, type Rpc, rpcErrorOf } from './rpc.ts';
import type { Timing } from './timing.ts';

export interface Progress {
  readonly progress: number;
  readonly total?: number;
  readonly message?: string;
}

export interface RequestOptions {
  /** Told of progress; each word of it starts the time-out anew. */
  readonly onProgress?: (progress: Progress) => void;
  /** Calls the request off, here and at the server. */
  readonly signal?: AbortSignal;
  /** How long it may stay without an answer or progress, in ms. */
  readonly timeoutMs?: number;
}

/** A request of the page, a notification, or what the link itself must say to open: that is always let through. */
export type CallKind = 'request' | 'notification' | 'own';

/** One thing waited for. */
export interface Call {
  readonly number: number;
  readonly kind: CallKind;
  /** Aborted when it was given up: nobody wants the answer any more. */
  readonly given: AbortSignal;
  readonly isSettled: boolean;
  readonly promise: Promise<unknown>;
}

interface Entry extends Call {
  isSettled: boolean;
  /** Why it has not gone out, or not been answered; told when the time is over. */
  reason: ClientError | undefined;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  renew(): void;
  settle(end: { value: unknown } | { error: ClientError }, isGiven: boolean): void;
}

export class Calls {
  readonly #timing: Timing;
  readonly #cap: number;
  readonly #onGiven: (call: Call, error: ClientError) => void;
  readonly #entries = new Map<number, Entry>();
  #count = 0;

  /** @param onGiven told of each that was given up */
  constructor(timing: Timing, cap: number, onGiven: (call: Call, error: ClientError) => void) {
    this.#timing = timing;
    this.#cap = cap;
    this.#onGiven = onGiven;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** @throws ClientError `overloaded`, or `aborted` when the signal has fallen already */
  open({ onProgress, signal, timeoutMs = 60_000 }: RequestOptions, kind: CallKind): Call {
    if (signal?.aborted === true) throw aborted(signal);
    if (this.#entries.size >= this.#cap && kind !== 'own') {
      throw new ClientError('overloaded', `There are ${this.#cap} requests under way already.`);
    }
    const number = ++this.#count;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const given = new AbortController();
    const late = () => this.#give(number, lateError(timeoutMs, entry.reason));
    const fallen = () => this.#give(number, aborted(signal));
    let timer = this.#timing.after(timeoutMs, late);
    const entry: Entry = {
      number,
      kind,
      promise,
      given: given.signal,
      isSettled: false,
      reason: undefined,
      onProgress,
      renew: () => {
        timer.cancel();
        timer = this.#timing.after(timeoutMs, late);
      },
      settle: (end, isGiven) => {
        if (!this.#entries.delete(number)) return;
        entry.isSettled = true;
        timer.cancel();
        signal?.removeEventListener('abort', fallen);
        if (isGiven) given.abort();
        if ('error' in end) reject(end.error);
        else resolve(end.value);
      },
    };
    signal?.addEventListener('abort', fallen, { once: true });
    this.#entries.set(number, entry);
    return entry;
  }

  /** Takes an answer; false when nobody waits for it. */
  answer(message: Rpc): boolean {
    const entry = typeof message.id === 'number' ? this.#entries.get(message.id) : undefined;
    if (!entry) return false;
    const isError = 'error' in message;
    entry.settle(isError ? { error: rpcErrorOf(message.error) } : { value: message.result }, false);
    return true;
  }

  done(number: number, value?: unknown): void {
    this.#entries.get(number)?.settle({ value }, false);
  }

  fail(number: number, error: ClientError): void {
    this.#entries.get(number)?.settle({ error }, true);
  }

  /** Ends every one that is not spared. */
  failAll(error: ClientError, isSpared: (number: number) => boolean = () => false): void {
    for (const { number } of [...this.#entries.values()]) if (!isSpared(number)) this.fail(number, error);
  }

  /** What holds things up, for those whose time ends. */
  explain(reason: ClientError | undefined): void {
    for (const entry of this.#entries.values()) entry.reason = reason;
  }

  progress(params: unknown): void {
    if (!isObject(params)) return;
    const { progressToken, progress, total, message } = params;
    const entry = typeof progressToken === 'number' ? this.#entries.get(progressToken) : undefined;
    if (!entry || typeof progress !== 'number') return;
    entry.renew();
    entry.onProgress?.({
      progress,
      ...(typeof total === 'number' ? { total } : {}),
      ...(typeof message === 'string' ? { message } : {}),
    });
  }

  #give(number: number, error: ClientError): void {
    const entry = this.#entries.get(number);
    if (!entry) return;
    entry.settle({ error }, true);
    this.#onGiven(entry, error);
  }
}

function lateError(ms: number, reason: ClientError | undefined): ClientError {
  const why = reason ? ` (${reason.message})` : '';
  return new ClientError('timed-out', `No answer and no progress for ${ms} ms${why}.`, { cause: reason });
}

function aborted(signal: AbortSignal | undefined): ClientError {
  return new ClientError('aborted', 'The request was called off.', { cause: signal?.reason });
}
