/**
 * A modern call in flight to a legacy server. When the server asks, the call is answered with the question and leaves;
 * the exchange goes on without one until its client comes back with another call, which takes the place of the first.
 */
import { memberAt } from '../../protocol/cuts.ts';
import { claimedLogLevel } from '../../protocol/era.ts';
import { ERRORS, errorResponse, type ErrorWord } from '../../protocol/errors.ts';
import { ANY_SIZE, copySpan, readMessage, rewrite, type Message } from '../../protocol/message.ts';
import { joined } from '../bytes.ts';
import type { Deadlines } from '../deadlines.ts';
import { Exchange, type ExchangeOwner, type Sink } from '../exchange.ts';
import type { ModernCall } from '../modern/modern-call.ts';
import { codeOf } from '../error-code.ts';
import type { Bytes, Timer } from '../ports.ts';
import { completed, failedWith, NOT_FOUND, OLD_NOT_FOUND, type Additions } from './completed.ts';
import { ASKING, type BridgedRequest } from './bridged-request.ts';
import { isAtLeast } from '../../protocol/levels.ts';
import { answered } from '../spans.ts';
import type { Question } from './questions.ts';
import type { Parked } from './parked.ts';
import type { Terms } from './terms.ts';

/** What its seat does for it. */
export interface ExchangeSeat extends ExchangeOwner {
  additionsFor(method: string): Additions;
  /** There is no room at the server; true when the call waits and is started once more. */
  startsAgain(exchange: BridgedExchange, call: ModernCall): boolean;
  /** The server wants URLs to be visited and the call to come again. False when it says so in no way that can be read. */
  wantsAgain(exchange: BridgedExchange, call: ModernCall, message: Message): boolean;
}

/** The outcome of one that is started once more. */
export const WAITS = 'waits';

/** "URL elicitation required" of 2025-11-25. */
const URL_REQUIRED = -32042;

export interface BridgedFacts {
  readonly request: BridgedRequest;
  readonly terms: Terms;
  readonly round: number;
  readonly since: number;
  readonly isAlone: boolean;
}

export class BridgedExchange extends Exchange {
  readonly seat: ExchangeSeat;
  readonly terms: Terms;
  /** Undefined once it was sent and its client asked: that may take long, and it is not sent again. */
  request: BridgedRequest | undefined;
  /** How often its client was asked already. */
  round: number;
  /** When its call came. */
  readonly since: number;
  /** Nothing else runs beside it. */
  readonly isAlone: boolean;
  /** Whether the server said its last word on it. */
  wasAnswered = false;
  /** What the server waits for, by the key under which its client is asked. */
  readonly open = new Map<string, Question>();
  /** While more questions are waited for. */
  gathering: Timer | undefined;
  /** Set while its client is to come back. */
  parked: Parked | undefined;
  /** What its client would have had to declare for a question that was refused in its name. */
  lacking: Record<string, unknown> | undefined;
  /** Digest of its params, made when it is first parked. */
  digest: string | undefined;
  readonly #place: Place;
  #token: Uint8Array | undefined;
  /** Of its time-out, while that does not run. */
  #timeOuts: Deadlines<Exchange> | undefined;

  constructor(
    owner: ExchangeSeat,
    call: ModernCall,
    { request, terms, round, since, isAlone }: BridgedFacts,
    now: number,
  ) {
    const place = new Place();
    super(owner, request.message, place, now);
    this.seat = owner;
    this.request = request;
    this.terms = terms;
    this.round = round;
    this.since = since;
    this.isAlone = isAlone;
    this.#place = place;
    place.exchange = this;
    this.attach(call);
  }

  /** The call that is served now. */
  get call(): ModernCall | undefined {
    return this.#place.call;
  }

  override get clientId(): Uint8Array {
    return this.call?.id ?? super.clientId;
  }

  /** Whether its client may be asked anything. */
  get canBeAsked(): boolean {
    return this.terms.canBeAsked && ASKING.has(this.method);
  }

  // ------------------------------------------------------------------------------------------- who waits

  /** A call takes its place. */
  attach(call: ModernCall): void {
    const { message } = call;
    this.#token =
      message.progressToken.end === 0 ? undefined : copySpan(message.bytes, message.progressToken);
    this.#place.call = call;
    this.trail = call.trail;
    this.seenAs = call.seenAs;
    this.span = call.span;
    call.exchange = this;
    call.onCancel = (reason) => this.abandon(reason);
  }

  /** The call leaves; the time of the server does not run meanwhile. */
  detach(): void {
    this.#place.call = undefined;
    this.trail = undefined;
    this.span = undefined;
    this.request = undefined;
    this.#timeOuts = this.#heldBy;
    this.#timeOuts?.remove(this);
    this.isEndless = true;
  }

  /** @param timeOuts for one whose request was sent while nobody waited */
  resume(timeOuts: Deadlines<Exchange>): void {
    this.isEndless = false;
    (this.#timeOuts ?? timeOuts).add(this);
  }

  /** Nobody waits any more: the server is told. */
  abandon(reason: string): void {
    this.owner.calledOff(this, reason);
    this.cancel();
  }

  // ------------------------------------------------------------------------------------- from the server

  override progress(message: Message): void {
    if (this.#token) this.call?.event(rewrite(message, { progressToken: this.#token }));
  }

  /** A log line that came while it ran: for those who asked for such. */
  log(message: Message): void {
    const { call } = this;
    const level = call && claimedLogLevel(call.message);
    if (level !== undefined && isAtLeast(message, level)) call?.event(message.bytes);
  }

  override answer(message: Message): void {
    this.wasAnswered = true;
    const { call } = this;
    // Before its end is told, which says whether the tool failed.
    if (!this.isOver) call?.trail?.answered(message);
    if (!this.finish(message.kind === 'error' ? 'error' : 'ok')) return;
    if (call) this.tell(call, message);
    else this.parked?.keep(message);
  }

  override answerWith(data: Bytes, _outcome = 'ok'): void {
    this.answer(readMessage(joined(data), ANY_SIZE, 'envelope'));
  }

  override fail(word: ErrorWord, message: string, data?: Record<string, unknown>): void {
    const { call } = this;
    const isFull = word === 'upstream_busy' && this.number === 0;
    if (isFull && call && !this.isOver && this.seat.startsAgain(this, call)) return void this.finish(WAITS);
    if (!this.finish(word)) return;
    if (!call) return this.parked?.keep({ word, message, data });
    call.code = codeFor(word);
    const answer = errorResponse(call.id, word, message, data);
    call.answer(
      call.code === ERRORS[word].code ? answer : failedWith(readMessage(answer), call.id, call.code),
    );
  }

  /** Answers a call with what the server said, in the words of its era. */
  tell(call: ModernCall, message: Message): void {
    call.trail?.answered(message);
    if (call.span) answered(call.span, message, this.method);
    // A server that goes on without is welcome to.
    if (this.lacking && hasFailed(message))
      return call.fail('missing_capability', LACKING, { requiredCapabilities: this.lacking });
    if (message.kind !== 'error')
      return call.answer(completed(message, call.id, this.seat.additionsFor(this.method)));
    const code = codeOf(message);
    if (code === URL_REQUIRED && this.seat.wantsAgain(this, call, message)) return;
    call.code = code === OLD_NOT_FOUND ? NOT_FOUND : code;
    call.answer(failedWith(message, call.id, call.code === code ? undefined : call.code));
  }

  /** Nothing but lists of exchanges ever holds one. */
  get #heldBy(): Deadlines<Exchange> | undefined {
    return this.list as Deadlines<Exchange> | undefined;
  }

  protected override finish(outcome: string): boolean {
    if (!super.finish(outcome)) return false;
    this.#heldBy?.remove(this);
    return true;
  }
}

/** Where what belongs to an exchange goes: to the call that is served now, if there is one. */
class Place implements Sink {
  exchange: BridgedExchange | undefined;
  call: ModernCall | undefined;

  get isFollowed(): boolean {
    return this.call?.isFollowed ?? false;
  }

  /** What came on the stream of its own request and is no progress. */
  event(data: Bytes): void {
    const message = readMessage(joined(data), ANY_SIZE, 'envelope');
    if (message.method === 'notifications/message') this.exchange?.log(message);
  }

  answer(data: Bytes): void {
    this.call?.answer(data);
  }

  cancelled(): void {
    this.call?.cancelled();
  }
}

const LACKING =
  'The server asked for something that this client did not say it understands, and failed without.';

/** Whether it is an error, or the result of a tool that says it is one. */
function hasFailed({ kind, bytes, outcome }: Message): boolean {
  if (kind === 'error') return true;
  const { start, end } = memberAt(bytes, outcome, 'isError');
  return end - start === 4;
}

/** The number of an error of ours in the words of 2026-07-28. */
function codeFor(word: ErrorWord): number {
  const { code } = ERRORS[word];
  return code === OLD_NOT_FOUND ? NOT_FOUND : code;
}
