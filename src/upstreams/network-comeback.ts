/** When to come back to a stream of events that ended, and when not to any more. */

/** Where the server does not say. */
const DEFAULT_RETRY_MS = 1_000;
/** Where it says more than anybody waits. */
const MAX_RETRY_MS = 60_000;
/** While coming back brings nothing, waits grow to this. */
const MAX_WAIT_MS = 30_000;

export class Comeback {
  readonly #mostFailures: number;
  #failures = 0;
  #barren = 0;

  /** @param mostFailures in a row, after which nobody comes back */
  constructor(mostFailures: number) {
    this.#mostFailures = mostFailures;
  }

  /** The stream told something. */
  told(): void {
    this.#failures = 0;
    this.#barren = 0;
  }

  /**
   * Milliseconds to wait, or undefined: no more.
   * @param isFailure the stream could not be had, in place of one that ended in good order
   */
  next(retryMs: number | undefined, isFailure: boolean): number | undefined {
    if (isFailure && ++this.#failures > this.#mostFailures) return undefined;
    // A server that wants to be polled says how often; one that says nothing must not be pestered.
    const base = Math.min(retryMs ?? DEFAULT_RETRY_MS, MAX_RETRY_MS);
    const tries = isFailure ? this.#failures - 1 : this.#barren++;
    if (retryMs !== undefined && !isFailure) return Math.max(base, tries > 3 ? DEFAULT_RETRY_MS : 10);
    return Math.max(base, Math.min(MAX_WAIT_MS, DEFAULT_RETRY_MS * 2 ** Math.min(tries, 10)));
  }
}

/** An event's id as the value of `Last-Event-ID` (WHATWG HTML: in UTF-8); undefined when no header can carry it. */
export function lastEventIdHeader(id: string): string | undefined {
  if (id === '') return undefined;
  let value = '';
  for (const byte of encoder.encode(id)) value += String.fromCharCode(byte);
  return /^[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?$/.test(value)
    ? value
    : undefined;
}

const encoder = new TextEncoder();
