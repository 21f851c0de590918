/** One message to a legacy server over Streamable HTTP: a stream that is cut is taken up again where it can be. */
import type { TraceTexts } from '../protocol/trace-context.ts';
import { Comeback, lastEventIdHeader } from './network-comeback.ts';
import { resumeFailed, type Trouble } from './network-faults.ts';
import { hasForgotten, judge, type Refusal } from './network-refusal.ts';
import type { StreamableLink } from './streamable-link.ts';
import { NOTE_SILENCE_MS, Posting } from './streamable-posting.ts';
import { withTrace } from './trace-headers.ts';

/** Tries to take up a stream that was cut, before its call is given up. */
const MOST_RESUMPTIONS = 5;

export class Post extends Posting {
  readonly #link: StreamableLink;
  readonly #trace: TraceTexts | undefined;
  #comeback: Comeback | undefined;
  #isResuming = false;

  constructor(link: StreamableLink, bytes: Uint8Array, number: number | undefined, trace?: TraceTexts) {
    super(link, bytes, number);
    this.#link = link;
    this.#trace = trace;
  }

  protected override start(): void {
    const { target } = this.#link;
    const headers = withTrace(this.#link.handshake.postHeaders, this.#trace);
    const silenceMs = this.number === undefined ? NOTE_SILENCE_MS : this.remote.silenceMs;
    const request = { method: 'POST', target, headers, body: this.bytes, silenceMs } as const;
    this.ask(request, this.number === undefined);
  }

  protected override refusedWith(refusal: Refusal): void {
    const { remote, number, status } = this;
    const { session, version } = this.#link.handshake;
    if (hasForgotten(refusal, version)) return this.#link.lose(this, !this.#isResuming);
    const hasSession = session !== undefined;
    const verdict = judge(remote, refusal, hasSession, number);
    // What was to be taken up had been sent long before.
    if (verdict === 'session-lost') return this.#link.lose(this, !this.#isResuming);
    if (verdict === 'session-doubtful') return this.#link.lose(this, false);
    if (this.#isResuming) {
      const trouble = resumeFailed(remote.name, status);
      return status >= 500 ? this.cut(true, trouble) : this.fail(trouble, false);
    }
    if ('code' in verdict) return this.fail(verdict, false);
    this.answerWith(verdict);
  }

  protected override told(): void {
    this.#comeback?.told();
  }

  /** It is taken up where that can be, else the call is lost. */
  protected override cutShort(isFailure: boolean, trouble: Trouble): void {
    const { lastEventId: last = '', retryMs } = this.reader ?? {};
    const lastEventId = lastEventIdHeader(last);
    this.#comeback ??= new Comeback(MOST_RESUMPTIONS);
    const wait = lastEventId === undefined ? undefined : this.#comeback.next(retryMs, isFailure);
    if (wait === undefined) return this.fail(trouble, false);
    this.timer = this.remote.runtime.after(wait, () => this.#resume(lastEventId as string));
  }

  #resume(lastEventId: string): void {
    const { target } = this.#link;
    const { getHeaders } = this.#link.handshake;
    const headers = [...getHeaders, 'last-event-id', lastEventId];
    this.#isResuming = true;
    this.again();
    this.ask({ method: 'GET', target, headers, silenceMs: this.remote.silenceMs }, false);
  }
}
