/** What went wrong with a server's children, whom it is charged to, and who must wait for how long. */
import { type LinkContext, type Runtime, UpstreamError } from '../engine/ports.ts';
import { Backoff, type BackoffOptions } from './backoff.ts';
import type { LinkEnd } from './stdio-link.ts';

/** Everybody: failures of the server as such, and of links that several principals share. */
const ALL = '';
/** The longest wait after a shared link died: whoever brings it down must not lock the others out. */
const SHARED_MAX_MS = 5_000;
/** What was a server's own fault counts however long it worked before. */
const CONDEMNED: ReadonlySet<string> = new Set(['memory', 'unresponsive']);
/** How long that is shown on `/health` beside what goes well. */
const TROUBLE_MS = 300_000;

export interface FailuresOptions {
  /** The server's name, for people. */
  readonly name: string;
  readonly quickDeathMs: number;
  readonly backoff: BackoffOptions;
  readonly runtime: Runtime;
  readonly random: () => number;
}

export class Failures {
  readonly #options: FailuresOptions;
  /** Children that never said a word: the server is broken, for everybody. */
  readonly #starts: Backoff;
  /** Children that worked and then died early: told apart by who had them, for it may be what they were asked. */
  readonly #crashes: Backoff;
  /** The same where all share them, and nobody can be told apart. */
  readonly #shared: Backoff;
  #ends = 0;
  #restarts = 0;
  #trouble: { readonly at: number; readonly message: string } | undefined;

  constructor(options: FailuresOptions) {
    const { backoff, runtime, random } = options;
    const now = (): number => runtime.now();
    const maxMs = Math.min(SHARED_MAX_MS, backoff.maxMs ?? SHARED_MAX_MS);
    this.#options = options;
    this.#starts = new Backoff(backoff, now, random);
    this.#crashes = new Backoff(backoff, now, random);
    this.#shared = new Backoff({ ...backoff, maxMs }, now, random);
  }

  /**
   * Throws `UpstreamError` `backoff` while whoever asks must wait. Where the server as such failed, one may start it at a
   * time: who may is to say so with `spoke`, `failed`, `ended` or `gaveUp`.
   */
  check({ principal, isShared, isProbe }: LinkContext): void {
    if (isShared)
      this.#check(
        this.#shared,
        this.#shared.waitMs(ALL),
        ALL,
        ' soon after it had started, for all who share it,',
      );
    else this.#check(this.#crashes, this.#crashes.waitMs(principal), principal, '');
    // What is asked on the way to a start is part of it.
    this.#check(this.#starts, isProbe ? this.#starts.waitMs(ALL) : this.#starts.tryMs(ALL), ALL, '');
  }

  /** A child said its first word: the server as such works. */
  spoke(): void {
    this.#starts.succeeded(ALL);
  }

  /** A start came to nothing, which says nothing of the server. */
  gaveUp(): void {
    this.#starts.gaveUp(ALL);
  }

  /** Nobody waits for what failed before. */
  forget(): void {
    for (const backoff of [this.#starts, this.#crashes, this.#shared]) backoff.clear();
    this.#trouble = undefined;
  }

  /** A child runs. */
  started(): void {
    if (this.#ends === 0) return;
    this.#ends -= 1;
    this.#restarts += 1;
  }

  /** The server as such could not be started, or died without a word. */
  failed(message: string): void {
    this.#ends += 1;
    this.#starts.failed(ALL, message);
  }

  /** A link ended. */
  ended({ fault, isWanted, wasAsked, hasSpoken, livedMs }: LinkEnd, context: LinkContext): void {
    const [crashes, key] = context.isShared ? [this.#shared, ALL] : [this.#crashes, context.principal];
    const isQuick = livedMs < this.#options.quickDeathMs;
    // Some servers end at the first word they do not know: it was ours.
    if (context.isProbe) return;
    if (CONDEMNED.has(fault.code)) return this.#condemned(fault.message, crashes, key, hasSpoken);
    if (!isQuick) crashes.succeeded(key);
    if (isWanted) {
      // Given up by whoever waited for its first word: it hangs.
      if (wasAsked && !hasSpoken && !isQuick)
        this.failed(`The server "${this.#options.name}" did not answer.`);
      else if (!hasSpoken) this.gaveUp();
      return;
    }
    if (!hasSpoken) return this.failed(fault.message);
    this.#ends += 1;
    if (isQuick) crashes.failed(key, fault.message);
  }

  /** Milliseconds until the server as such may be started again. */
  get waitMs(): number {
    return this.#starts.waitMs(ALL);
  }

  get restarts(): number {
    return this.#restarts;
  }

  /** How the server as such is, and why it is not well. */
  get state(): { state: 'well' | 'failed' | 'backoff'; reason?: string } {
    const why = this.#starts.reason(ALL);
    const trouble = this.#trouble;
    const isRecent = trouble && this.#options.runtime.now() - trouble.at < TROUBLE_MS;
    if (why === undefined && isRecent) return { state: 'well', reason: trouble.message };
    const reason = why === undefined ? {} : { reason: why };
    if (this.#starts.waitMs(ALL) > 0) return { state: 'backoff', ...reason };
    return this.#starts.failures(ALL) > 0 ? { state: 'failed', ...reason } : { state: 'well' };
  }

  #condemned(message: string, crashes: Backoff, key: string, hasSpoken: boolean): void {
    this.#trouble = { at: this.#options.runtime.now(), message };
    if (!hasSpoken) return this.failed(message);
    this.#ends += 1;
    crashes.failed(key, message);
  }

  #check(backoff: Backoff, retryAfterMs: number, key: string, how: string): void {
    if (retryAfterMs === 0) return;
    const { name } = this.#options;
    const times = `${backoff.failures(key)} times in a row${how}`;
    const message = `The server "${name}" failed ${times} and rests for ${Math.ceil(retryAfterMs / 1_000)} s; last: ${backoff.reason(key)}`;
    throw new UpstreamError({ code: 'backoff', message, retryAfterMs });
  }
}
