/**
 * The requests of legacy clients that a modern server answers: sent in modern words, sent again with answers when the
 * server asked, or with other headers when it missed some; answered in legacy words.
 *
 * Source: MCP 2026-07-28, multi round-trip requests; Streamable HTTP, custom headers from tool parameters.
 */
import { memberAt, recut } from '../../protocol/cuts.ts';
import { ERRORS, errorResponse, type ErrorWord } from '../../protocol/errors.ts';
import { outcomeOf } from '../../protocol/long.ts';
import type { TraceTexts } from '../../protocol/trace-context.ts';
import { ANY_SIZE, readMessage, type Message } from '../../protocol/message.ts';
import { isWhole } from '../../protocol/whole.ts';
import { digits } from '../digits.ts';
import type { LinkEvents, UpstreamFault } from '../ports.ts';
import type { SendFacts } from '../ports-era.ts';
import { askingOf, type InputRequired, readInputRequired } from './input-required.ts';
import { readResult } from './modern-result.ts';
import { canBeStamped, inModernWords } from './modern-words.ts';
import type { Waiter } from './modern-wire.ts';
import { olderContent } from './older-content.ts';
import { isForeign } from './probe.ts';
import { Rounds } from './rounds.ts';
import { ToolsKnown, type ToolsLink } from './tools-known.ts';

/** What of a link its calls need. */
export interface Calling extends ToolsLink {
  readonly events: LinkEvents;
  /** The server did not understand a request. @param tell called where it does not speak otherwise by now */
  misread(tell: () => void): void;
}

/** What may be answered with questions. */
const MAY_ASK: ReadonlySet<string> = new Set(['tools/call', 'prompts/get', 'resources/read']);

/** One request of the engine's, from its sending to its answer. Bounded by what the engine has in flight. */
interface Call {
  /** The engine's number. */
  readonly number: number;
  readonly message: Message;
  readonly trace: TraceTexts | undefined;
  /** That on the wire; 0 while it is not there. */
  inner: number;
  /** How often the server has asked. */
  rounds: number;
  /** What it is sent with beside what the client sent. */
  answers: string;
  /** It was sent with headers learnt anew. */
  isCorrected: boolean;
  /** The server did not understand it, and so has done nothing of it. */
  isMisread: boolean;
}

export class Calls {
  readonly #link: Calling;
  readonly #calls = new Map<number, Call>();
  readonly #rounds: Rounds;
  readonly #tools: ToolsKnown<Call>;

  constructor(link: Calling) {
    this.#link = link;
    this.#tools = new ToolsKnown(link, (call) => this.#send(call));
    this.#rounds = new Rounds({
      say: (bytes, call) => link.events.message(readMessage(bytes, ANY_SIZE), call),
      goOn: (number, answers) => this.#goOn(number, answers),
      refused: (number, error) => this.#refused(number, error),
    });
  }

  take(message: Message, number: number, trace?: TraceTexts): void {
    const call = {
      number,
      message,
      trace,
      inner: 0,
      rounds: 0,
      answers: '',
      isCorrected: false,
      isMisread: false,
    };
    this.#calls.set(number, call);
    if (!canBeStamped(message)) return this.#fail(call, 'invalid_params', '`params` must be an object.');
    if (this.#tools.areKnownTo(call)) this.#send(call);
    else this.#tools.await(call);
  }

  /** A client's answer to a question. False when it is to none of ours. */
  replied(message: Message): boolean {
    return this.#rounds.answered(message);
  }

  /** Nobody waits for it any more. */
  callOff(number: number, reason: string): void {
    const call = this.#calls.get(number);
    if (!call) return;
    this.#calls.delete(number);
    this.#tools.forget(call);
    this.#rounds.cancel(number, reason);
    if (call.inner > 0) this.#link.wire.callOff(call.inner, reason);
  }

  /** The engine's numbers of those that the server did not understand. */
  get misread(): number[] {
    return [...this.#calls.values()].flatMap(({ isMisread, number }) => (isMisread ? [number] : []));
  }

  clear(): void {
    this.#calls.clear();
    this.#rounds.clear();
    this.#tools.clear();
  }

  // -------------------------------------------------------------------------------------------- sending

  #send(call: Call): void {
    if (this.#calls.get(call.number) !== call) return;
    const { message } = call;
    const { wire, stamp, saysHeaders } = this.#link;
    call.inner = wire.nextNumber;
    const bytes = inModernWords(message, call.inner, stamp.text, call.answers);
    const waiter: Waiter = {
      number: call.number,
      isFirst: call.rounds === 0,
      answered: (answer) => this.#answered(call, answer),
      failed: (fault, isUnsent) => this.#failed(call, fault, isUnsent),
    };
    wire.send(call.inner, bytes, saysHeaders ? this.#about(call) : message, waiter);
  }

  #about({ message, trace }: Call): SendFacts {
    const { method, target } = message;
    return { method, target, paramHeaders: this.#tools.headersOf(message), trace };
  }

  #goOn(number: number, answers: string): void {
    const call = this.#calls.get(number);
    if (!call) return;
    const { wire, limits } = this.#link;
    if ((wire.raw?.queued ?? 0) + answers.length > limits.queuedBytes)
      return this.#fail(call, 'upstream_busy', 'The server does not take any more input.');
    call.answers = answers;
    this.#send(call);
  }

  // ------------------------------------------------------------------------------------------- answering

  #answered(call: Call, answer: Message): void {
    call.inner = 0;
    const id = { start: answer.id.start, end: answer.id.end, by: digits(call.number) };
    if (answer.kind === 'error') {
      if (this.#isCorrectable(call, answer)) {
        call.isCorrected = true;
        return this.#tools.awaitNew(call);
      }
      const tell = (): void => this.#pass(call, recut(answer, [id]));
      return isForeign(answer) ? this.#misread(call, tell) : tell();
    }
    const { type, cuts, hints } = readResult(answer);
    if (type === 'input_required') return this.#asked(call, answer);
    if (type !== 'complete')
      return this.#fail(call, 'upstream_bad_answer', 'The server answered with a result of an unknown kind.');
    const { method } = call.message;
    const older = olderContent(answer, method, this.#link.stamp.version);
    const listed = method === 'tools/list' ? this.#tools.passed(answer) : [];
    const told = recut(answer, [id, ...cuts, ...older, ...listed]);
    this.#pass(call, hints ? { ...told, hints } : told);
  }

  #pass(call: Call, answer: Message): void {
    this.#calls.delete(call.number);
    this.#link.events.message(answer);
  }

  #fail(call: Call, word: ErrorWord, message: string, data?: Record<string, unknown>): void {
    this.#pass(call, readMessage(errorResponse(digits(call.number), word, message, data)));
  }

  #failed(call: Call, fault: UpstreamFault, isUnsent: boolean): void {
    const tell = (): void => {
      this.#calls.delete(call.number);
      // What went before it has reached the server, whatever became of this round.
      this.#link.events.failed(call.number, fault, isUnsent && call.rounds === 0);
    };
    if (fault.isRefusal === true) this.#misread(call, tell);
    else tell();
  }

  #misread(call: Call, tell: () => void): void {
    call.inner = 0;
    call.isMisread = call.rounds === 0;
    this.#link.misread(() => {
      if (this.#calls.get(call.number) === call) tell();
    });
  }

  // ------------------------------------------------------------------------------------------- questions

  #asked(call: Call, answer: Message): void {
    const { rounds, questions } = this.#link.limits;
    if (!MAY_ASK.has(call.message.method))
      return this.#fail(
        call,
        'upstream_bad_answer',
        `"${call.message.method}" cannot be answered with questions.`,
      );
    call.rounds += 1;
    if (call.rounds > rounds)
      return this.#fail(call, 'too_many_rounds', `The server asked for input more than ${rounds} times.`);
    const wanted = isWhole(answer) ? readInputRequired(outcomeOf(answer)) : 'it is no JSON';
    if (typeof wanted === 'string')
      return this.#fail(
        call,
        'upstream_bad_answer',
        `The server asked in a way that is not known: ${wanted}.`,
      );
    if (wanted.questions.length > questions)
      return this.#fail(
        call,
        'upstream_bad_answer',
        `The server asked more than ${questions} questions at once.`,
      );
    this.#ask(call, wanted);
  }

  #ask(call: Call, wanted: InputRequired): void {
    const { stamp, runtime } = this.#link;
    const params: string[] = [];
    for (const one of wanted.questions) {
      const asking = askingOf(one, stamp, () => runtime.randomId());
      if ('missing' in asking) {
        const why = `The server asked for "${one.method}", which this client did not say it understands.`;
        return this.#fail(call, 'missing_capability', why, { requiredCapabilities: asking.missing });
      }
      params.push(asking.params);
    }
    this.#rounds.ask(call.number, wanted, params);
  }

  /** The client did not answer with a result: neither can the call. */
  #refused(number: number, error: Uint8Array): void {
    const call = this.#calls.get(number);
    if (!call) return;
    const text = `{"jsonrpc":"2.0","id":${number},"error":${decoder.decode(error)}}`;
    this.#pass(call, readMessage(encoder.encode(text), ANY_SIZE));
  }

  // --------------------------------------------------------------------------------------------- headers

  #isCorrectable(call: Call, { bytes, outcome }: Message): boolean {
    if (!this.#link.saysHeaders || call.isCorrected || call.message.method !== 'tools/call') return false;
    const { start, end } = memberAt(bytes, outcome, 'code');
    return Number(decoder.decode(bytes.subarray(start, end))) === ERRORS.header_mismatch.code;
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
