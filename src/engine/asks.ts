/**
 * The other direction: what servers ask of one client (sampling, elicitation, roots, ping), in flight.
 *
 * The client sees our number in place of the server's id and progress token; its answer finds its way back by it.
 * Bounded: over the cap the server is told at once.
 */
import { errorResponse } from '../protocol/errors.ts';
import { copySpan, ownNumber, rewrite, sameScalar, type Message } from '../protocol/message.ts';
import { digits } from './digits.ts';
import { notification } from './notice.ts';
import type { UpstreamSession } from './upstream-session.ts';

interface Ask {
  readonly upstream: UpstreamSession;
  readonly id: Uint8Array;
  readonly token: Uint8Array | undefined;
}

export class Asks {
  readonly #cap: number;
  readonly #open = new Map<number, Ask>();
  #next = 1;

  constructor(cap: number) {
    this.#cap = cap;
  }

  get size(): number {
    return this.#open.size;
  }

  /** The question as the client gets it; undefined when the cap was reached and the server was told so. */
  open(upstream: UpstreamSession, message: Message): Uint8Array | undefined {
    const id = copySpan(message.bytes, message.id);
    if (this.#open.size >= this.#cap) {
      upstream.reply(errorResponse(id, 'too_many_calls', 'Too many questions to this client are open.'));
      return undefined;
    }
    const number = this.#next++;
    const hasToken = message.progressToken.end !== 0;
    const token = hasToken ? copySpan(message.bytes, message.progressToken) : undefined;
    this.#open.set(number, { upstream, id, token });
    const own = digits(number);
    return rewrite(message, hasToken ? { id: own, progressToken: own } : { id: own });
  }

  /** Passes a client's answer back. False when no such question is open. */
  answered(message: Message): boolean {
    const number = ownNumber(message.bytes, message.id);
    const ask = this.#open.get(number);
    if (!ask) return false;
    this.#open.delete(number);
    ask.upstream.reply(rewrite(message, { id: ask.id }));
    return true;
  }

  /** Passes the client's progress on a question back. False when it belongs to none. */
  progressed(message: Message): boolean {
    const ask = this.#open.get(ownNumber(message.bytes, message.progressToken));
    if (!ask?.token) return false;
    ask.upstream.notify(rewrite(message, { progressToken: ask.token }));
    return true;
  }

  /** The server called a question off: the notification as the client gets it, if it concerns this client. */
  cancelledBy(upstream: UpstreamSession, message: Message): Uint8Array | undefined {
    for (const [number, ask] of this.#open) {
      const whole = { start: 0, end: ask.id.length };
      if (ask.upstream !== upstream || !sameScalar(ask.id, whole, message.bytes, message.requestId)) continue;
      this.#open.delete(number);
      return rewrite(message, { requestId: digits(number) });
    }
    return undefined;
  }

  /** The server is gone: what to tell the client about each of its questions. */
  lost(upstream: UpstreamSession): Uint8Array[] {
    const told: Uint8Array[] = [];
    for (const [number, ask] of this.#open) {
      if (ask.upstream !== upstream) continue;
      this.#open.delete(number);
      told.push(
        notification('notifications/cancelled', { requestId: number, reason: 'The server is gone.' }),
      );
    }
    return told;
  }
}
