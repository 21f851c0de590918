/**
 * The other direction: what servers ask of one client (sampling, elicitation, roots, ping), in flight.
 *
 * The client sees our number in place of the server's id and progress token; its answer finds its way back by it.
 * Bounded: over the cap, and when the client does not answer in time, the server is told.
 */
import { errorResponse, type ErrorWord } from '../protocol/errors.ts';
import { copySpan, ownNumber, rewrite, sameScalar, type Message } from '../protocol/message.ts';
import { Timed } from './deadlines.ts';
import { digits } from './digits.ts';
import { codeOf } from './error-code.ts';
import type { Sink } from './exchange.ts';
import { notification } from './notice.ts';
import type { Span } from './ports-tracer.ts';
import type { ClientTaps } from './taps.ts';
import type { UpstreamSession } from './upstream-session.ts';

/** One question in flight. */
export class Ask extends Timed {
  readonly upstream: UpstreamSession;
  readonly number: number;
  /** The server's raw id and progress token. */
  readonly id: Uint8Array;
  readonly token: Uint8Array | undefined;
  readonly method: string;
  /** What a tap calls the server's request, and what its client was told of it; 0: none saw it. */
  readonly seenAs: number;
  toldAs = 0;
  /** Ends its span; undefined where it has none. */
  over: ((fault?: string) => void) | undefined;
  readonly #asks: Asks;

  constructor(asks: Asks, number: number, upstream: UpstreamSession, message: Message) {
    super();
    this.#asks = asks;
    this.number = number;
    this.upstream = upstream;
    this.method = message.method;
    this.seenAs = upstream.taps.latest;
    this.id = copySpan(message.bytes, message.id);
    this.token = message.progressToken.end === 0 ? undefined : copySpan(message.bytes, message.progressToken);
  }

  /** The client neither answered nor told progress in time. */
  timeOut(): void {
    this.#asks.timedOut(this);
  }
}

export class Asks {
  readonly #cap: number;
  readonly #tell: (data: Uint8Array) => void;
  readonly #taps: ClientTaps | undefined;
  readonly #open = new Map<number, Ask>();
  #next = 1;

  /**
   * @param tell says something to the client that belongs to none of its calls
   * @param taps shows the questions
   */
  constructor(cap: number, tell: (data: Uint8Array) => void, taps?: ClientTaps) {
    this.#cap = cap;
    this.#tell = tell;
    this.#taps = taps;
  }

  get size(): number {
    return this.#open.size;
  }

  /**
   * Asks the client; over the cap, and where no way leads to the client, the server is told.
   * @param span of the call that it is asked for, where that is known
   */
  open(upstream: UpstreamSession, message: Message, sink: Sink, span?: Span): void {
    if (this.#open.size >= this.#cap)
      return refuse(upstream, message, 'too_many_calls', 'Too many questions to this client are open.');
    if (sink.opens?.() === false)
      return refuse(upstream, message, 'too_many_streams', 'The client has no stream to be asked on.');
    const ask = new Ask(this, this.#next++, upstream, message);
    ask.over = span && overOf(span, upstream, message);
    this.#open.set(ask.number, ask);
    upstream.questions.add(ask);
    const own = digits(ask.number);
    const question = rewrite(message, ask.token ? { id: own, progressToken: own } : { id: own });
    ask.toldAs = this.#taps?.told(question, ask.seenAs) ?? 0;
    sink.event(question);
  }

  /** The question that an answer of the client is to. */
  of(answer: Message): Ask | undefined {
    return this.#open.get(ownNumber(answer.bytes, answer.id));
  }

  /** Passes a client's answer back. False when no such question is open. */
  answered(message: Message): boolean {
    const ask = this.of(message);
    if (!ask) return false;
    this.#forget(ask, ask.over && message.kind === 'error' ? String(codeOf(message)) : undefined);
    ask.upstream.reply(rewrite(message, { id: ask.id }), ask.seenAs);
    return true;
  }

  /** Passes the client's progress on a question back. False when it belongs to none. */
  progressed(message: Message): boolean {
    const ask = this.#open.get(ownNumber(message.bytes, message.progressToken));
    if (!ask?.token) return false;
    ask.upstream.questions.add(ask);
    ask.upstream.notify(rewrite(message, { progressToken: ask.token }));
    return true;
  }

  /** @internal */
  timedOut(ask: Ask): void {
    this.#forget(ask, 'timed_out');
    ask.upstream.reply(errorResponse(ask.id, 'timed_out', TOO_LATE), ask.seenAs);
    this.#tell(calledOff(ask, 'The gateway gave up waiting.'));
  }

  /** The server called a question off: the notification as the client gets it, if it concerns this client. */
  cancelledBy(upstream: UpstreamSession, message: Message): Uint8Array | undefined {
    for (const ask of this.#open.values()) {
      const whole = { start: 0, end: ask.id.length };
      if (ask.upstream !== upstream || !sameScalar(ask.id, whole, message.bytes, message.requestId)) continue;
      this.#forget(ask);
      return rewrite(message, { requestId: digits(ask.number) });
    }
    return undefined;
  }

  /** The server is gone: the client is told about each of its questions. */
  lost(upstream: UpstreamSession): void {
    for (const ask of [...this.#open.values()]) {
      if (ask.upstream !== upstream) continue;
      this.#forget(ask, 'upstream_failed');
      this.#tell(calledOff(ask, 'The server is gone.'));
    }
  }

  #forget(ask: Ask, fault?: string): void {
    ask.over?.(fault);
    this.#open.delete(ask.number);
    ask.upstream.questions.remove(ask);
  }
}

/** The client is reached the way that its own request came. */
function overOf(span: Span, { serverName: server }: UpstreamSession, { method }: Message) {
  return span.asked({ method, target: undefined, server });
}

const TOO_LATE = 'The client did not answer in time.';

function refuse(upstream: UpstreamSession, question: Message, word: ErrorWord, message: string): void {
  upstream.reply(errorResponse(copySpan(question.bytes, question.id), word, message), upstream.taps.latest);
}

function calledOff({ number }: Ask, reason: string): Uint8Array {
  return notification('notifications/cancelled', { requestId: number, reason });
}
