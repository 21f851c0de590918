/** A session with a server over HTTP+SSE: its stream, and the POSTs that are answered on it. */
import {
  type LinkContext,
  type LinkEvents,
  type Timer,
  UpstreamError,
  type UpstreamFault,
} from '../engine/ports.ts';
import type { SendFacts } from '../engine/ports-era.ts';
import { type Message, ownNumber } from '../protocol/message.ts';
import type { Shown } from './credentials.ts';
import type { LinkEnded, OpeningLink } from './network-driver.ts';
import { faultOf, sessionLost, tooManyConnections, type Trouble } from './network-faults.ts';
import type { Remote } from './network-remote.ts';
import { SsePost } from './sse-post.ts';
import { SseStream } from './sse-stream.ts';

/** Answers that came in the body of a POST and may come on the stream once more. */
const MOST_EARLY = 1_000;

export class SseLink implements OpeningLink {
  readonly remote: Remote;
  readonly shown: Shown | undefined;
  readonly opened: Promise<void>;
  readonly streamHeaders: readonly string[];
  readonly postHeaders: readonly string[];
  queued = 0;
  /** Whether the server has answered anything: then it knew the session. */
  hasAnswered = false;
  readonly #events: LinkEvents;
  readonly #context: LinkContext;
  readonly #onEnd: LinkEnded;
  readonly #stream: SseStream;
  readonly #posts = new Set<SsePost>();
  /** Requests that wait for their answer. */
  readonly #awaited = new Set<number>();
  readonly #early = new Set<number>();
  #opening: { resolve(): void; reject(error: UpstreamError): void } | undefined;
  #timer: Timer | undefined;
  #endpoint = '';
  #isPaused = false;
  #hasEnded = false;

  constructor(remote: Remote, events: LinkEvents, context: LinkContext, onEnd: LinkEnded) {
    this.remote = remote;
    this.shown = remote.shownOn(context);
    this.#events = events;
    this.#context = context;
    this.#onEnd = onEnd;
    const own = remote.headersFor(context);
    this.streamHeaders = ['accept', 'text/event-stream', 'cache-control', 'no-cache', ...own];
    this.postHeaders = ['accept', 'application/json', 'content-type', 'application/json', ...own];
    this.#stream = new SseStream(this);
    this.opened = new Promise((resolve, reject) => {
      this.#opening = { resolve, reject };
    });
    // Whoever opens it hears of it; nobody else needs to.
    this.opened.catch(() => {});
    this.#open();
  }

  #open(): void {
    const { slots, name, runtime, endpointMs } = this.remote;
    // A stream stays: the last places are for what is said to the servers of those that are open.
    if (slots.isScarce) return queueMicrotask(() => this.cut(tooManyConnections(name, slots.max), -1));
    this.#timer = runtime.after(endpointMs, () => this.cut(this.#noEndpoint(), this.#stream.round));
    this.#stream.open();
  }

  // ------------------------------------------------------------------------------------- what we are asked

  send(bytes: Uint8Array, number?: number, about?: SendFacts): void {
    if (this.#hasEnded) return;
    const post = new SsePost(this, bytes, number);
    this.#posts.add(post);
    this.queued += bytes.length;
    if (number !== undefined) this.#awaited.add(number);
    if (this.#isPaused) post.pause();
    post.start(this.#endpoint, about?.trace);
  }

  abandon(number: number): void {
    this.#awaited.delete(number);
    this.#remember(number);
  }

  pause(): void {
    this.#isPaused = true;
    this.#stream.pause();
    for (const post of this.#posts) post.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#stream.resume();
    for (const post of this.#posts) post.resume();
  }

  async close(): Promise<void> {
    const message = `The link to the server "${this.remote.name}" was closed.`;
    // Told after the caller's own code, never from within it.
    await Promise.resolve();
    this.#end({ code: 'closed', message }, true);
  }

  // --------------------------------------------------------------------------------- what becomes of the stream

  /** The endpoint is known. @internal */
  found(target: string): void {
    this.#endpoint = target;
    this.#timer?.cancel();
    this.#opening?.resolve();
    this.#opening = undefined;
  }

  /** The stream ended, or could not be had. @internal */
  cut(trouble: Trouble, round: number): void {
    if (this.#hasEnded) return;
    this.remote.refusals.report(trouble.code, trouble.message);
    if (!this.hasAnswered) this.#notOpened(trouble, round);
    this.#end({ ...faultOf(trouble), unsent: this.#unsent() }, false);
  }

  #notOpened({ code, message }: Trouble, round: number): void {
    const { breaker } = this.remote;
    // What could not be reached was counted already; too many connections are our own doing.
    if (code === 'unreachable' || code === 'too-many-connections') return;
    if (['cut', 'http-status', 'bad-gateway', 'no-endpoint', 'busy'].includes(code)) {
      breaker.unreachable(round, message);
    } else breaker.refused(this.#context, message);
  }

  #noEndpoint(): Trouble {
    const { name, address, endpointMs } = this.remote;
    const message = `The server "${name}" named no endpoint within ${Math.round(endpointMs / 100) / 10} s; check that ${address.shown} is a stream of HTTP+SSE.`;
    return { code: 'no-endpoint', message };
  }

  // --------------------------------------------------------------------------------- what becomes of posts

  /** @internal */
  took(post: SsePost, status: number): void {
    if (status < 500) this.remote.breaker.reached();
    this.queued -= post.queued;
    post.queued = 0;
  }

  /** @internal */
  done(post: SsePost): void {
    if (this.#posts.delete(post)) this.queued -= post.queued;
  }

  /** There will be no answer. @internal */
  failed(post: SsePost, trouble: Trouble, isUnsent: boolean): void {
    this.done(post);
    if (this.#hasEnded) return;
    this.remote.refusals.report(trouble.code, trouble.message);
    this.remote.breaker.troubled(trouble.message);
    if (post.number === undefined || !this.#awaited.delete(post.number)) return;
    if (!this.hasAnswered) this.#notOpened(trouble, post.round);
    this.#events.failed(post.number, faultOf(trouble), isUnsent);
  }

  /** The server does not know the session any more, though the stream stands. @internal */
  lose(post: SsePost, isUnsent: boolean): void {
    if (this.#hasEnded) return;
    const unsent = this.#unsent();
    if (post.number !== undefined && isUnsent) unsent.add(post.number);
    this.#end({ ...faultOf(sessionLost(this.remote.name)), unsent }, false);
  }

  /** Numbers of what was not given to the network yet. */
  #unsent(): Set<number> {
    const unsent = new Set<number>();
    for (const { wasSent, number } of this.#posts) if (!wasSent && number !== undefined) unsent.add(number);
    return unsent;
  }

  // ---------------------------------------------------------------------------------------- what was said

  /** On the stream. @internal */
  heard(message: Message): void {
    if (this.#hasEnded) return;
    if (message.kind === 'response' || message.kind === 'error') {
      const number = ownNumber(message.bytes, message.id);
      if (this.#early.delete(number)) return;
      this.#awaited.delete(number);
      this.#answered();
    }
    this.#events.message(message);
  }

  /** The answer came in the body of its POST; once more on the stream, it means nothing. @internal */
  heardInBody(message: Message, number: number): void {
    if (this.#hasEnded || !this.#awaited.delete(number)) return;
    this.#remember(number);
    this.#answered();
    this.#events.message(message, number);
  }

  #remember(number: number): void {
    this.#early.add(number);
    if (this.#early.size <= MOST_EARLY) return;
    for (const oldest of this.#early) return void this.#early.delete(oldest);
  }

  #answered(): void {
    if (this.hasAnswered) return;
    this.hasAnswered = true;
    this.remote.breaker.opened(this.#context);
  }

  #end(fault: UpstreamFault, isWanted: boolean): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#timer?.cancel();
    this.#stream.cancel();
    for (const post of this.#posts) post.cancel();
    this.#posts.clear();
    this.#awaited.clear();
    this.#early.clear();
    this.queued = 0;
    const opening = this.#opening;
    this.#opening = undefined;
    this.#onEnd(this, fault, isWanted || opening !== undefined);
    if (opening) opening.reject(new UpstreamError(fault));
    else this.#events.closed(fault);
  }
}
