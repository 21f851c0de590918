/**
 * An exchange: one request in flight from a client to a server: whose id it was, where the answer goes.
 *
 * Our own number travels upstream in place of the client's id and progress token, so two requests with equal
 * ids, in one session or in several, cannot meet.
 */
import { errorResponse, type ErrorWord } from '../protocol/errors.ts';
import { copySpan, rewrite, sameScalar, splice, type Message, type Span } from '../protocol/message.ts';
import type { TraceHead } from '../protocol/trace-context.ts';
import { Timed } from './deadlines.ts';
import { fail } from './faults.ts';
import type { Bytes, UpstreamFault } from './ports.ts';
import type { SendFacts } from './ports-era.ts';
import type { ClientTaps } from './taps.ts';
import type { Span as TraceSpan } from './ports-tracer.ts';
import { answered } from './spans.ts';
import type { Trail } from './trail.ts';
import type { UpstreamSession } from './upstream-session.ts';

/** Where the messages of one request go. */
export interface Sink {
  /** Something that belongs to the request, before its answer. */
  event(data: Bytes): void;
  /**
   * The one answer.
   * @param id the raw id it answers, where it is known
   * @param isFailure it is an error of the gateway's, not what the server said
   */
  answer(data: Bytes, id?: Uint8Array, isFailure?: boolean): void;
  /** The client called the request off: there will be no answer. */
  cancelled(): void;
  /** Where the request came from, where that is known of it alone. */
  readonly address?: string | undefined;
  /** What the head in which the request came says of a trace, as it stands there. */
  readonly trace?: TraceHead | undefined;
  /** Makes a way for events where there is none yet; false when there is no way that anybody follows. */
  opens?(): boolean;
  /** Whether a reader is there now. */
  readonly isFollowed: boolean;
}

/** Who has exchanges: told when one is over. */
export interface ExchangeOwner {
  readonly id: string;
  readonly serverName: string;
  /** Shows what its client is told of an exchange; default: that is shown elsewhere. */
  readonly taps?: ClientTaps | undefined;
  ended(exchange: Exchange, outcome: string): void;
  /** Tells the server that nobody waits for the answer any more. */
  calledOff(exchange: Exchange, reason: string): void;
}

/** The way on which a request was sent, asked whether it sends it again. */
export interface Repeater {
  /** False when it does not, and the caller is to be told of the fault. */
  repeats(exchange: Exchange, fault: UpstreamFault, isUnsent: boolean): boolean;
}

export class Exchange extends Timed {
  readonly owner: ExchangeOwner;
  readonly method: string;
  readonly startedAt: number;
  readonly sink: Sink;
  /** Our number upstream; 0 until the request is sent. */
  number = 0;
  /** The conversation in which it was sent. */
  upstream: UpstreamSession | undefined;
  /** Who may send it once more. */
  repeater: Repeater | undefined;
  /** The request itself, where it may have to be sent once more. */
  kept: Message | undefined;
  /** How often it was sent and may have been carried out. */
  sends = 0;
  /** How often its answer was lost, and when that was first so. */
  losses = 0;
  lostAt = 0;
  /** How often the server refused it for a session that it does not know. */
  refusals = 0;
  isOver = false;
  /** What a tap calls the client's request, and what was sent of it; 0: none saw it. */
  seenAs = 0;
  sentAs = 0;
  /** Its answer may take for ever. */
  isEndless = false;
  /** What the link is told of it; default: what the message says. */
  about: SendFacts | undefined;
  /** What is told of it once it is over; undefined where nobody wants to know. */
  trail: Trail | undefined;
  /** The same as a span; undefined where nobody traces. */
  span: TraceSpan | undefined;
  /** What sends it in another conversation than the one it was sent in, where that has to be judged anew. */
  again: ((exchange: Exchange, message: Message) => void) | undefined;
  /** Called when it ends with anything but a result. */
  undo: (() => void) | undefined;
  readonly #id: Uint8Array;
  readonly #token: Uint8Array | undefined;

  constructor(owner: ExchangeOwner, message: Message, sink: Sink, now: number) {
    super();
    this.owner = owner;
    this.method = message.method;
    this.sink = sink;
    this.startedAt = now;
    this.#id = copySpan(message.bytes, message.id);
    this.#token =
      message.progressToken.end === 0 ? undefined : copySpan(message.bytes, message.progressToken);
  }

  /** It is the gateway's, not a client's. */
  get isOwn(): boolean {
    return false;
  }

  /** Whose it is, where its way is not that caller's alone. */
  get principal(): string | undefined {
    return undefined;
  }

  /** The client's raw id. */
  get clientId(): Uint8Array {
    return this.#id;
  }

  get wantsProgress(): boolean {
    return this.#token !== undefined;
  }

  /** Whether a raw id (of a cancellation) names this request. */
  isNamed(bytes: Uint8Array, span: Span): boolean {
    return sameScalar(this.#id, { start: 0, end: this.#id.length }, bytes, span);
  }

  /** Progress of this request, as the server sent it. Dropped after the answer. */
  progress(message: Message): void {
    if (this.isOver || !this.#token) return;
    this.told(rewrite(message, { progressToken: this.#token }));
  }

  /** Something else that the server said of it. */
  told(data: Bytes): void {
    this.owner.taps?.told(data, this.seenAs);
    this.sink.event(data);
  }

  /** The server's answer. */
  answer(message: Message): void {
    if (!this.isOver) this.trail?.answered(message);
    if (this.span && !this.isOver) answered(this.span, message, this.method);
    const isError = message.kind === 'error';
    if (this.finish(isError ? 'error' : 'ok')) this.#tell(splice(message, { id: this.#id }), isError);
  }

  /** An answer already made for this client (its own id in it). */
  answerWith(data: Bytes, outcome = 'ok'): void {
    if (!this.isOver) this.trail?.answeredWith(data);
    if (this.finish(outcome)) this.#tell(data, outcome !== 'ok');
  }

  /** An error of the gateway's in place of an answer. */
  fail(word: ErrorWord, message: string, data?: Record<string, unknown>): void {
    if (!this.finish(word)) return;
    const answer = errorResponse(this.#id, word, message, data);
    this.owner.taps?.answered(this, answer, true);
    this.sink.answer(answer, this.#id, true);
  }

  /** The same before it was taken in: nobody has it. */
  refuse(word: ErrorWord, message: string, data?: Record<string, unknown>): void {
    this.isOver = true;
    this.trail?.ended(word);
    this.span?.ended(word);
    const answer = errorResponse(this.#id, word, message, data);
    this.owner.taps?.answered(this, answer, true);
    this.sink.answer(answer, undefined, true);
  }

  /**
   * The way to the server is gone, and the answer with it.
   * @param isUnsent the request certainly did not reach the server
   */
  lost(fault: UpstreamFault, isUnsent: boolean): void {
    if (isUnsent) this.sends -= 1;
    if (!this.repeater?.repeats(this, fault, isUnsent)) fail(this, fault);
  }

  /** Neither answer nor progress came in time: the client is told, and the server is told to stop. */
  timeOut(): void {
    this.owner.calledOff(this, 'The gateway gave up waiting.');
    this.fail('timed_out', `"${this.method}" was neither answered nor moved on in time.`);
  }

  /** The client called it off. */
  cancel(): void {
    if (this.finish('cancelled')) this.sink.cancelled();
  }

  #tell(data: Bytes, isError: boolean): void {
    this.owner.taps?.answered(this, data, isError);
    this.sink.answer(data, this.#id);
  }

  /** False when it is over already. */
  protected finish(outcome: string): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    this.kept = undefined;
    this.owner.ended(this, outcome);
    return true;
  }
}
