/**
 * The way to a modern server over HTTP: no session and no stream of its own, each message is a POST that says all about
 * itself, in headers, too.
 *
 * Source: MCP 2026-07-28, Streamable HTTP; SEP-2243 (headers), SEP-2663 (those of tasks).
 */
import type { LinkContext, LinkEvents, UpstreamFault } from '../engine/ports.ts';
import type { SendFacts } from '../engine/ports-era.ts';
import { MODERN_VERSION } from '../protocol/era.ts';
import { memberAt } from '../protocol/cuts.ts';
import { decodeString } from '../protocol/decode.ts';
import { ANY_SIZE, type Message, ownNumber, readMessage } from '../protocol/message.ts';
import { withTrace } from './trace-headers.ts';
import { encodeHeader } from '../protocol/param-headers.ts';
import { QUOTE } from '../protocol/text.ts';
import { ModernPost } from './modern-post.ts';
import type { Shown } from './credentials.ts';
import { isHeader } from './network.ts';
import type { HttpHeaders } from './network-caller.ts';
import type { LinkEnded, OpeningLink } from './network-driver.ts';
import { faultOf, type Trouble } from './network-faults.ts';
import { Lingering } from './network-lingering.ts';
import type { Remote } from './network-remote.ts';
import type { Poster } from './streamable-posting.ts';

/** Requests whose target is repeated in `Mcp-Name`. */
const NAMED: ReadonlySet<string> = new Set(['tools/call', 'resources/read', 'prompts/get']);
/** Requests whose task is. */
const TASKS: ReadonlySet<string> = new Set(['tasks/get', 'tasks/update', 'tasks/cancel']);

export class ModernLink implements OpeningLink, Poster {
  /** Nothing is needed before the first message. */
  readonly opened = Promise.resolve();
  readonly remote: Remote;
  readonly shown: Shown | undefined;
  target: string;
  queued = 0;
  /** Whether it only finds out how the server speaks. */
  readonly isProbe: boolean;
  readonly #events: LinkEvents;
  readonly #context: LinkContext;
  readonly #onEnd: LinkEnded;
  /** What every POST carries. */
  readonly #headers: readonly string[];
  readonly #posts = new Set<ModernPost>();
  readonly #byNumber = new Map<number, ModernPost>();
  readonly #lingering: Lingering<ModernPost>;
  /** The server has answered on this link. */
  #isProven = false;
  /** Until then the failure of one of them counts as that of the link. */
  #trial: ModernPost | undefined;
  #isPaused = false;
  #hasEnded = false;

  constructor(remote: Remote, events: LinkEvents, context: LinkContext, onEnd: LinkEnded) {
    this.remote = remote;
    this.shown = remote.shownOn(context);
    this.target = remote.address.target;
    this.isProbe = context.isProbe === true;
    this.#events = events;
    this.#context = context;
    this.#onEnd = onEnd;
    this.#headers = [...OWN_HEADERS, ...remote.headersFor(context)];
    this.#lingering = new Lingering(remote.runtime, (post) => this.#cut(post));
  }

  // ------------------------------------------------------------------------------------- what we are asked

  send(bytes: Uint8Array, number?: number, about?: SendFacts): void {
    if (this.#hasEnded) return;
    const facts = about ?? notificationIn(bytes);
    // A server asks nothing, so it is answered nothing; and a request is called off by cutting its connection.
    if (!facts || facts.method === 'notifications/cancelled') return;
    const isListening = facts.method === 'subscriptions/listen';
    const post = new ModernPost(this, bytes, number, {
      headers: withTrace(this.#headersOf(bytes, facts), facts.trace),
      isListening,
    });
    this.#posts.add(post);
    this.queued += bytes.length;
    if (number !== undefined) {
      this.#byNumber.set(number, post);
      this.#trial ??= post;
    }
    post.begin(this.#isPaused);
  }

  abandon(number: number): void {
    const post = this.#byNumber.get(number);
    if (post) this.#cut(post);
  }

  pause(): void {
    this.#isPaused = true;
    for (const post of this.#posts) post.pause();
  }

  resume(): void {
    this.#isPaused = false;
    for (const post of this.#posts) post.resume();
  }

  async close(): Promise<void> {
    const message = `The link to the server "${this.remote.name}" was closed.`;
    // Told after the caller's own code, never from within it.
    queueMicrotask(() => this.#end({ code: 'closed', message }));
  }

  #headersOf(bytes: Uint8Array, { method, target, paramHeaders = {} }: SendFacts): string[] {
    const headers = [...this.#headers, 'mcp-method', encodeHeader(method)];
    const name = TASKS.has(method) ? taskIn(bytes) : target;
    if (name !== undefined && (NAMED.has(method) || TASKS.has(method)))
      headers.push('mcp-name', encodeHeader(name));
    for (const [name, value] of Object.entries(paramHeaders))
      if (name.startsWith('mcp-param-') && isHeader(name, value)) headers.push(name, value);
    return headers;
  }

  // ---------------------------------------------------------------------------------- what becomes of posts

  /** @internal */
  took(post: ModernPost, status: number, _headers: HttpHeaders): void {
    if (status < 500) this.remote.breaker.reached();
    this.queued -= post.queued;
    post.queued = 0;
  }

  /** @internal */
  heard(message: Message, post: ModernPost): void {
    if (this.#hasEnded) return;
    if (!this.#isProven && !this.isProbe && isAnswer(message, post)) {
      this.#isProven = true;
      this.remote.breaker.opened(this.#context);
    }
    this.#events.message(message, post.number);
  }

  /** @internal */
  linger(post: ModernPost): void {
    this.#lingering.add(post);
  }

  /** @internal */
  done(post: ModernPost): void {
    if (!this.#posts.delete(post)) return;
    this.queued -= post.queued;
    if (post.number !== undefined) this.#byNumber.delete(post.number);
    this.#lingering.delete(post);
  }

  /** @internal */
  failed(post: ModernPost, trouble: Trouble, isUnsent: boolean): void {
    if (this.#hasEnded) return;
    if (post === this.#trial) {
      this.#trial = undefined;
      // Not to be understood is no failure of the server's.
      const counts = !this.#isProven && !this.isProbe && trouble.isRefusal !== true;
      if (counts) this.remote.notOpened(this.#context, trouble, post.round);
    }
    if (post.number !== undefined) this.#events.failed(post.number, faultOf(trouble), isUnsent);
  }

  #cut(post: ModernPost): void {
    if (post === this.#trial) this.#trial = undefined;
    post.cancel();
    this.done(post);
  }

  #end(fault: UpstreamFault): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#lingering.clear();
    for (const post of this.#posts) post.cancel();
    this.#posts.clear();
    this.#byNumber.clear();
    this.queued = 0;
    this.#onEnd(this, fault, true);
    this.#events.closed(fault);
  }
}

const OWN_HEADERS: readonly string[] = [
  'accept',
  'application/json, text/event-stream',
  'content-type',
  'application/json',
  'mcp-protocol-version',
  MODERN_VERSION,
];

function isAnswer(message: Message, post: ModernPost): boolean {
  if (message.kind !== 'response' && message.kind !== 'error') return false;
  return ownNumber(message.bytes, message.id) === post.number;
}

/** The task that a request is about; undefined when it names none. */
function taskIn(bytes: Uint8Array): string | undefined {
  const span = memberAt(bytes, readMessage(bytes, ANY_SIZE).params, 'taskId');
  return span.end > 0 && bytes[span.start] === QUOTE
    ? decodeString(bytes, span.start + 1, span.end - 1)
    : undefined;
}

/** What is said of a notification; undefined for what is none. */
function notificationIn(bytes: Uint8Array): SendFacts | undefined {
  try {
    const message = readMessage(bytes, ANY_SIZE);
    return message.kind === 'notification' ? message : undefined;
  } catch {
    return undefined;
  }
}
