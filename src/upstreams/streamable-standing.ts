/** The standing stream of a session: what the server says by itself, without a call it belongs to. */
import type { ErrorWord } from '../protocol/errors.ts';
import type { Message } from '../protocol/message.ts';
import { SseReader, type SseListener } from '../protocol/sse-reader.ts';
import type { Hearing } from './intake.ts';
import type { HttpFailure, HttpHeaders } from './network-caller.ts';
import { Comeback, lastEventIdHeader } from './network-comeback.ts';
import { encodingOf, type Trouble, typeOf } from './network-faults.ts';
import { SiteRequest } from './network-request.ts';
import type { StreamableLink } from './streamable-link.ts';
import { instead, lostId } from './stdio-lost.ts';

/** A server that was restarted is found by the calls; a stream that nobody gives is not asked for any more. */
const MOST_FAILURES = 20;

export class Standing extends SiteRequest implements Hearing, SseListener {
  readonly #link: StreamableLink;
  readonly #comeback = new Comeback(MOST_FAILURES);
  #reader: SseReader | undefined;
  #lastEventId = '';
  #retryMs: number | undefined;
  /** Whether there was such a stream before: then a server that has none any more has lost the session. */
  #wasOpen = false;
  #timer: { cancel(): void } | undefined;
  #isOver = false;

  constructor(link: StreamableLink) {
    super(link.site);
    this.#link = link;
  }

  open(): void {
    // What stays must not take the last places from calls.
    if (this.site.slots.isScarce) return this.#later(true);
    const { target, getHeaders } = this.#link;
    const lastEventId = lastEventIdHeader(this.#lastEventId);
    const headers = lastEventId === undefined ? getHeaders : [...getHeaders, 'last-event-id', lastEventId];
    this.ask({ method: 'GET', target, headers, silenceMs: 0 }, false);
  }

  /** Ends it without another word. */
  override cancel(): void {
    this.#isOver = true;
    this.#timer?.cancel();
    super.cancel();
  }

  protected override answered(status: number, headers: HttpHeaders): void {
    const isStream = status === 200 && typeOf(headers) === 'text/event-stream';
    if (isStream && (encodingOf(headers) === undefined || this.site.caller.decodes)) {
      this.#wasOpen = true;
      this.#reader = new SseReader(this.site.limits.bytes, this);
      this.#reader.lastEventId = this.#lastEventId;
      this.#reader.retryMs = this.#retryMs;
      return;
    }
    super.cancel();
    this.#denied(status);
  }

  #denied(status: number): void {
    if (status === 404 && this.#wasOpen && this.#link.session !== undefined)
      return this.#link.lose(undefined, false);
    if (status === 400 && this.#lastEventId !== '') {
      const message = `The server "${this.site.name}" does not know the last event of its stream any more; what it said meanwhile is lost.`;
      this.site.refusals.report('history-lost', message);
      this.#lastEventId = '';
      return this.#later(true);
    }
    // 409: it takes the stream before for open still.
    if (status >= 500 || status === 409 || status === 429) return this.#later(true);
    this.#isOver = true;
    // 405 is how a server says that it has none; others say it otherwise.
    if (status === 405 || status === 404) return;
    const message = `The server "${this.site.name}" gives no standing stream (${status}): what it says by itself is not heard.`;
    this.site.refusals.report('no-stream', message);
  }

  override data(chunk: Uint8Array): void {
    if (!this.passes(chunk) && !this.#isOver) this.#reader?.push(chunk);
  }

  protected override ended(): void {
    if (!this.#isOver) this.#later(false);
  }

  protected override broke(failure: HttpFailure): void {
    if (!this.#isOver) this.#later(failure.isUnsent || !this.#reader);
  }

  protected override refused(trouble: Trouble): void {
    if (this.#isOver) return;
    this.site.refusals.report(trouble.code, trouble.message);
    this.#later(true);
  }

  #later(isFailure: boolean): void {
    const reader = this.#reader;
    this.#lastEventId = reader?.lastEventId ?? this.#lastEventId;
    this.#retryMs = reader?.retryMs ?? this.#retryMs;
    this.#reader = undefined;
    const wait = this.#comeback.next(this.#retryMs, isFailure);
    if (wait !== undefined) this.#timer = this.site.runtime.after(wait, () => this.open());
    else this.#isOver = true;
  }

  // ---------------------------------------------------------------------------------------- what was said

  event(type: string, data: readonly Uint8Array[]): void {
    if (this.#isOver) return;
    this.#comeback.told();
    if (type === 'message') this.site.intake.take(data, this);
  }

  tooLarge(head: Uint8Array, tail: Uint8Array): void {
    const { bytes } = this.site.limits;
    const message = `An event of more than ${bytes} bytes was dropped; raise maxMessageBytes of the server.`;
    this.site.refusals.report('event_too_large', message);
    const id = lostId(head, tail);
    const why = `The answer of the server was larger than ${bytes} bytes and was dropped.`;
    if (id !== undefined) this.message(instead(id, 'answer_too_large', why));
  }

  fieldTooLong(): void {
    this.site.refusals.report('field_too_long', 'A field of an event that is longer than any was dropped.');
  }

  message(message: Message): void {
    this.#link.heard(message, undefined);
  }

  bad(_word: ErrorWord, why: string, bytes: Uint8Array, quoted?: string): void {
    const id = quoted ?? lostId(bytes, bytes);
    if (id === undefined) return;
    this.message(instead(id, 'upstream_bad_answer', `The answer of the server was dropped: ${why}`));
  }
}
