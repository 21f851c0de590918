/**
 * One request that is run once, and all who wait for its answer: the first try and those that came after it.
 *
 * Guarantees: it is sent on once; who asks gets the same answer; it goes on when they go away, as one will come back for
 * the answer. What comes before the answer goes to the first try alone: it names the token of that one.
 */
import { Timed } from '../deadlines.ts';
import { type AnswerFacts, type CallCarrier, type CallFacts, ModernCall } from '../modern/modern-call.ts';
import type { Payers } from '../account.ts';
import type { Bytes } from '../ports.ts';
import type { ErrorWord } from '../../protocol/errors.ts';
import { answerOf, CALLED_OFF, MISMATCH, type Outcome, tell, type Answer } from './outcome.ts';
import type { RequestName } from './request-name.ts';

export interface RunHost {
  serve(run: Run, call: ModernCall): void;
  /** What of an answer is kept. */
  keeps(run: Run, answer: Answer): Outcome;
  /** Whether anybody waits for it has changed. */
  turned(run: Run): void;
  /** It is over; without an outcome as if it had never been. */
  over(run: Run): void;
}

/** Of what was answered without being sent on: these use nothing up. */
const PASSING: ReadonlySet<ErrorWord> = new Set([
  'bad_request_state',
  'draining',
  'rate_limited',
  'too_many_calls',
  'too_many_parked',
  'upstream_busy',
  'upstream_failed',
  'upstream_backoff',
  'upstream_start_failed',
  'upstream_start_timeout',
]);

export class Run extends Timed implements CallCarrier {
  readonly name: RequestName;
  /** Undefined once it is over: what it holds may be large. */
  facts: CallFacts | undefined;
  readonly payers: Payers;
  /** Undefined until it is over. */
  outcome: Outcome | undefined;
  readonly #host: RunHost;
  /** The first try, as long as it waits. */
  #first: ModernCall | undefined;
  /** Each is counted among the calls of its caller. */
  readonly #waiting = new Set<ModernCall>();
  /** What is sent on, for all of them. */
  #sent: ModernCall | undefined;
  /** Whether it was sent on its way from here. */
  wasStarted = false;
  #bytes = 0;
  #isCounted = false;

  constructor(name: RequestName, first: ModernCall, payers: Payers, host: RunHost) {
    super();
    this.name = name;
    this.facts = first.facts;
    this.payers = payers;
    this.#host = host;
    this.#first = first;
    this.#attach(first);
  }

  get isRunning(): boolean {
    return this.#sent !== undefined && !this.#sent.isOver;
  }

  get isAwaited(): boolean {
    return this.#waiting.size > 0;
  }

  /** Takes so many bytes of its payers, in place of what it took before. */
  hold(bytes: number): void {
    this.payers.take('idempotencyBytes', bytes - this.#bytes);
    this.#bytes = bytes;
  }

  /** Counts among the calls of its caller while no try of it does. */
  count(isCounted: boolean): void {
    if (isCounted === this.#isCounted) return;
    this.#isCounted = isCounted;
    if (isCounted) this.payers.take('calls');
    else this.payers.giveBack('calls');
  }

  /** Whether there is no room to hold so many. */
  excess(bytes: number): boolean {
    return this.payers.excess('idempotencyBytes', Math.max(0, bytes - this.#bytes)) !== undefined;
  }

  /** Another try of the same request. */
  join(call: ModernCall, { digest }: RequestName): void {
    if (digest !== this.name.digest) return tell(call, MISMATCH);
    call.trail?.repeats();
    if (this.outcome) return tell(call, this.outcome);
    this.#attach(call);
    this.#host.turned(this);
  }

  /** Sends it on. */
  start(): void {
    const first = this.#first;
    if (!this.facts) return;
    const call = new ModernCall(this.facts, this);
    // What is told of the first try is what becomes of the run.
    if (first) {
      call.seenAs = first.seenAs;
      call.trail = first.trail;
      first.trail = undefined;
      call.span = first.span;
      first.span = undefined;
    }
    this.#sent = call;
    this.wasStarted = true;
    this.#host.serve(this, call);
  }

  /** Ends it: whoever waits is told why. */
  callOff(word: ErrorWord, message: string): void {
    this.#sent?.callOff(word, message);
  }

  /** It was run elsewhere, or could not be looked up: those who wait are told, and nothing of it is kept. */
  settle(outcome: Outcome): void {
    this.#first?.trail?.repeats();
    this.#end();
    this.#tellAll(outcome);
  }

  #attach(call: ModernCall): void {
    this.#waiting.add(call);
    call.onCancel = (reason, isMeant) => this.#left(call, reason, isMeant);
  }

  #left(call: ModernCall, reason: string, isMeant: boolean): void {
    this.#waiting.delete(call);
    if (this.#first === call) this.#first = undefined;
    if (this.#waiting.size > 0) return;
    if (isMeant && this.isRunning) this.#calledOff(reason);
    else this.#host.turned(this);
  }

  /** Its client does not want it any more, and said so. */
  #calledOff(reason: string): void {
    this.#sent?.cancel(reason, true);
    if (this.#mayHaveRun(undefined)) this.outcome = CALLED_OFF;
    this.#end();
  }

  #end(): void {
    this.facts = undefined;
    this.#sent = undefined;
    this.#host.over(this);
  }

  // ---------------------------------------------------------------------------------- as a carrier

  get isFollowed(): boolean {
    return this.#first?.isFollowed ?? false;
  }

  event(data: Bytes): void {
    this.#first?.event(data);
  }

  answer(data: Bytes, code: number | undefined, word?: ErrorWord, isOwnExcess = false): void {
    const facts: AnswerFacts = { code, word, isOwnExcess };
    const answer = answerOf(data, facts);
    if (this.#mayHaveRun(word)) this.outcome = this.#host.keeps(this, answer);
    this.#end();
    this.#tellAll(answer);
  }

  #tellAll(outcome: Outcome): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    this.#first = undefined;
    for (const call of waiting) tell(call, outcome);
  }

  /** Where it was not sent on, a later try may still be the first. */
  #mayHaveRun(word: ErrorWord | undefined): boolean {
    const exchange = this.#sent?.exchange;
    if (exchange) return exchange.sends > 0;
    // What the state of a round opened may be used up by it.
    const isRound = this.name.name !== this.name.first;
    return isRound && !(word !== undefined && PASSING.has(word));
  }
}
