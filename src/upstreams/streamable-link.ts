/** A session with a server over Streamable HTTP. */
import type { LinkContext, LinkEvents, Timer, UpstreamFault } from '../engine/ports.ts';
import type { SendFacts } from '../engine/ports-era.ts';
import { type Message, ownNumber } from '../protocol/message.ts';
import type { Shown } from './credentials.ts';
import type { HttpHeaders } from './network-caller.ts';
import type { LinkEnded, OpeningLink } from './network-driver.ts';
import { faultOf, sessionLost, type Trouble } from './network-faults.ts';
import { Lingering } from './network-lingering.ts';
import type { Remote } from './network-remote.ts';
import { Goodbye } from './streamable-goodbye.ts';
import { Post } from './streamable-post.ts';
import type { Poster, Posting } from './streamable-posting.ts';
import { Readiness } from './streamable-readiness.ts';
import { Handshake } from './streamable-session.ts';
import { Standing } from './streamable-standing.ts';

/** How long others that are under way may take to be told, too, that the session is lost. */
const LOSS_MS = 250;

/** The session is lost, which is told once all that is under way knows it. */
interface Loss {
  readonly why: Trouble;
  /** Numbers of what certainly was not carried out. */
  readonly unsent: Set<number>;
  readonly timer: Timer;
}

export class StreamableLink implements OpeningLink, Poster {
  /** Nothing is needed before the first message. */
  readonly opened = Promise.resolve();
  readonly remote: Remote;
  readonly shown: Shown | undefined;
  /** Where to ask: the configured place, or the one it was moved to. */
  target: string;
  readonly handshake: Handshake;
  queued = 0;
  readonly #events: LinkEvents;
  readonly #context: LinkContext;
  readonly #onEnd: LinkEnded;
  readonly #posts = new Set<Post>();
  readonly #byNumber = new Map<number, Post>();
  readonly #lingering: Lingering<Post>;
  readonly #readiness: Readiness;
  #hello: Post | undefined;
  #standing: Standing | undefined;
  #loss: Loss | undefined;
  #isPaused = false;
  #hasEnded = false;

  constructor(remote: Remote, events: LinkEvents, context: LinkContext, onEnd: LinkEnded) {
    this.remote = remote;
    this.shown = remote.shownOn(context);
    this.target = remote.address.target;
    this.#events = events;
    this.#context = context;
    this.#onEnd = onEnd;
    this.handshake = new Handshake(remote, remote.headersFor(context));
    this.#readiness = new Readiness({
      runtime: remote.runtime,
      start: (post) => this.#start(post),
      listen: () => this.#listen(),
      ready: () => this.#standing?.ready(),
    });
    this.#lingering = new Lingering(remote.runtime, (post) => this.#cut(post));
  }

  get isSessionless(): boolean {
    return this.handshake.session === undefined;
  }

  // ------------------------------------------------------------------------------------- what we are asked

  send(bytes: Uint8Array, number?: number, about?: SendFacts): void {
    if (this.#hasEnded) return;
    if (this.#loss) {
      if (number !== undefined) this.#loss.unsent.add(number);
      return;
    }
    const post = new Post(this, bytes, number, about?.trace);
    this.#posts.add(post);
    this.queued += bytes.length;
    if (number !== undefined) this.#byNumber.set(number, post);
    this.#hello ??= post;
    if (!this.#readiness.holds(post, bytes)) post.begin(this.#isPaused);
  }

  /** @param number our id of a request whose answer nobody waits for any more */
  abandon(number: number): void {
    const post = this.#byNumber.get(number);
    if (!post) return;
    post.abandon();
    if (post.wasSent) return this.#lingering.add(post);
    this.#cut(post);
  }

  pause(): void {
    this.#isPaused = true;
    this.#standing?.pause();
    for (const post of this.#posts) post.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#standing?.resume();
    for (const post of this.#posts) post.resume();
  }

  async close(): Promise<void> {
    const { remote } = this;
    const { session, getHeaders } = this.handshake;
    const isLost = this.#loss !== undefined || this.#hasEnded;
    const message = `The link to the server "${remote.name}" was closed.`;
    // Told after the caller's own code, never from within it.
    queueMicrotask(() => this.#end({ code: 'closed', message }, true));
    if (session !== undefined && !isLost) await new Goodbye(this, this.target, getHeaders).said;
  }

  #start(post: Post): void {
    // It may have been abandoned while it waited.
    if (this.#posts.has(post)) post.begin(this.#isPaused);
  }

  // ---------------------------------------------------------------------------------- what becomes of posts

  /** The head of its answer is there. @internal */
  took(post: Post, status: number, headers: HttpHeaders): void {
    if (status < 500) this.remote.breaker.reached();
    this.queued -= post.queued;
    post.queued = 0;
    if (post === this.#hello && status < 300) this.handshake.named(headers);
    this.#readiness.settled(post);
  }

  /** @internal */
  heard(message: Message, post: Posting | undefined): void {
    if (this.#hasEnded) return;
    if (post !== undefined && post === this.#hello && message.kind === 'response')
      this.#greeted(post, message);
    this.#events.message(message, post?.number);
  }

  /** It has its answer; its connection may linger. @internal */
  linger(post: Post): void {
    this.#lingering.add(post);
  }

  /** Nothing more comes of it. @internal */
  done(post: Post): void {
    if (!this.#posts.delete(post)) return;
    this.queued -= post.queued;
    if (post.number !== undefined) this.#byNumber.delete(post.number);
    this.#lingering.delete(post);
    // Not before it is known what became of it.
    if (this.#loss) queueMicrotask(() => this.#isAwaiting || this.#endLost());
  }

  /** There will be no answer. @internal */
  failed(post: Post, trouble: Trouble, isUnsent: boolean): void {
    this.#readiness.settled(post);
    if (this.#hasEnded) return;
    if (post === this.#hello) this.remote.notOpened(this.#context, trouble, post.round);
    else if (trouble.isGone) return this.lose(post, isUnsent, trouble);
    if (post.number !== undefined) this.#events.failed(post.number, faultOf(trouble), isUnsent);
  }

  /**
   * The session is lost: others that are under way will learn the same in a moment.
   * @param isUnsent whether what this one sent certainly was not carried out
   * @internal
   */
  lose(post: Post | undefined, isUnsent: boolean, why: Trouble = sessionLost(this.remote.name)): void {
    if (this.#hasEnded) return;
    this.#loss ??= this.#startLoss(why);
    const { unsent } = this.#loss;
    if (post?.number !== undefined && isUnsent) unsent.add(post.number);
    if (post) this.done(post);
    if (!this.#isAwaiting) this.#endLost();
  }

  #startLoss(why: Trouble): Loss {
    const unsent = new Set<number>();
    this.#readiness.close();
    this.#standing?.cancel();
    for (const post of this.#posts) {
      if (post.wasSent) continue;
      if (post.number !== undefined) unsent.add(post.number);
      post.cancel();
      this.#posts.delete(post);
    }
    return { why, unsent, timer: this.remote.runtime.after(LOSS_MS, () => this.#endLost()) };
  }

  /** Whether the server has not answered something yet. */
  get #isAwaiting(): boolean {
    for (const post of this.#posts) if (post.isOpen) return true;
    return false;
  }

  #endLost(): void {
    if (this.#loss) this.#end({ ...faultOf(this.#loss.why), unsent: this.#loss.unsent }, false);
  }

  #cut(post: Post): void {
    post.cancel();
    this.done(post);
  }

  #end(fault: UpstreamFault, isWanted: boolean): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#readiness.close();
    this.#loss?.timer.cancel();
    this.#lingering.clear();
    this.#standing?.cancel();
    for (const post of this.#posts) post.cancel();
    this.#posts.clear();
    this.#byNumber.clear();
    this.queued = 0;
    this.#onEnd(this, fault, isWanted);
    this.#events.closed(fault);
  }

  // ------------------------------------------------------------------------------------------ the handshake

  #greeted(hello: Posting, message: Message): void {
    if (ownNumber(message.bytes, message.id) !== hello.number) return;
    this.remote.breaker.opened(this.#context);
    this.handshake.greeted(message);
  }

  #listen(): void {
    this.#standing = new Standing(this);
    if (this.#isPaused) this.#standing.pause();
    this.#standing.open();
  }

  /** The standing stream is there, or will not be. @internal */
  listened(): void {
    this.#readiness.listened();
  }
}
