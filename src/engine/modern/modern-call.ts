/**
 * One request of a modern client, whatever carried it: it says everything about itself, and no session is behind it.
 *
 * Guarantees: answered exactly once, or not at all once the client went away or called it off; nothing comes after that.
 *
 * Source: MCP 2026-07-28, base protocol.
 */
import { ERRORS, errorResponse, type ErrorWord } from '../../protocol/errors.ts';
import { copySpan, type Message } from '../../protocol/message.ts';
import type { TraceHead } from '../../protocol/trace-context.ts';
import type { Payers } from '../account.ts';
import type { Sink } from '../exchange.ts';
import type { Forwarded } from '../forwarded.ts';
import type { Mount } from '../line.ts';
import { isOwnExcess } from '../overdrawn.ts';
import type { Bytes, UpstreamFault } from '../ports.ts';
import type { WhoOpens } from '../session-facts.ts';
import { modernAnswered, modernTold, type TapHome } from '../taps.ts';
import type { Span } from '../ports-tracer.ts';
import type { Trail } from '../trail.ts';

/** The carrier's side of a call: a POST, or a line of stdio. Never called after `answer` or `cancelled`. */
export interface CallCarrier {
  /** Something that belongs to the request, before its answer. */
  event(data: Bytes): void;
  /**
   * @param code the JSON-RPC number when it is an error: HTTP has a status for some of them
   * @param word set when it is the desk that refuses: HTTP has a status for some of these, too
   * @param isOwnExcess it is refused for what its caller holds, not for what all do
   */
  answer(data: Bytes, code: number | undefined, word?: ErrorWord, isOwnExcess?: boolean): void;
  /** Whether a reader of events is there. */
  readonly isFollowed: boolean;
}

/** What a call was answered with, beside the bytes. */
export interface AnswerFacts {
  readonly code: number | undefined;
  readonly word: ErrorWord | undefined;
  readonly isOwnExcess: boolean;
}

export interface CallFacts extends WhoOpens {
  /** A request whose `_meta` was found in good order. */
  readonly message: Message;
  readonly mount: Mount;
  readonly principal: string;
  /** Who pays for it; default: its principal, and nobody else than the gateway. */
  readonly payers?: Payers | undefined;
  readonly forwarded?: Forwarded;
  /** What its head says of a trace, as it stands there. */
  readonly trace?: TraceHead | undefined;
  /** It came over HTTP: what its body says, its headers say, too. Default false. */
  readonly hasHeaders?: boolean;
  /** `Mcp-Param-*` headers that came with it, by lower-case name, as they were sent. */
  readonly paramHeaders?: Readonly<Record<string, string>> | undefined;
  /** Under which it may come again; default: it has none. */
  readonly idempotencyKey?: string | undefined;
}

export class ModernCall implements Sink {
  readonly message: Message;
  readonly facts: CallFacts;
  /** The raw id. */
  readonly id: Uint8Array;
  /** The JSON-RPC number of the error that it is about to be answered with. */
  code: number | undefined;
  /** The `Mcp-Param-*` headers that it is sent on with, by lower-case name. */
  paramHeaders: Readonly<Record<string, string>> | undefined;
  isOver = false;
  /** A server that spoke modern words before did not understand it: that happens once. */
  wasMisread = false;
  /** What it was met with then: what it is told after all where the server turns out to speak as before. */
  met: Message | UpstreamFault | undefined;
  /** What is told of it once it is over; undefined where nobody wants to know. */
  trail: Trail | undefined;
  /** Where what it is told is shown, and what a tap calls it; 0: none saw it. */
  home: TapHome | undefined;
  seenAs = 0;
  /** The same as a span; undefined where nobody traces. */
  span: Span | undefined;
  /** What it is sent on as: says whether it may have been carried out. */
  exchange: { readonly sends: number } | undefined;
  /** Set by whoever serves it: the client went away, or, where it says so, called it off. */
  onCancel: ((reason: string, isMeant: boolean) => void) | undefined;
  /** Set by whoever counts it: called once, when it is over in any way. */
  onOver: (() => void) | undefined;
  readonly #carrier: CallCarrier;
  /** What it is refused for. */
  #word: ErrorWord | undefined;
  #isOwnExcess = false;

  constructor(facts: CallFacts, carrier: CallCarrier) {
    this.facts = facts;
    this.message = facts.message;
    this.paramHeaders = facts.paramHeaders;
    this.id = copySpan(facts.message.bytes, facts.message.id);
    this.#carrier = carrier;
  }

  get isFollowed(): boolean {
    return !this.isOver && this.#carrier.isFollowed;
  }

  event(data: Bytes): void {
    if (this.isOver) return;
    const tap = this.home?.tap;
    if (tap) modernTold(this, data, tap);
    this.#carrier.event(data);
  }

  answer(data: Bytes): void {
    if (this.isOver) return;
    this.trail?.answeredWith(data);
    this.#end(this.#word ?? (this.code === undefined ? 'ok' : 'error'));
    const tap = this.home?.tap;
    if (tap) modernAnswered(this, data, this.code !== undefined, tap);
    this.#carrier.answer(data, this.code, this.#word, this.#isOwnExcess);
  }

  /** An error of the gateway's in place of an answer. */
  fail(word: ErrorWord, message: string, data?: Record<string, unknown>): void {
    this.code = ERRORS[word].code;
    this.#word = word;
    this.#isOwnExcess = isOwnExcess(data);
    this.answer(errorResponse(this.id, word, message, data));
  }

  /** It is answered as another call was. @param data with its own id */
  answerAs(data: Bytes, { code, word, isOwnExcess }: AnswerFacts): void {
    this.code = code;
    this.#word = word;
    this.#isOwnExcess = isOwnExcess;
    this.answer(data);
  }

  /** The gateway ends it: its client is told why, and whoever serves it is told to stop. */
  callOff(word: ErrorWord, message: string): void {
    if (this.isOver) return;
    const { onCancel } = this;
    this.fail(word, message);
    onCancel?.(message, true);
  }

  /** It was called off upstream by ourselves: there will be no answer. */
  cancelled(): void {
    this.#end('cancelled');
  }

  /** The client went away or called it off: nothing more is said to it. @param isMeant it said so */
  cancel(reason: string, isMeant = false): void {
    if (this.isOver) return;
    const { onCancel } = this;
    this.#end('cancelled');
    onCancel?.(reason, isMeant);
  }

  #end(outcome: string): void {
    if (this.isOver) return;
    this.isOver = true;
    this.trail?.ended(outcome);
    this.span?.ended(outcome);
    this.onCancel = undefined;
    this.onOver?.();
    this.onOver = undefined;
  }
}
