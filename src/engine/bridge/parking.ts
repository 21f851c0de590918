/**
 * Where calls wait whose server has asked: their clients get the questions and a sealed state, and come back with both.
 *
 * Guarantees: a state opens once, for the caller and the request that it was given to; whatever is wrong with one, nothing
 * is carried out, and nobody learns more than that; what is parked is bounded in number, in all and of one principal, and
 * in time; a call is asked a bounded number of times.
 *
 * Source: MCP 2026-07-28, multi round-trip requests.
 */
import { decodeString } from '../../protocol/decode.ts';
import type { Message } from '../../protocol/message.ts';
import type { EngineContext } from '../context.ts';
import { Deadlines } from '../deadlines.ts';
import type { Exchange } from '../exchange.ts';
import type { Payers } from '../account.ts';
import type { Mount } from '../line.ts';
import { overdrawn, type Refusal } from '../overdrawn.ts';
import type { ModernCall } from '../modern/modern-call.ts';
import { result } from '../notice.ts';
import type { UpstreamSession } from '../upstream-session.ts';
import type { BridgedExchange } from './bridged-exchange.ts';
import type { BridgedRequest } from './bridged-request.ts';
import { contextOf, digestOf, readState, stateBytes, type InputState } from './input-state.ts';
import { Parked, ParkedCalls } from './parked.ts';
import {
  answersIn,
  elicitationsIn,
  inputRequired,
  isAccepted,
  isCalledOff,
  questionIn,
  refuse,
  reply,
  type Question,
} from './questions.ts';

/** Starts a call from its beginning. @param round how often its client was asked already */
export type Starter = (call: ModernCall, request: BridgedRequest, round: number) => void;

type Questions = ReadonlyMap<string, Question>;

const STRANGE = 'This `requestState` does not belong to this request.';
const USED = 'This `requestState` was used already, or what it stood for is gone.';
const LATE = 'This `requestState` came too late.';
const GIVEN_UP: Refusal = { word: 'timed_out', message: 'Nobody answered in time.' };

export class Parking {
  readonly #context: EngineContext;
  readonly #start: Starter;
  readonly #parked = new ParkedCalls();
  readonly #deadlines: Deadlines<Parked>;
  /** Of calls whose requests were sent while they were parked. */
  readonly #timeOuts: Deadlines<Exchange>;

  constructor(context: EngineContext, start: Starter) {
    const { runtime, settings } = context;
    this.#context = context;
    this.#start = start;
    this.#deadlines = new Deadlines(runtime, settings.parkMs, (parked) => this.#expire(parked));
    this.#timeOuts = new Deadlines(runtime, settings.requestMs, (exchange) => exchange.timeOut());
  }

  get size(): number {
    return this.#parked.size;
  }

  // ------------------------------------------------------------------------------------- from the server

  /** A server asks during a call. False when its client cannot be asked that. */
  asked(exchange: BridgedExchange, upstream: UpstreamSession, message: Message): boolean {
    if (!this.#context.seal || !exchange.canBeAsked || exchange.isOver) return false;
    const question = questionIn(upstream, message, exchange.terms.askable);
    if (!question?.asker) return false;
    const { runtime, settings } = this.#context;
    if (exchange.open.size >= settings.questionsPerRound) {
      refuse(question.asker, 'too_many_calls', 'Too many questions to this client are open.');
      return true;
    }
    exchange.open.set(this.#newKey(exchange.open), question);
    if (exchange.call)
      exchange.gathering ??= runtime.after(settings.gatherMs, () => this.#gathered(exchange));
    return true;
  }

  /** The server calls a question off: whatever its client says to it means nothing any more. */
  calledOff(exchange: BridgedExchange, upstream: UpstreamSession, message: Message): void {
    for (const [key, question] of exchange.open)
      if (isCalledOff(question, upstream, message)) exchange.open.delete(key);
  }

  /** A conversation ended: what was asked in it needs no answer. */
  lost(exchange: BridgedExchange, upstream: UpstreamSession): void {
    for (const [key, { asker }] of exchange.open) if (asker?.upstream === upstream) exchange.open.delete(key);
  }

  /** A call is over: nothing more is asked. */
  ended(exchange: BridgedExchange): void {
    exchange.gathering?.cancel();
    exchange.gathering = undefined;
    for (const { asker } of exchange.open.values())
      if (asker) refuse(asker, 'timed_out', 'The call that this belongs to is over.');
    exchange.open.clear();
  }

  /** The server did nothing, and wants the call again after URLs were visited. */
  wantsAgain(exchange: BridgedExchange, call: ModernCall, message: Message): boolean {
    const elicitations = elicitationsIn(message);
    if (elicitations.length === 0 || !this.#context.seal) return false;
    if (!exchange.terms.askable.url || !exchange.canBeAsked) {
      const why = 'The server wants a URL to be visited first, and the client cannot be asked to do so.';
      call.fail('missing_capability', why, { requiredCapabilities: { elicitation: { url: {} } } });
      return true;
    }
    const questions = new Map<string, Question>();
    for (const one of elicitations.slice(0, this.#context.settings.questionsPerRound))
      questions.set(this.#newKey(questions), one);
    const refusal = this.#refusal(call, exchange.round);
    if (refusal) call.fail(refusal.word, refusal.message, refusal.data);
    else
      this.#ask(call, {
        questions,
        exchange: undefined,
        round: exchange.round,
        digest: digestOf(call.message),
      });
    return true;
  }

  // ------------------------------------------------------------------------------------- from the client

  /** A call that brings a state: the next round of one that was parked. */
  retry(call: ModernCall, request: BridgedRequest): void {
    const parked = this.#opened(call, request);
    if (typeof parked === 'string') return call.fail('bad_request_state', parked);
    const answers = answersIn(call.message, request.inputResponses, parked.questions.keys());
    if (!answers)
      return call.fail('bad_input_responses', 'Each of `inputResponses` must be an object: a result.');
    this.#forget(parked);
    if (call.trail) call.trail.tie = parked.tie;
    if (parked.exchange) this.#goOn(parked, parked.exchange, call, answers);
    else this.#again(parked, call, request, answers);
  }

  #opened({ message, facts }: ModernCall, { requestState }: BridgedRequest): Parked | string {
    const { bytes, method } = message;
    const isText = bytes[requestState.start] === QUOTE;
    const text = isText ? decodeString(bytes, requestState.start + 1, requestState.end - 1) : '';
    const open = this.#context.seal?.open(text, contextOf(facts.mount));
    const state = open && readState(open);
    if (!state || state.principal !== facts.principal || state.method !== method) return STRANGE;
    if (state.digest !== digestOf(message)) return STRANGE;
    if (this.#context.runtime.now() >= state.until) return LATE;
    const parked = this.#parked.get(state.id);
    if (parked?.mount !== facts.mount || state.node !== this.#context.node) return USED;
    return parked.state.round === state.round ? parked : USED;
  }

  /** The server gets its answers, and goes on where it was. */
  #goOn(
    { questions, kept }: Parked,
    exchange: BridgedExchange,
    call: ModernCall,
    answers: ReadonlyMap<string, Uint8Array>,
  ): void {
    if (kept && 'bytes' in kept) return exchange.tell(call, kept);
    if (kept) return call.fail(kept.word, kept.message, kept.data);
    if (exchange.isOver) return call.fail('bad_request_state', USED);
    exchange.attach(call);
    exchange.parked = undefined;
    exchange.resume(this.#timeOuts);
    for (const key of questions.keys()) {
      const [asker, answer] = [exchange.open.get(key)?.asker, answers.get(key)];
      if (!asker || !answer) continue;
      exchange.open.delete(key);
      reply(asker, answer);
    }
    // What was not answered, and what was asked meanwhile.
    if (exchange.open.size > 0) this.#park(exchange);
  }

  /** The server did nothing yet: the call is sent as if for the first time. */
  #again(
    { questions, state }: Parked,
    call: ModernCall,
    request: BridgedRequest,
    answers: ReadonlyMap<string, Uint8Array>,
  ): void {
    const { round, digest } = state;
    if (![...answers.values()].every(isAccepted))
      return call.fail('input_declined', 'What the server wants to be done first was declined.');
    const missing = new Map([...questions].filter(([key]) => !answers.has(key)));
    if (missing.size === 0) return this.#start(call, request, round);
    const refusal = this.#refusal(call, round);
    if (refusal) call.fail(refusal.word, refusal.message, refusal.data);
    else this.#ask(call, { questions: missing, exchange: undefined, round, digest });
  }

  // --------------------------------------------------------------------------------------------- parking

  #gathered(exchange: BridgedExchange): void {
    exchange.gathering = undefined;
    if (exchange.open.size > 0 && !exchange.isOver) this.#park(exchange);
  }

  #park(exchange: BridgedExchange): void {
    const { call, round } = exchange;
    if (!call) return;
    exchange.gathering?.cancel();
    exchange.gathering = undefined;
    const refusal = this.#refusal(call, round);
    if (refusal) return this.#giveUp(exchange, refusal);
    exchange.round = round + 1;
    exchange.digest ??= digestOf(call.message);
    exchange.detach();
    exchange.parked = this.#ask(call, {
      questions: new Map(exchange.open),
      exchange,
      round,
      digest: exchange.digest,
    });
  }

  /** Answers a call with what its client is asked. */
  #ask(
    call: ModernCall,
    asked: { questions: Questions; exchange: BridgedExchange | undefined; round: number; digest: string },
  ): Parked {
    const { questions, exchange, round, digest } = asked;
    const { principal, mount } = call.facts;
    const { runtime, settings, node } = this.#context;
    const until = runtime.now() + settings.parkMs;
    const { method } = call.message;
    const state = { node, id: runtime.randomId(), round: round + 1, principal, method, digest, until };
    const parked = new Parked(state, mount, this.#payersOf(call), questions, exchange);
    parked.tie = call.trail?.asked(state.id);
    this.#parked.add(parked);
    this.#deadlines.add(parked);
    call.answer(result(call.id, inputRequired(questions, this.#sealed(state, mount))));
    return parked;
  }

  #sealed(state: InputState, mount: Mount): string {
    return this.#context.seal?.seal(stateBytes(state), contextOf(mount)) ?? '';
  }

  #refusal(call: ModernCall, round: number): Refusal | undefined {
    const { inputRounds } = this.#context.settings;
    if (round < inputRounds) return overdrawn(this.#payersOf(call), 'parked');
    const message = `The server asked in ${inputRounds} rounds, and asks again.`;
    return { word: 'too_many_rounds', message };
  }

  #payersOf({ facts }: ModernCall): Payers {
    return facts.payers ?? this.#context.ledger.payersOf(facts);
  }

  #giveUp(exchange: BridgedExchange, { word, message, data }: Refusal): void {
    exchange.owner.calledOff(exchange, message);
    exchange.fail(word, message, data);
  }

  #expire(parked: Parked): void {
    this.#forget(parked);
    const { exchange } = parked;
    if (!exchange || exchange.isOver) return;
    exchange.parked = undefined;
    this.#giveUp(exchange, GIVEN_UP);
  }

  #forget(parked: Parked): void {
    this.#deadlines.remove(parked);
    this.#parked.delete(parked);
  }

  #newKey(taken: Questions): string {
    for (;;) {
      const key = `ask-${this.#context.runtime.randomId().slice(-KEY_LENGTH)}`;
      if (!taken.has(key)) return key;
    }
  }

  // ---------------------------------------------------------------------------------------------- ending

  /** Forgets what is parked and may not go on. */
  dropUnless(allows: (principal: string, mount: Mount) => boolean): void {
    for (const parked of this.#parked.values())
      if (!allows(parked.state.principal, parked.mount)) this.#expire(parked);
  }

  close(): void {
    this.dropUnless(() => false);
    this.#deadlines.clear();
    this.#timeOuts.clear();
  }
}

const QUOTE = 0x22;
const KEY_LENGTH = 9;
