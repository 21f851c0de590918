/**
 * How many calls a principal may make within a minute.
 *
 * Guarantees: the minute begins with the first call, and a principal that made its calls is refused until it is over;
 * what one principal does takes nothing from another. Bounded by the principals there are, and forgotten with the
 * minute.
 */
import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js';

/** Why calls are refused, and until when. */
export interface OverRate {
  /** Calls within a minute. */
  readonly limit: number;
  /** When the next call will be taken, in ms from now. */
  readonly retryMs: number;
}

const MINUTE_SECONDS = 60;

export class Rates {
  readonly #limiter: RateLimiterMemory;

  /** @param perMinute calls of one principal */
  constructor(perMinute: number) {
    this.#limiter = new RateLimiterMemory({ points: perMinute, duration: MINUTE_SECONDS });
  }

  /** Another limit from now on; what was counted counts. */
  change(perMinute: number): void {
    this.#limiter.points = perMinute;
  }

  /**
   * Counts calls that came together: all of them are taken, or none; never rejects. What is taken resolves in the order
   * in which it was asked for, also where it is no call: whatever waits for it keeps its order.
   */
  async take(principal: string, calls: number): Promise<OverRate | undefined> {
    try {
      await this.#limiter.consume(principal, calls);
      return undefined;
    } catch (refused) {
      // Given back, so that fewer calls may still be taken where these were too many at once.
      await this.#limiter.reward(principal, calls);
      return { limit: this.#limiter.points, retryMs: waitOf(refused) };
    }
  }
}

/** What the limiter throws is no `Error` but what it knows of the principal. */
function waitOf(refused: unknown): number {
  const { msBeforeNext } = refused as { msBeforeNext?: unknown };
  return typeof msBeforeNext === 'number' && msBeforeNext > 0 ? msBeforeNext : MINUTE_SECONDS * 1_000;
}
