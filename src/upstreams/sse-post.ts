/** One message to a server over HTTP+SSE; its answer comes on the stream. */
import type { ErrorWord } from '../protocol/errors.ts';
import { type Message, ownNumber } from '../protocol/message.ts';
import { joined, Pieces } from '../protocol/pieces.ts';
import type { TraceTexts } from '../protocol/trace-context.ts';
import type { Hearing } from './intake.ts';
import type { HttpFailure, HttpHeaders } from './network-caller.ts';
import { brokenConnection, isJson, type Trouble } from './network-faults.ts';
import { judge, MAX_REFUSAL_BYTES, REFUSAL_MS } from './network-refusal.ts';
import { RemoteRequest } from './network-request.ts';
import type { SseLink } from './sse-link.ts';
import { withTrace } from './trace-headers.ts';

/** A POST is taken at once, whatever the call needs. */
const TAKEN_MS = 60_000;

export class SsePost extends RemoteRequest implements Hearing {
  readonly number: number | undefined;
  /** Bytes that the server has not taken yet. */
  queued: number;
  readonly #link: SseLink;
  #bytes: Uint8Array | undefined;
  #status = 0;
  #headers: HttpHeaders = {};
  /** A body that may mean something. */
  #body: Pieces | undefined;
  #timer: { cancel(): void } | undefined;

  constructor(link: SseLink, bytes: Uint8Array, number: number | undefined) {
    super(link);
    this.#link = link;
    this.#bytes = bytes;
    this.queued = bytes.length;
    this.number = number;
  }

  start(target: string, trace?: TraceTexts): void {
    const headers = withTrace(this.#link.postHeaders, trace);
    this.ask({ method: 'POST', target, headers, body: this.#bytes, silenceMs: TAKEN_MS }, true);
  }

  protected override answered(status: number, headers: HttpHeaders): void {
    this.#bytes = undefined;
    this.#status = status;
    this.#headers = headers;
    this.#link.took(this, status);
    // Some servers answer here, too, or here alone.
    if (!this.#isTaken || isJson(headers)) this.#body = new Pieces();
    if (!this.#isTaken) this.#timer = this.remote.runtime.after(REFUSAL_MS, () => this.#stopReading());
  }

  get #isTaken(): boolean {
    return this.#status >= 200 && this.#status < 300;
  }

  override data(chunk: Uint8Array): void {
    if (this.passes(chunk) || !this.#body) return;
    this.#body.add(chunk);
    if (this.#body.size <= (this.#isTaken ? this.remote.limits.bytes : MAX_REFUSAL_BYTES)) return;
    if (this.#isTaken) this.#body = undefined;
    this.#stopReading();
  }

  #stopReading(): void {
    super.cancel();
    this.ended();
  }

  override cancel(): void {
    this.#timer?.cancel();
    super.cancel();
  }

  protected override ended(): void {
    this.#timer?.cancel();
    const body = this.#body?.take() ?? [];
    if (!this.#isTaken) return this.#refusal(body);
    this.#link.done(this);
    if (this.number !== undefined && body.length > 0 && !isReceipt(body)) this.remote.intake.take(body, this);
  }

  protected override broke(failure: HttpFailure): void {
    // What was taken is answered on the stream, whatever becomes of this.
    if (this.#isTaken) return this.#link.done(this);
    if (this.#status > 0) return this.ended();
    const trouble = brokenConnection(this.remote.name, this.remote.address, failure);
    if (failure.isUnsent) this.remote.breaker.unreachable(this.round, trouble.message, trouble.isGone);
    this.#link.failed(this, trouble, failure.isUnsent);
  }

  protected override refused(trouble: Trouble, isUnsent: boolean): void {
    this.#link.failed(this, trouble, isUnsent);
  }

  #refusal(body: readonly Uint8Array[]): void {
    const answer = { status: this.#status, headers: this.#headers, body };
    const verdict = judge(this.remote, answer, this.#link.hasAnswered, this.number);
    if (verdict === 'session-lost') return this.#link.lose(this, true);
    if (verdict === 'session-doubtful') return this.#link.lose(this, false);
    if ('code' in verdict) return this.#link.failed(this, verdict, false);
    this.#link.done(this);
    this.#link.heardInBody(verdict, this.number as number);
  }

  message(message: Message): void {
    const isAnswer = message.kind === 'response' || message.kind === 'error';
    if (isAnswer && ownNumber(message.bytes, message.id) === this.number) {
      this.#link.heardInBody(message, this.number);
    }
  }

  /** The stream may still tell the answer. */
  bad(_word: ErrorWord, _why: string): void {}
}

/** Bytes of `{"status":"accepted"}` and the like at most. */
const RECEIPT_BYTES = 512;

/** Whether a body only says that the message was taken. */
function isReceipt(body: readonly Uint8Array[]): boolean {
  const size = body.reduce((sum, { length }) => sum + length, 0);
  return size <= RECEIPT_BYTES && !new TextDecoder().decode(joined(body)).includes('"jsonrpc"');
}
