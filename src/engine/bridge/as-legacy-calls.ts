/**
 * The requests of legacy clients that a modern server answers: sent in modern words, sent again with answers when the
 * server asked, or with other headers when it missed some; answered in legacy words.
 *
 * Source: MCP 2026-07-28, multi round-trip requests; Streamable HTTP, custom headers from tool parameters.
 */
import { memberAt, recut } from '../../protocol/cuts.ts';
import { ERRORS, errorResponse, type ErrorWord } from '../../protocol/errors.ts';
import { outcomeOf } from '../../protocol/long.ts';
import { ANY_SIZE, readMessage, type Message } from '../../protocol/message.ts';
import { isWhole } from '../../protocol/whole.ts';
import { digits } from '../digits.ts';
import { request } from '../notice.ts';
import type { LinkEvents, Runtime, UpstreamFault } from '../ports.ts';
import type { SendFacts } from '../ports-era.ts';
import type { AsLegacyLimits } from './as-legacy-limits.ts';
import { askingOf, type InputRequired, readInputRequired } from './input-required.ts';
import { readTools } from './listed-tools.ts';
import { readResult } from './modern-result.ts';
import { canBeStamped, inModernWords } from './modern-words.ts';
import type { ModernWire, Waiter } from './modern-wire.ts';
import { olderContent } from './older-content.ts';
import { ParamHeaders } from './param-headers.ts';
import { Rounds } from './rounds.ts';
import type { Stamp } from './stamp.ts';

/** What of a link its calls need. */
export interface Calling {
  readonly events: LinkEvents;
  readonly wire: ModernWire;
  readonly runtime: Runtime;
  readonly limits: AsLegacyLimits;
  readonly saysHeaders: boolean;
  readonly stamp: Stamp;
  note(code: string, message: string): void;
}

/** What may be answered with questions. */
const MAY_ASK: ReadonlySet<string> = new Set(['tools/call', 'prompts/get', 'resources/read']);

/** One request of the engine's, from its sending to its answer. Bounded by what the engine has in flight. */
interface Call {
  /** The engine's number. */
  readonly number: number;
  readonly message: Message;
  /** That on the wire; 0 while it is not there. */
  inner: number;
  /** How often the server has asked. */
  rounds: number;
  /** What it is sent with beside what the client sent. */
  answers: string;
  /** It was sent with headers learnt anew. */
  isCorrected: boolean;
}

export class Calls {
  readonly #link: Calling;
  readonly #calls = new Map<number, Call>();
  readonly #rounds: Rounds;
  readonly #headers: ParamHeaders;
  /** Calls that wait for the list of tools; undefined while it is not asked for. */
  #waiting: Call[] | undefined;

  constructor(link: Calling) {
    this.#link = link;
    this.#headers = new ParamHeaders(link.limits.tools);
    this.#rounds = new Rounds({
      say: (bytes, call) => link.events.message(readMessage(bytes, ANY_SIZE), call),
      goOn: (number, answers) => this.#goOn(number, answers),
      refused: (number, error) => this.#refused(number, error),
    });
  }

  take(message: Message, number: number): void {
    const call = { number, message, inner: 0, rounds: 0, answers: '', isCorrected: false };
    this.#calls.set(number, call);
    if (!canBeStamped(message)) return this.#fail(call, 'invalid_params', '`params` must be an object.');
    const needsList = this.#link.saysHeaders && message.method === 'tools/call' && !this.#headers.isKnown;
    if (needsList) this.#afterList(call);
    else this.#send(call);
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
    this.#rounds.cancel(number, reason);
    if (call.inner > 0) this.#link.wire.callOff(call.inner, reason);
  }

  clear(): void {
    this.#calls.clear();
    this.#rounds.clear();
    this.#waiting = undefined;
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
      answered: (answer) => this.#answered(call, answer),
      failed: (fault, isUnsent) => this.#failed(call, fault, isUnsent),
    };
    wire.send(call.inner, bytes, saysHeaders ? this.#about(message) : message, waiter);
  }

  #about(message: Message): SendFacts {
    const { method, target } = message;
    const paramHeaders = method === 'tools/call' ? this.#headers.of(message) : undefined;
    return { method, target, paramHeaders };
  }

  #goOn(number: number, answers: string): void {
    const call = this.#calls.get(number);
    if (!call) return;
    call.answers = answers;
    this.#send(call);
  }

  // ------------------------------------------------------------------------------------------- answering

  #answered(call: Call, answer: Message): void {
    call.inner = 0;
    const id = { start: answer.id.start, end: answer.id.end, by: digits(call.number) };
    if (answer.kind === 'error') {
      if (this.#isCorrectable(call, answer)) return this.#correct(call);
      return this.#pass(call, recut(answer, [id]));
    }
    const { type, cuts, hints } = readResult(answer);
    if (type === 'input_required') return this.#asked(call, answer);
    if (type !== 'complete')
      return this.#fail(call, 'upstream_bad_answer', 'The server answered with a result of an unknown kind.');
    const { method } = call.message;
    const older = olderContent(answer, method, this.#link.stamp.version);
    const listed = method === 'tools/list' ? this.#listed(answer) : [];
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
    this.#calls.delete(call.number);
    this.#link.events.failed(call.number, fault, isUnsent);
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

  /** What passes by is learnt from. @returns what takes out of the page what the client must not see */
  #listed(page: Message): ReturnType<typeof readTools>['cuts'] {
    const { saysHeaders } = this.#link;
    const listed = readTools(page, saysHeaders);
    this.#headers.learn(listed);
    for (const [name, why] of listed.invalid) this.#link.note('invalid_tool', toldInvalid(name, why));
    return listed.cuts;
  }

  #isCorrectable(call: Call, { bytes, outcome }: Message): boolean {
    if (!this.#link.saysHeaders || call.isCorrected || call.message.method !== 'tools/call') return false;
    const { start, end } = memberAt(bytes, outcome, 'code');
    return Number(decoder.decode(bytes.subarray(start, end))) === ERRORS.header_mismatch.code;
  }

  #correct(call: Call): void {
    call.isCorrected = true;
    this.#headers.forget();
    this.#afterList(call);
  }

  #afterList(call: Call): void {
    if (this.#waiting) return void this.#waiting.push(call);
    this.#waiting = [call];
    this.#list(undefined, this.#link.limits.pages);
  }

  /** @param cursor JSON text */
  #list(cursor: string | undefined, pagesLeft: number): void {
    const { wire, stamp } = this.#link;
    const number = wire.nextNumber;
    const from = cursor === undefined ? '' : `"cursor":${cursor},`;
    const done = (): void => this.#known();
    const answered = (page: Message): void => {
      if (page.kind === 'error') return done();
      const listed = readTools(page, true);
      this.#headers.learn(listed);
      if (listed.nextCursor === undefined || pagesLeft <= 1) done();
      else this.#list(listed.nextCursor, pagesLeft - 1);
    };
    const bytes = request(number, 'tools/list', `{${from}"_meta":{${stamp.text}}}`);
    wire.send(number, bytes, { method: 'tools/list', target: undefined }, { answered, failed: done });
  }

  /** The list is known, or cannot be: then the call goes without, and the server says what it thinks of that. */
  #known(): void {
    this.#headers.isKnown = true;
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const call of waiting) this.#send(call);
  }
}

function toldInvalid(name: string, why: string): string {
  const shown = /^[\w.-]{1,128}$/.test(name) ? ` "${name}"` : '';
  return `The tool${shown} is not offered, because its headers are not as they must be: ${why}`;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
