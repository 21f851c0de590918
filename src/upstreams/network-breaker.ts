/**
 * Whether a server over the network is well, and who must wait before it is tried again.
 *
 * A try is cheap and may help at once, so nobody waits for longer than 5 s unless an entry says so. After the wait one
 * alone tries: a server that takes connections and says nothing holds up one caller, not all.
 */
import { type LinkContext, type Runtime, type UpstreamFault, UpstreamError } from '../engine/ports.ts';
import { Backoff, type BackoffOptions } from './backoff.ts';

/** Everybody: a server that cannot be reached, and links that several principals share. */
const ALL = '';
const MAX_MS = 5_000;
/** How long what went wrong is shown on `/health` beside what goes well. */
const TROUBLE_MS = 300_000;

export interface BreakerOptions {
  /** The server's name, for people. */
  readonly name: string;
  readonly backoff: BackoffOptions;
  readonly runtime: Runtime;
  readonly random: () => number;
}

export class Breaker {
  readonly #options: BreakerOptions;
  /** The server as such cannot be reached, or does not work. */
  readonly #away: Backoff;
  /** It works, but refused to open a link: told apart by who asked, for it may be their credentials. */
  readonly #refused: Backoff;
  /** Grows with each failure that counts: what was started before it is part of the same failure. */
  #round = 0;
  #isAway = false;
  #isGone = false;
  #ends = 0;
  #restarts = 0;
  #trouble: { readonly at: number; readonly message: string } | undefined;

  constructor(options: BreakerOptions) {
    const { backoff, runtime, random } = options;
    const capped = { ...backoff, maxMs: backoff.maxMs ?? MAX_MS };
    const now = (): number => runtime.now();
    this.#options = options;
    this.#away = new Backoff(capped, now, random);
    this.#refused = new Backoff(capped, now, random);
  }

  /** Given to `unreachable` by what was tried from now on. */
  get round(): number {
    return this.#round;
  }

  /** Links that were opened after one was lost. */
  get restarts(): number {
    return this.#restarts;
  }

  /**
   * Throws `UpstreamError` `backoff` while whoever asks must wait.
   * @param isTry whether the server is asked something at once: then as `admit`
   */
  check(context: LinkContext, isTry: boolean): void {
    const key = keyOf(context);
    const fault =
      this.#faultOf(this.#refused, key, this.#refused.waitMs(key)) ?? (isTry ? this.admit() : this.fault);
    if (fault) throw new UpstreamError(fault);
  }

  /** Why not even a call on an open link is tried now. */
  get fault(): UpstreamFault | undefined {
    return this.#isAway ? this.#faultOf(this.#away, ALL, this.#away.waitMs(ALL)) : undefined;
  }

  /** The same for who tries now where there is none: one at a time, until the server was reached or was not. */
  admit(): UpstreamFault | undefined {
    return this.#isAway ? this.#faultOf(this.#away, ALL, this.#away.tryMs(ALL)) : undefined;
  }

  /** Whether nothing listens where the server was. */
  get isGone(): boolean {
    return this.#isAway && this.#isGone;
  }

  /** A try came to nothing, which says nothing of the server. */
  gaveUp(): void {
    this.#away.gaveUp(ALL);
  }

  /**
   * A connection could not be made, or the server does not work.
   * @param round when it was tried
   * @param isGone whether nothing listens any more
   */
  unreachable(round: number, message: string, isGone = false): void {
    this.troubled(message);
    this.#isGone = isGone;
    if (round !== this.#round) return;
    this.#round++;
    this.#isAway = true;
    this.#away.failed(ALL, message);
  }

  /** The server answered: it is there. */
  reached(): void {
    if (!this.#isAway) return;
    this.#isAway = false;
    this.#away.succeeded(ALL);
  }

  /** Nobody waits for what failed before. */
  forget(): void {
    this.#isAway = this.#isGone = false;
    this.#away.clear();
    this.#refused.clear();
    this.#trouble = undefined;
  }

  /** It was there, but no link could be opened. */
  refused(context: LinkContext, message: string): void {
    this.troubled(message);
    this.#refused.failed(keyOf(context), message);
  }

  opened(context: LinkContext): void {
    this.reached();
    this.#refused.succeeded(keyOf(context));
    if (this.#ends === 0) return;
    this.#ends--;
    this.#restarts++;
  }

  /** A link was lost, and not because we closed it. */
  lost(message: string): void {
    this.troubled(message);
    this.#ends++;
  }

  /** Something went wrong that is worth a look, though the server works. */
  troubled(message: string): void {
    this.#trouble = { at: this.#options.runtime.now(), message };
  }

  /** How the server is, and what went wrong last. @param isUsed whether links are open: then it works for somebody */
  state(isUsed: boolean): { state: 'idle' | 'up' | 'backoff' | 'failed'; reason?: string } {
    const isFailing = this.#isAway || (!isUsed && this.#refused.size > 0);
    const reason = this.#reason(isFailing);
    if (!isFailing) return { state: isUsed ? 'up' : 'idle', ...reason };
    return { state: this.fault ? 'backoff' : 'failed', ...reason };
  }

  #reason(isFailing: boolean): { reason?: string } {
    if (!this.#trouble) return {};
    const { at, message } = this.#trouble;
    return isFailing || this.#options.runtime.now() - at < TROUBLE_MS ? { reason: message } : {};
  }

  #faultOf(backoff: Backoff, key: string, retryAfterMs: number): UpstreamFault | undefined {
    if (retryAfterMs === 0) return undefined;
    const times = `${backoff.failures(key)} times in a row`;
    const seconds = Math.ceil(retryAfterMs / 1_000);
    const message = `The server "${this.#options.name}" failed ${times} and is not tried for ${seconds} s; last: ${backoff.reason(key)}`;
    return { code: 'backoff', message, retryAfterMs, isRecoverable: true };
  }
}

function keyOf({ principal, isShared }: LinkContext): string {
  return isShared ? ALL : principal;
}
