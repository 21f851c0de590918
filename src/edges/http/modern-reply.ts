/**
 * The answer to one modern POST: a plain JSON body when it comes quickly and nothing comes before it, else a stream of
 * events that is this request's alone. Its end by the client is the end of the request.
 *
 * Guarantees: what waits for a slow reader is bounded in bytes and time; one that is too slow is cut, and its request
 * called off.
 *
 * Source: MCP 2026-07-28, Streamable HTTP, "Sending Messages", "Receiving Messages", "Cancellation".
 */
import { modernAnswer } from '../../dialects/streamable.ts';
import type { EngineContext } from '../../engine/context.ts';
import { Timed } from '../../engine/deadlines.ts';
import type { Gateway } from '../../engine/gateway.ts';
import type { Payers } from '../../engine/account.ts';
import { JSON_HEAD, STREAM_HEAD } from '../../engine/http-heads.ts';
import type { CallCarrier, ModernCall } from '../../engine/modern/modern-call.ts';
import type { Bytes, Responder } from '../../engine/ports.ts';
import { answerWithoutRoom } from '../../engine/room.ts';
import { Stream } from '../../engine/stream.ts';
import type { StreamOwner } from '../../engine/stream-owner.ts';
import { owe, refusalOfWhole } from '../../engine/unread.ts';
import type { ErrorWord } from '../../protocol/errors.ts';
import { retryHead, statusOf } from './replies.ts';

export class ModernReply extends Timed implements CallCarrier, StreamOwner {
  readonly id = 'modern';
  readonly endpoint = '';
  /** Its stream is its own, and ends with it. */
  readonly generation = 0;
  readonly #context: EngineContext;
  #isJsonOnly: boolean;
  #call: ModernCall | undefined;
  #responder: Responder | undefined;
  #stream: Stream | undefined;

  /** @param isJsonOnly the client takes no stream: it gets the answer alone, however late */
  constructor(responder: Responder, { context }: Gateway, isJsonOnly: boolean) {
    super();
    this.#context = context;
    this.#isJsonOnly = isJsonOnly;
    this.#responder = responder;
  }

  get serverName(): string {
    return this.#call?.facts.mount.name ?? '';
  }

  get payers(): Payers {
    const facts = this.#call?.facts;
    return facts?.payers ?? this.#context.ledger.payersOf({ principal: facts?.principal ?? '' });
  }

  /** Names the call that is answered, before it is handed on. */
  follow(call: ModernCall): void {
    this.#call = call;
    if (this.#responder) this.#responder.onAborted = () => this.#gone('The client closed its connection.');
  }

  /** The call was handed on. @param atOnce it is not waited for an answer: a stream is what was asked for */
  start(atOnce: boolean): void {
    if (!this.#responder || this.#isJsonOnly) return;
    if (atOnce) this.commit();
    else this.#context.modernGraces.add(this);
  }

  get isFollowed(): boolean {
    return this.#stream ? this.#stream.isFollowed : this.#responder !== undefined && !this.#isJsonOnly;
  }

  event(data: Bytes): void {
    this.commit();
    this.#stream?.publish(data);
  }

  answer(data: Bytes, code: number | undefined, word?: ErrorWord, isOwnExcess = false): void {
    this.#forgetEnds();
    const stream = this.#stream;
    if (stream) {
      stream.answer(data, this.#call?.id);
      return stream.end();
    }
    const responder = this.#settle();
    if (!responder) return;
    const noRoom = refusalOfWhole(data, this.payers, this.#context);
    const answer = noRoom ? answerWithoutRoom(this.#call?.id, noRoom) : data;
    const status = isOwnExcess ? 429 : statusFor(code, word);
    responder.reply(status, status < 429 ? JSON_HEAD : { ...JSON_HEAD, ...retryHead(status) }, answer);
    owe(responder, this.payers, this.#context);
  }

  /** The waiting time is over, or something comes before the answer: from now on this is a stream. */
  commit(): void {
    if (this.#isJsonOnly || !this.#responder) return;
    // Where there may be no more streams, the answer comes whole, and nothing before it.
    this.#isJsonOnly = this.payers.excess('streams') !== undefined;
    if (this.#isJsonOnly) return;
    const responder = this.#settle();
    if (!responder) return;
    this.#stream = new Stream(1, this, modernAnswer, this.#context);
    this.#stream.follow(responder.stream(200, STREAM_HEAD));
  }

  // ------------------------------------------------------------------------------------ its own stream

  /** The reader of one answer holds up nothing but that. */
  pressure(): void {}

  left(_stream: Stream, reason: string): void {
    if (reason !== 'done') this.#gone('The client closed its stream, or read too slowly.');
  }

  forgot(): void {}

  #forgetEnds(): void {
    this.#context.expiries.forget(this);
    this.#context.ages.forget(this);
  }

  #gone(reason: string): void {
    this.#forgetEnds();
    this.#settle();
    this.#call?.cancel(reason);
  }

  /** The responder, which is of no further use to us then. */
  #settle(): Responder | undefined {
    const responder = this.#responder;
    this.#responder = undefined;
    if (!responder) return undefined;
    responder.onAborted = undefined;
    this.#context.modernGraces.remove(this);
    return responder;
  }
}

/** Refusals of the desk that are about more than the request. */
const REFUSALS: ReadonlySet<ErrorWord> = new Set([
  'unauthorized',
  'draining',
  'overloaded',
  'unknown_server',
  'too_many_calls',
  'too_many_streams',
  'too_many_keys',
  'backplane_away',
  'idempotency_mismatch',
]);

/** The status of a whole answer. What is wrong with the params is a matter of the method, not of HTTP. */
function statusFor(code: number | undefined, word: ErrorWord | undefined): number {
  if (word && REFUSALS.has(word)) return statusOf(word);
  switch (code) {
    case -32601:
      return 404;
    case -32020:
    case -32021:
    case -32022:
      return 400;
    default:
      return 200;
  }
}
