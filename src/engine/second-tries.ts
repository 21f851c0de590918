/** Requests of one line whose answer was lost, on their way to being sent once more, or told. */
import type { Exchange } from './exchange.ts';
import type { Runtime, Timer, UpstreamFault } from './ports.ts';
import { callIfSafe, isRefused, pauseOf, toldLost, verdictOn } from './repeat.ts';
import type { UpstreamSession } from './upstream-session.ts';
import type { Waiting } from './waiting.ts';

/** The wait before the second try; the first is made at once, and each further wait is twice as long, up to the cap. */
const FIRST_MS = 200;
const MAX_MS = 2_000;

export class SecondTries {
  readonly #runtime: Runtime;
  readonly #send: (waiting: Waiting) => void;
  /** Bounded by the exchanges in flight. */
  readonly #timers = new Set<Timer>();
  #isClosed = false;

  /** @param send sends something as soon as there is a way to the server */
  constructor(runtime: Runtime, send: (waiting: Waiting) => void) {
    this.#runtime = runtime;
    this.#send = send;
  }

  /** False when the caller is to be told of the fault itself. */
  take(exchange: Exchange, fault: UpstreamFault, isUnsent: boolean): boolean {
    const now = this.#runtime.now();
    const message = exchange.kept;
    if (isRefused(fault, isUnsent)) exchange.refusals += 1;
    const verdict = this.#isClosed ? 'tell' : verdictOn(exchange, fault, isUnsent, now);
    if (verdict === 'tell' || !message) return toldLost(exchange, fault, isUnsent);
    if (exchange.losses === 0) exchange.lostAt = now;
    exchange.losses += 1;
    const isUnsafe = verdict === 'ask';
    const go = (upstream: UpstreamSession) =>
      isUnsafe ? callIfSafe(upstream, exchange, message, fault) : upstream.call(exchange, message);
    this.#soon(pauseOf(fault, isUnsent), { exchange, bytes: message.bytes.length, isUnsafe, go });
    return true;
  }

  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  #soon(pauseMs: number, waiting: Waiting & { exchange: Exchange }): void {
    const { exchange } = waiting;
    const { losses } = exchange;
    if (losses === 1 && pauseMs === 0) return this.#send(waiting);
    const wait = losses === 1 ? 0 : Math.min(FIRST_MS * 2 ** (losses - 2), MAX_MS);
    const timer = this.#runtime.after(Math.max(wait, pauseMs), () => {
      this.#timers.delete(timer);
      if (!exchange.isOver) this.#send(waiting);
    });
    this.#timers.add(timer);
  }
}
