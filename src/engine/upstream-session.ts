/**
 * Our conversation with one server over one link, in which we are the client: the handshake, our own numbers
 * for what is in flight, and who is told what the server says by itself.
 *
 * Guarantees: every request sent is answered exactly once: by the server, by its time-out, or by the end of the
 * link. An answer, progress or question that belongs to nobody is dropped and noted, never passed on.
 */
import type { ErrorWord } from '../protocol/errors.ts';
import { errorResponse } from '../protocol/errors.ts';
import { copySpan, ownNumber, rewrite, type Message } from '../protocol/message.ts';
import type { EngineContext } from './context.ts';
import type { Deadlines } from './deadlines.ts';
import type { Exchange } from './exchange.ts';
import { digits } from './digits.ts';
import { emptyResult, notification, request } from './notice.ts';
import { UpstreamError, type LinkEvents, type UpstreamFault, type UpstreamLink } from './ports.ts';

/** A client session that uses this conversation. */
export interface Member {
  readonly id: string;
  /** Resources whose updates this member wants. */
  readonly subscriptions: ReadonlySet<string>;
  /** The server said something on its own, or to a call of this member. */
  notified(message: Message, exchange: Exchange | undefined): void;
  /** The server asks the client. Only on links that are not shared. */
  asked(upstream: UpstreamSession, message: Message, exchange: Exchange | undefined): void;
  /** The server calls a question off. */
  askCancelled(upstream: UpstreamSession, message: Message): void;
  /** The link ended; what was in flight has been answered already. */
  upstreamLost(upstream: UpstreamSession, fault: UpstreamFault): void;
}

export interface UpstreamFacts {
  readonly serverName: string;
  readonly isShared: boolean;
  /** Requests in flight, by their time-out. */
  readonly deadlines: Deadlines<Exchange>;
}

type OwnReply = (message: Message | UpstreamFault) => void;

export class UpstreamSession implements LinkEvents {
  readonly isShared: boolean;
  readonly members = new Set<Member>();
  /** What `initialize` was answered with, as JSON text of the `result`; empty before. */
  handshake: Uint8Array = new Uint8Array(0);
  /** Called once when the link ended. */
  onClosed: ((fault: UpstreamFault) => void) | undefined;
  readonly #facts: UpstreamFacts;
  readonly #context: EngineContext;
  #link: UpstreamLink | undefined;
  #fault: UpstreamFault | undefined;
  #next = 1;
  readonly #inFlight = new Map<number, Exchange>();
  readonly #own = new Map<number, OwnReply>();

  constructor(facts: UpstreamFacts, context: EngineContext) {
    this.#facts = facts;
    this.#context = context;
    this.isShared = facts.isShared;
  }

  /** Takes the open link. If it ended in the meantime this does nothing. */
  use(link: UpstreamLink): void {
    this.#link = link;
  }

  get isOpen(): boolean {
    return this.#fault === undefined;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /**
   * Sends `initialize` and waits for its answer, whatever it is.
   * @param params the JSON text of its params, sent as it is
   * @throws UpstreamError when the link ends first
   */
  async initialize(params: Uint8Array): Promise<Message> {
    const answer = await this.#ask('initialize', params);
    if (answer.kind === 'response') {
      this.handshake = copySpan(answer.bytes, answer.outcome);
    }
    return answer;
  }

  /** A request of the gateway's own, whose answer nobody waits for. */
  tell(method: string, params: string): void {
    const number = this.#next++;
    this.#own.set(number, () => {});
    this.#link?.send(request(number, method, params));
  }

  notify(bytes: Uint8Array): void {
    this.#link?.send(bytes);
  }

  /** Whether any member wants the updates of a resource. */
  isWatched(uri: string): boolean {
    for (const member of this.members) if (member.subscriptions.has(uri)) return true;
    return false;
  }

  /** Sends a client's request. Its answer, or the reason why there is none, goes to the exchange. */
  call(exchange: Exchange, message: Message, now: number = this.#context.runtime.now()): void {
    const link = this.#link;
    if (!link || this.#fault) return fail(exchange, this.#fault ?? CLOSED);
    if (link.queued > this.#context.settings.upstreamQueuedBytes) {
      return exchange.fail(
        'upstream_busy',
        `The server "${this.#facts.serverName}" does not take any more input.`,
      );
    }
    exchange.number = this.#next++;
    this.#inFlight.set(exchange.number, exchange);
    this.#facts.deadlines.add(exchange, now);
    const id = digits(exchange.number);
    link.send(rewrite(message, exchange.wantsProgress ? { id, progressToken: id } : { id }));
  }

  /** Forgets a request that is over for another reason than its answer. */
  drop(exchange: Exchange): void {
    this.#inFlight.delete(exchange.number);
    this.#facts.deadlines.remove(exchange);
  }

  /** Tells the server in our own words that nobody waits any more, and forgets the request. */
  callOff(exchange: Exchange, reason: string): void {
    this.#link?.send(notification('notifications/cancelled', { requestId: exchange.number, reason }));
    this.drop(exchange);
  }

  /** Passes a client's cancellation on, and forgets the request: a late answer goes nowhere. */
  cancel(exchange: Exchange, message: Message): void {
    this.#link?.send(rewrite(message, { requestId: digits(exchange.number) }));
    this.drop(exchange);
  }

  /** Answers a question of the server: the client's answer with the server's own id in it. */
  reply(bytes: Uint8Array): void {
    this.#link?.send(bytes);
  }

  pause(): void {
    this.#link?.pause();
  }

  resume(): void {
    this.#link?.resume();
  }

  async close(): Promise<void> {
    this.#end(CLOSED);
    await this.#link?.close();
  }

  // ------------------------------------------------------------------------------- what the server says

  message(message: Message, related?: number): void {
    if (this.#fault) return;
    switch (message.kind) {
      case 'response':
      case 'error':
        return this.#answered(message);
      case 'notification':
        return this.#notified(message, related);
      case 'request':
        return this.#asked(message, related);
    }
  }

  closed(fault: UpstreamFault): void {
    this.#end(fault);
  }

  #answered(message: Message): void {
    const number = ownNumber(message.bytes, message.id);
    const exchange = this.#inFlight.get(number);
    if (exchange) {
      this.drop(exchange);
      return exchange.answer(message);
    }
    const own = this.#own.get(number);
    if (!own) return this.#note('unknown_answer', 'The server answered a request that is not in flight.');
    this.#own.delete(number);
    own(message);
  }

  #notified(message: Message, related: number | undefined): void {
    if (message.method === 'notifications/progress') return this.#progressed(message);
    if (message.method === 'notifications/cancelled') {
      for (const member of this.members) member.askCancelled(this, message);
      return;
    }
    const exchange = related === undefined ? undefined : this.#inFlight.get(related);
    if (exchange && this.isShared) return exchange.sink.event(message.bytes);
    // A shared link cannot tell whose call a log line came from, so nobody gets it.
    if (this.isShared && message.method === 'notifications/message') return;
    if (this.isShared && message.method === 'notifications/resources/updated') return this.#updated(message);
    for (const member of this.members) member.notified(message, exchange);
  }

  /** Only to those who asked. The URI may be of a part of what was subscribed to (MCP, resources). */
  #updated(message: Message): void {
    const uri = message.target ?? '';
    for (const member of this.members) {
      for (const wanted of member.subscriptions) {
        if (!uri.startsWith(wanted)) continue;
        member.notified(message, undefined);
        break;
      }
    }
  }

  #progressed(message: Message): void {
    const exchange = this.#inFlight.get(ownNumber(message.bytes, message.progressToken));
    if (!exchange)
      return this.#note('unknown_progress', 'Progress of a request that is not in flight was dropped.');
    this.#facts.deadlines.add(exchange);
    exchange.progress(message);
  }

  #asked(message: Message, related: number | undefined): void {
    const exchange = related === undefined ? undefined : this.#inFlight.get(related);
    const [member] = this.members;
    if (member && !this.isShared) return member.asked(this, message, exchange);
    const id = copySpan(message.bytes, message.id);
    if (message.method === 'ping') return this.reply(emptyResult(id));
    this.reply(errorResponse(id, 'method_not_found', `Nobody here can answer "${message.method}".`));
  }

  // ------------------------------------------------------------------------------------------ endings

  async #ask(method: string, params: Uint8Array): Promise<Message> {
    if (this.#fault) throw new UpstreamError(this.#fault);
    const answer = await new Promise<Message | UpstreamFault>((resolve) => {
      const number = this.#next++;
      this.#own.set(number, resolve);
      this.#link?.send(request(number, method, new TextDecoder().decode(params)));
    });
    if ('kind' in answer) return answer;
    throw new UpstreamError(answer);
  }

  #end(fault: UpstreamFault): void {
    if (this.#fault) return;
    this.#fault = fault;
    const exchanges = [...this.#inFlight.values()];
    this.#inFlight.clear();
    for (const exchange of exchanges) {
      this.#facts.deadlines.remove(exchange);
      fail(exchange, fault);
    }
    for (const resolve of this.#own.values()) resolve(fault);
    this.#own.clear();
    for (const member of [...this.members]) member.upstreamLost(this, fault);
    this.members.clear();
    this.onClosed?.(fault);
  }

  #note(code: string, message: string): void {
    this.#context.observer.refused?.({ where: 'upstream', code, message, server: this.#facts.serverName });
  }
}

/** Told to a server whose client finished its own part of the handshake elsewhere. */
export const INITIALIZED = notification('notifications/initialized');

const CLOSED: UpstreamFault = { code: 'closed', message: 'The connection to the server was closed.' };

const WORDS: Readonly<Record<string, ErrorWord>> = {
  exited: 'upstream_exited',
  backoff: 'upstream_backoff',
  'start-failed': 'upstream_start_failed',
  'start-timeout': 'upstream_start_failed',
  'too-many-processes': 'upstream_busy',
};

/** Answers a request with the reason why its server cannot. */
export function fail(exchange: Exchange, fault: UpstreamFault): void {
  const data = fault.retryAfterMs === undefined ? undefined : { retryAfterMs: fault.retryAfterMs };
  exchange.fail(WORDS[fault.code] ?? 'upstream_failed', fault.message, data);
}

/** Answers a request with the reason why there is no way to its server. */
export function failWith(exchange: Exchange, error: unknown): void {
  if (error instanceof UpstreamError) return fail(exchange, error.fault);
  exchange.fail('internal_error', 'The gateway failed to reach the server.');
}
