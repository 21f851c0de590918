/** The standing stream of a session: what the server says by itself, without a call it belongs to. */
import type { Message } from '../protocol/message.ts';
import { Pieces } from '../protocol/pieces.ts';
import type { HttpFailure, HttpHeaders } from './network-caller.ts';
import { Comeback, lastEventIdHeader } from './network-comeback.ts';
import { EventRequest } from './network-events.ts';
import { encodingOf, type Trouble, typeOf } from './network-faults.ts';
import { judge, MAX_REFUSAL_BYTES } from './network-refusal.ts';
import type { StreamableLink } from './streamable-link.ts';

/** So often in a row it is asked for as if it might be had in a moment; then seldom. */
const MOST_FAILURES = 20;
const SELDOM_MS = 60_000;

/** An answer that is no stream, as far as it has come. */
interface Denied {
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly body: Pieces;
}

export class Standing extends EventRequest {
  readonly #link: StreamableLink;
  readonly #comeback = new Comeback(MOST_FAILURES);
  #lastEventId = '';
  #retryMs: number | undefined;
  /** Whether there was such a stream before: then a server that has none any more has lost the session. */
  #wasOpen = false;
  #refusal: Denied | undefined;
  #isDenied = false;
  #isReady = false;
  /** It was told that it cannot be had. */
  #isSeldom = false;
  #timer: { cancel(): void } | undefined;
  #isOver = false;

  constructor(link: StreamableLink) {
    super(link);
    this.#link = link;
  }

  open(): void {
    const { slots } = this.remote;
    // What stays must not take the last places from calls.
    if (slots.isScarce) {
      this.#report(`has no place for it among its ${slots.max} connections; raise maxConnections`);
      return this.#later(false);
    }
    const { target } = this.#link;
    const { getHeaders } = this.#link.handshake;
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
    if (isStream && (encodingOf(headers) === undefined || this.remote.caller.decodes)) {
      this.#wasOpen = true;
      this.#isSeldom = false;
      const reader = this.listen();
      reader.lastEventId = this.#lastEventId;
      reader.retryMs = this.#retryMs;
      return this.#link.listened();
    }
    this.#refusal = { status, headers, body: new Pieces() };
    if (status >= 300) return;
    // Whatever it is may never end.
    super.cancel();
    this.ended();
  }

  override data(chunk: Uint8Array): void {
    const body = this.#refusal?.body;
    if (!body) return super.data(chunk);
    body.add(chunk);
    if (body.size <= MAX_REFUSAL_BYTES) return;
    super.cancel();
    this.ended();
  }

  protected override ended(): void {
    const refusal = this.#refusal;
    this.#refusal = undefined;
    if (this.#isOver) return;
    if (refusal) this.#denied(refusal);
    else this.#later(false);
  }

  #denied({ status, headers, body }: Denied): void {
    const { session } = this.#link.handshake;
    const verdict = judge(
      this.remote,
      { status, headers, body: body.take() },
      session !== undefined,
      undefined,
    );
    if (this.#wasOpen && verdict === 'session-lost') return this.#link.lose(undefined, false);
    if (status === 400 && this.#lastEventId !== '') {
      const message = `The server "${this.remote.name}" does not know the last event of its stream any more; what it said meanwhile is lost.`;
      this.remote.refusals.report('history-lost', message);
      this.#lastEventId = '';
      return this.#later(true);
    }
    // 409: it takes the stream before for open still.
    if (status >= 500 || status === 409 || status === 429) return this.#later(true);
    // 405 is how a server says that it has none. Others say it otherwise, or have one once we are ready.
    this.#isDenied = status !== 405;
    this.#link.listened();
    if (!this.#isReady || !this.#isDenied || status === 404) return;
    this.#report(`refuses it with ${status}`);
  }

  /** The server knows that we are ready: one that gave no stream before may give it now. */
  ready(): void {
    this.#isReady = true;
    if (this.#isDenied && !this.#isOver) this.open();
    this.#isDenied = false;
  }

  protected override broke(failure: HttpFailure): void {
    if (!this.#isOver) this.#later(failure.isUnsent || !this.reader);
  }

  protected override refused(trouble: Trouble): void {
    if (this.#isOver) return;
    this.remote.refusals.report(trouble.code, trouble.message);
    this.#later(true);
  }

  #later(isFailure: boolean): void {
    const { reader } = this;
    this.#lastEventId = reader?.lastEventId ?? this.#lastEventId;
    this.#retryMs = reader?.retryMs ?? this.#retryMs;
    this.reader = undefined;
    this.#refusal = undefined;
    this.#link.listened();
    const wait = this.#comeback.next(this.#retryMs, isFailure) ?? this.#seldom();
    this.#timer = this.remote.runtime.after(wait, () => this.open());
  }

  /** Told once; whoever listens must hear again when the server is well, so it is tried as long as the link lives. */
  #seldom(): number {
    if (!this.#isSeldom) this.#report(`failed to give it ${MOST_FAILURES} times in a row`);
    this.#isSeldom = true;
    return SELDOM_MS;
  }

  #report(why: string): void {
    const message = `There is no standing stream, as the server "${this.remote.name}" ${why}: what it says by itself is not heard.`;
    this.remote.refusals.report('no-stream', message);
    this.remote.breaker.troubled(message);
  }

  // ---------------------------------------------------------------------------------------- what was said

  event(type: string, data: readonly Uint8Array[]): void {
    if (this.#isOver) return;
    this.#comeback.told();
    if (type === 'message') this.remote.intake.take(data, this);
  }

  message(message: Message): void {
    if (!this.#isOver) this.#link.heard(message, undefined);
  }
}
