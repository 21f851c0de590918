/** A session with a server over Streamable HTTP. */
import type { LinkContext, LinkEvents, Timer, UpstreamFault, UpstreamLink } from '../engine/ports.ts';
import { type Message, ownNumber, readMessage } from '../protocol/message.ts';
import { outcomeOf } from '../protocol/long.ts';
import { type HttpHeaders, headerOf } from './network-caller.ts';
import { faultOf, sessionLost, type Trouble } from './network-faults.ts';
import { Lingering } from './network-lingering.ts';
import type { Site } from './network-site.ts';
import { Goodbye } from './streamable-goodbye.ts';
import { Post } from './streamable-post.ts';
import { Standing } from './streamable-standing.ts';

/** How long others that are under way may take to be told, too, that the session is lost. */
const LOSS_MS = 250;
/** How long `notifications/initialized` may take before what follows goes out. */
const INITIALIZED_MS = 5_000;

export interface LinkOptions {
  /** Called once when the link ended and before `closed` is told. @param isWanted whether it was closed by us */
  readonly onEnd: (fault: UpstreamFault, isWanted: boolean) => void;
}

export class StreamableLink implements UpstreamLink {
  readonly site: Site;
  /** Where to ask: the configured place, or the one it was moved to. */
  target: string;
  /** As the server named it; undefined where it keeps none. */
  session: string | undefined;
  postHeaders: readonly string[] = [];
  getHeaders: readonly string[] = [];
  queued = 0;
  readonly #events: LinkEvents;
  readonly #context: LinkContext;
  readonly #options: LinkOptions;
  readonly #own: readonly string[];
  readonly #posts = new Set<Post>();
  readonly #byNumber = new Map<number, Post>();
  readonly #lingering: Lingering<Post>;
  #hello: Post | undefined;
  #standing: Standing | undefined;
  /** `notifications/initialized`, and what waits for it: a server may refuse whatever comes before. */
  #initialized: Post | undefined;
  #held: Post[] | undefined;
  #holdTimer: Timer | undefined;
  #lossTimer: Timer | undefined;
  /** Numbers of what the server refused because it has lost the session; set once it has. */
  #unsent: Set<number> | undefined;
  #isPaused = false;
  #hasEnded = false;

  constructor(site: Site, events: LinkEvents, context: LinkContext, options: LinkOptions) {
    this.site = site;
    this.target = site.address.target;
    this.#events = events;
    this.#context = context;
    this.#options = options;
    this.#own = site.headersFor(context);
    this.#lingering = new Lingering(site.runtime, (post) => this.#cut(post));
    this.#setHeaders();
  }

  // ------------------------------------------------------------------------------------- what we are asked

  send(bytes: Uint8Array, number?: number): void {
    if (this.#hasEnded) return;
    if (this.#unsent) {
      if (number !== undefined) this.#unsent.add(number);
      return;
    }
    const post = new Post(this, bytes, number);
    this.#posts.add(post);
    this.queued += bytes.length;
    if (number !== undefined) this.#byNumber.set(number, post);
    this.#hello ??= post;
    if (this.#held) this.#held.push(post);
    else this.#start(post);
    if (this.#initialized === undefined && number === undefined && isInitialized(bytes)) this.#hold(post);
  }

  /** @param number our id of a request whose answer nobody waits for any more */
  abandon(number: number): void {
    const post = this.#byNumber.get(number);
    if (!post) return;
    post.abandon();
    if (post.isSent) return this.#lingering.add(post);
    this.#held = this.#held?.filter((held) => held !== post);
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
    const { session, site } = this;
    const isLost = this.#unsent !== undefined || this.#hasEnded;
    const message = `The link to the server "${site.name}" was closed.`;
    // Told after the caller's own code, never from within it.
    queueMicrotask(() => this.#end({ code: 'closed', message }, true));
    if (session !== undefined && !isLost) await new Goodbye(site, this.target, this.getHeaders).said;
  }

  #start(post: Post): void {
    if (this.#isPaused) post.pause();
    const fault = this.site.breaker.fault;
    if (!fault) return post.start();
    // Not from within `send`.
    queueMicrotask(() => {
      if (!this.#posts.has(post)) return;
      this.done(post);
      this.failed(post, fault, true);
    });
  }

  // ---------------------------------------------------------------------------------- what becomes of posts

  /** The head of its answer is there. @internal */
  took(post: Post, status: number, headers: HttpHeaders): void {
    this.site.breaker.reached();
    this.queued -= post.queued;
    post.queued = 0;
    if (post === this.#hello && status < 300) this.#named(headerOf(headers, 'mcp-session-id'));
    if (post === this.#initialized) this.#release(true);
  }

  /** @internal */
  heard(message: Message, post: Post | undefined): void {
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
    if (this.#unsent && !this.#isAwaiting) this.#endLost();
  }

  /** There will be no answer. @internal */
  failed(post: Post, trouble: Trouble, isUnsent: boolean): void {
    if (post === this.#initialized) this.#release(true);
    if (this.#hasEnded || post.number === undefined) return;
    if (post === this.#hello) this.#notOpened(trouble.code, trouble.message, post.round);
    this.#events.failed(post.number, faultOf(trouble), isUnsent);
  }

  /**
   * The server does not know the session any more: others that are under way will be told the same in a moment.
   * @param isUnsent whether the server refused what this one sent for it
   * @internal
   */
  lose(post: Post | undefined, isUnsent: boolean): void {
    if (this.#hasEnded) return;
    if (!this.#unsent) {
      this.#unsent = new Set();
      this.#standing?.cancel();
      for (const held of this.#held ?? []) if (held.number !== undefined) this.#unsent.add(held.number);
      for (const waiting of this.#posts) {
        if (!waiting.isSent && waiting !== post && waiting.number !== undefined && waiting.isOpen) {
          this.#unsent.add(waiting.number);
          waiting.cancel();
          this.#posts.delete(waiting);
        }
      }
      this.#lossTimer = this.site.runtime.after(LOSS_MS, () => this.#endLost());
    }
    if (post?.number !== undefined && isUnsent) this.#unsent.add(post.number);
    if (post) this.done(post);
    else if (!this.#isAwaiting) this.#endLost();
  }

  /** Whether the server has not answered something yet. */
  get #isAwaiting(): boolean {
    for (const post of this.#posts) if (post.isOpen) return true;
    return false;
  }

  #endLost(): void {
    this.#end({ ...faultOf(sessionLost(this.site.name)), unsent: this.#unsent }, false);
  }

  #cut(post: Post): void {
    post.cancel();
    this.done(post);
  }

  #end(fault: UpstreamFault, isWanted: boolean): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#holdTimer?.cancel();
    this.#lossTimer?.cancel();
    this.#lingering.clear();
    this.#standing?.cancel();
    for (const post of this.#posts) post.cancel();
    this.#posts.clear();
    this.#byNumber.clear();
    this.#held = undefined;
    this.queued = 0;
    this.#options.onEnd(fault, isWanted);
    this.#events.closed(fault);
  }

  // ------------------------------------------------------------------------------------------ the handshake

  #named(session: string | undefined): void {
    if (session === undefined) return;
    if (SESSION.test(session)) this.session = session;
    else {
      const message = `The server "${this.site.name}" named its session in a way that no header can carry.`;
      this.site.refusals.report('bad-session-id', message);
    }
    this.#setHeaders();
  }

  #greeted(hello: Post, message: Message): void {
    if (ownNumber(message.bytes, message.id) !== hello.number) return;
    this.site.breaker.opened(this.#context);
    this.#setHeaders(versionIn(message));
  }

  #notOpened(code: string, message: string, round: number): void {
    const { breaker } = this.site;
    // A connection that could not be made was counted already.
    if (code === 'cut' || code === 'silent' || code === 'http-status') breaker.unreachable(round, message);
    else if (code !== 'unreachable' && code !== 'backoff') breaker.refused(this.#context, message);
  }

  #setHeaders(version?: string): void {
    const named = this.session === undefined ? [] : ['mcp-session-id', this.session];
    const versioned = version === undefined ? [] : ['mcp-protocol-version', version];
    const own = [...this.#own, ...named, ...versioned];
    this.getHeaders = ['accept', 'text/event-stream', ...own];
    this.postHeaders = ['accept', BOTH, 'content-type', 'application/json', ...own];
  }

  #hold(post: Post): void {
    this.#initialized = post;
    this.#held = [];
    this.#holdTimer = this.site.runtime.after(INITIALIZED_MS, () => this.#release(false));
  }

  /** The server knows that we are ready: what waited goes out. @param isTaken whether it said so */
  #release(isTaken: boolean): void {
    const held = this.#held;
    if (!held) return;
    this.#held = undefined;
    this.#holdTimer?.cancel();
    if (this.#hasEnded) return;
    if (isTaken || !this.#standing) {
      this.#standing = new Standing(this);
      if (this.#isPaused) this.#standing.pause();
      this.#standing.open();
    }
    for (const post of held) this.#start(post);
  }
}

const BOTH = 'application/json, text/event-stream';
/** MCP 2025-03-26, session management: visible ASCII. */
const SESSION = /^[\x21-\x7e]{1,1024}$/;
/** Versions are dates; what is none is not repeated to the server. */
const VERSION = /^[\w.-]{1,40}$/;

function isInitialized(bytes: Uint8Array): boolean {
  return readMessage(bytes).method === 'notifications/initialized';
}

/** The version that the server chose. */
function versionIn(message: Message): string | undefined {
  try {
    const result = JSON.parse(new TextDecoder().decode(outcomeOf(message))) as {
      protocolVersion?: unknown;
    } | null;
    const version = result?.protocolVersion;
    return typeof version === 'string' && VERSION.test(version) ? version : undefined;
  } catch {
    return undefined;
  }
}
