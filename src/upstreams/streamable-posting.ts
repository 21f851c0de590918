/** One message on its way in a POST, and what the server says in answer to it: what both eras have in common. */
import type { ErrorWord } from '../protocol/errors.ts';
import { type Message, ownNumber } from '../protocol/message.ts';
import { Pieces } from '../protocol/pieces.ts';
import { SseReader, type SseListener } from '../protocol/sse-reader.ts';
import type { Hearing } from './intake.ts';
import { instead, lostId } from './lost-answers.ts';
import { headerOf, type HttpFailure, type HttpHeaders } from './network-caller.ts';
import { brokenConnection, encodingOf, isJson, noAnswer, type Trouble, typeOf } from './network-faults.ts';
import { MAX_REFUSAL_BYTES, type Refusal, REFUSAL_MS } from './network-refusal.ts';
import { type Reach, RemoteRequest } from './network-request.ts';

/** What the body at hand is. */
type Mode = 'none' | 'json' | 'events' | 'empty' | 'refusal';

/** What a notification is answered with comes at once, or nobody misses it. */
export const NOTE_SILENCE_MS = 30_000;

/** The link that posts. */
export interface Poster extends Reach {
  /** Where to ask: the configured place, or the one it was moved to. */
  target: string;
  /** The head of its answer is there. */
  took(post: Posting, status: number, headers: HttpHeaders): void;
  heard(message: Message, post: Posting): void;
  /** It has its answer; its connection may linger. */
  linger(post: Posting): void;
  /** Nothing more comes of it. */
  done(post: Posting): void;
  /** There will be no answer. */
  failed(post: Posting, trouble: Trouble, isUnsent: boolean): void;
}

export abstract class Posting extends RemoteRequest implements Hearing, SseListener {
  /** Our id of the request; undefined for notifications and answers. */
  readonly number: number | undefined;
  /** Bytes that the server has not taken yet. */
  queued: number;
  protected bytes: Uint8Array | undefined;
  protected status = 0;
  protected reader: SseReader | undefined;
  protected timer: { cancel(): void } | undefined;
  protected isAnswered = false;
  protected isAbandoned = false;
  protected isOver = false;
  readonly #link: Poster;
  #mode: Mode = 'none';
  #headers: HttpHeaders = {};
  #body: Pieces | undefined;
  /** Something went by that could not be taken: perhaps its answer. */
  #lost: { readonly word: ErrorWord; readonly why: string } | undefined;

  constructor(link: Poster, bytes: Uint8Array, number: number | undefined) {
    super(link);
    this.#link = link;
    this.bytes = bytes;
    this.queued = bytes.length;
    this.number = number;
  }

  protected abstract start(): void;
  /** The stream ended before the answer came. @param isFailure it broke, in place of ending in good order */
  protected abstract cutShort(isFailure: boolean, trouble: Trouble): void;
  /** The whole of an answer that is no message in good order. */
  protected abstract refusedWith(refusal: Refusal): void;
  /** The stream told something. */
  protected told(): void {}

  /** Sends it; while the server is known to be away that is told in its place, and not from within `send`. */
  begin(isPaused: boolean): void {
    if (isPaused) this.pause();
    const { breaker } = this.remote;
    const fault = breaker.admit();
    if (!fault) return this.start();
    const { isGone } = breaker;
    queueMicrotask(() => {
      if (this.isOver) return;
      this.over();
      this.#link.failed(this, { ...fault, isGone }, true);
    });
  }

  /** Nobody waits for the answer any more. */
  abandon(): void {
    this.isAbandoned = true;
  }

  /** Whether the server has not said a word to it. */
  get isOpen(): boolean {
    return this.#mode === 'none' && !this.isOver;
  }

  /** Ends it without another word. */
  override cancel(): void {
    this.isOver = true;
    this.timer?.cancel();
    super.cancel();
  }

  // ------------------------------------------------------------------------------------------- the answer

  protected override moved(target: string): void {
    // For as long as the link lives; the next one asks at the configured address again.
    this.#link.target = target;
  }

  /** It is asked for once more. */
  protected again(): void {
    this.#mode = 'none';
  }

  protected override answered(status: number, headers: HttpHeaders): void {
    this.bytes = undefined;
    this.status = status;
    this.#headers = headers;
    this.#mode = this.#modeOf(status, headers);
    // Before what it means: a session that is named here is named from now on.
    this.#link.took(this, status, headers);
    if (this.#mode === 'refusal') this.timer = this.remote.runtime.after(REFUSAL_MS, () => this.#refusal());
    if (this.#mode === 'events') this.#listen();
    else if (this.#mode !== 'empty') this.#body = new Pieces();
    // Nothing comes of it, yet some servers hold it open.
    if (this.number === undefined) this.#link.linger(this);
  }

  #modeOf(status: number, headers: HttpHeaders): Mode {
    if (status < 200 || status > 299) return 'refusal';
    if (encodingOf(headers) !== undefined && !this.remote.caller.decodes) return 'refusal';
    const type = typeOf(headers);
    if (type === 'text/event-stream') return 'events';
    if (status === 202 || status === 204 || headerOf(headers, 'content-length') === '0') return 'empty';
    // Whatever a notification is answered with has no meaning.
    if (isJson(headers)) return 'json';
    return this.number === undefined ? 'empty' : 'refusal';
  }

  #listen(): void {
    const { lastEventId = '', retryMs } = this.reader ?? {};
    this.reader = new SseReader(this.remote.limits.bytes, this);
    this.reader.lastEventId = lastEventId;
    this.reader.retryMs = retryMs;
  }

  override data(chunk: Uint8Array): void {
    if (this.passes(chunk) || this.isOver) return;
    if (this.#mode === 'events') return this.reader?.push(chunk);
    const body = this.#body;
    if (!body) return;
    if (this.#mode === 'refusal') {
      // What is longer than any error is not read.
      if (body.size < MAX_REFUSAL_BYTES) body.add(chunk);
      else this.#refusal();
      return;
    }
    body.add(chunk);
    if (body.size > this.remote.limits.bytes) this.#tooLong();
  }

  protected override ended(): void {
    if (this.isOver) return;
    switch (this.#mode) {
      case 'json':
        this.remote.intake.take((this.#body as Pieces).take(), this);
        return this.#finish('ended its answer');
      case 'events':
        return this.cut(false, noAnswer(this.remote.name, 'ended the stream of a call'));
      case 'refusal':
        return this.#refusal();
      default:
        return this.#finish(`took a request with ${this.status}`);
    }
  }

  protected override broke(failure: HttpFailure): void {
    if (this.isOver) return;
    if (this.#mode === 'refusal') return this.#refusal();
    const trouble = brokenConnection(this.remote.name, this.remote.address, failure);
    if (failure.isUnsent) {
      this.remote.breaker.unreachable(this.round, trouble.message, trouble.isGone);
    }
    if (this.reader) return this.cut(true, trouble);
    this.fail(trouble, failure.isUnsent);
  }

  protected override refused(trouble: Trouble, isUnsent: boolean): void {
    if (!this.isOver) this.fail(trouble, isUnsent);
  }

  /** Over: in good order where the answer was there. */
  #finish(how: string): void {
    this.#tellLost();
    if (this.number === undefined || this.isAnswered || this.isAbandoned) return this.over();
    this.fail(noAnswer(this.remote.name, how), false);
  }

  protected over(): void {
    this.isOver = true;
    this.#link.done(this);
  }

  /** Also for what is no message of ours: what went wrong is told to whoever runs the gateway. */
  protected fail(trouble: Trouble, isUnsent: boolean): void {
    this.cancel();
    this.#link.done(this);
    if (this.isAnswered || this.isAbandoned) return;
    if (!(this.isTrial && trouble.isRefusal)) {
      this.remote.refusals.report(trouble.code, trouble.message);
      this.remote.breaker.troubled(trouble.message);
    }
    this.#link.failed(this, trouble, isUnsent);
  }

  #refusal(): void {
    this.timer?.cancel();
    const body = (this.#body as Pieces).take();
    super.cancel();
    this.refusedWith({ status: this.status, headers: this.#headers, body });
  }

  /** The server's own error is the answer, whatever the status it came with. */
  /** It only asks whether it is understood: that it is not is no news to whoever runs the gateway. */
  protected get isTrial(): boolean {
    return false;
  }

  protected answerWith(error: Message): void {
    const { name, refusals } = this.remote;
    if (!this.isTrial)
      refusals.report('http-status', `The server "${name}" answered ${this.status} with an error.`);
    this.message(error);
    this.over();
  }

  #tooLong(): void {
    super.cancel();
    this.#lost = this.#tooLargeWords();
    this.#finish('');
  }

  protected cut(isFailure: boolean, trouble: Trouble): void {
    this.#tellLost();
    if (this.number === undefined || this.isAnswered || this.isAbandoned) return this.over();
    this.cutShort(isFailure, trouble);
  }

  // ------------------------------------------------------------------------------------ a stream of events

  event(type: string, data: readonly Uint8Array[]): void {
    if (this.isOver) return;
    this.told();
    if (type === 'message') this.remote.intake.take(data, this);
  }

  tooLarge(head: Uint8Array, tail: Uint8Array): void {
    const { bytes } = this.remote.limits;
    const message = `An event of more than ${bytes} bytes was dropped; raise maxMessageBytes of the server.`;
    this.remote.refusals.report('event_too_large', message);
    this.#lost = this.#tooLargeWords();
    if (lostId(head, tail) === String(this.number)) this.#tellLost();
  }

  #tooLargeWords(): { word: ErrorWord; why: string } {
    const { bytes } = this.remote.limits;
    return {
      word: 'answer_too_large',
      why: `The answer of the server was larger than ${bytes} bytes and was dropped.`,
    };
  }

  /** What could not be taken was the answer, as far as can be known. */
  #tellLost(): void {
    if (!this.#lost || this.number === undefined || this.isAnswered) return;
    this.message(instead(String(this.number), this.#lost.word, this.#lost.why));
  }

  fieldTooLong(): void {
    this.remote.refusals.report('field_too_long', 'A field of an event that is longer than any was dropped.');
  }

  // ---------------------------------------------------------------------------------------- what was said

  message(message: Message): void {
    if (message.kind === 'response' || message.kind === 'error') {
      if (this.number === ownNumber(message.bytes, message.id)) {
        if (this.isAnswered) return;
        this.isAnswered = true;
        if (this.#mode === 'events') this.#link.linger(this);
        if (this.isAbandoned) return;
      }
    }
    this.#link.heard(message, this);
  }

  bad(_word: ErrorWord, why: string, bytes: Uint8Array, id?: string): void {
    this.#lost = { word: 'upstream_bad_answer', why: `The answer of the server was dropped: ${why}` };
    this.rest();
    // What else comes may still be the answer, unless it is known that this was it.
    if ((id ?? lostId(bytes, bytes)) === String(this.number)) this.#tellLost();
  }
}
