/**
 * Our conversation with one server over one link, in which we are the client: the handshake, our own numbers
 * for what is in flight, and who is told what the server says by itself.
 *
 * Guarantees: every request sent is answered exactly once: by the server, by its time-out, or by the end of the
 * link. An answer, progress or question that belongs to nobody is dropped and noted, never passed on.
 */
import { errorResponse } from '../protocol/errors.ts';
import { outcomeOf } from '../protocol/long.ts';
import { copySpan, ownNumber, type Message } from '../protocol/message.ts';
import type { Ask } from './asks.ts';
import type { EngineContext } from './context.ts';
import type { Deadlines } from './deadlines.ts';
import type { Exchange } from './exchange.ts';
import { fail } from './faults.ts';
import { emptyResult, notification, request } from './notice.ts';
import { Outlet } from './outlet.ts';
import { KEPT_BYTES } from './repeat.ts';
import type { Member } from './member.ts';
import type { LinkEvents, UpstreamFault, UpstreamLink } from './ports.ts';
import type { SendFacts } from './ports-era.ts';
import { Vitals } from './pulses.ts';
import { sendOn } from './sending.ts';
import { isAnnouncement, watchersOf } from './subscriptions.ts';
import { ServerTaps } from './taps.ts';
import { Told } from './told.ts';
import type { Hello, UpstreamFacts } from './upstream-facts.ts';

export class UpstreamSession implements LinkEvents {
  readonly serverName: string;
  readonly isShared: boolean;
  /** Each request says all about itself, those of the gateway's own, too. */
  readonly isModern: boolean;
  readonly members = new Set<Member>();
  /** What `initialize` was answered with, as JSON text of the `result`; empty before. */
  handshake: Uint8Array = new Uint8Array(0);
  /** Called once when the link ended. */
  onClosed: ((fault: UpstreamFault) => void) | undefined;
  /** Whether the server says anything. */
  readonly vitals = new Vitals(this);
  /** Shows what is said in it. */
  readonly taps: ServerTaps;
  readonly #facts: UpstreamFacts;
  readonly #context: EngineContext;
  readonly #outlet: Outlet;
  #fault: UpstreamFault | undefined;
  readonly #inFlight = new Map<number, Exchange>();
  /** The `initialize` that is not answered yet. */
  #hello: Hello | undefined;
  readonly #told = new Told();
  /** When a client last sent a request on it; before that, when it was begun. */
  usedAt: number;

  constructor(facts: UpstreamFacts, context: EngineContext) {
    this.serverName = facts.serverName;
    this.#facts = facts;
    this.#context = context;
    this.usedAt = context.runtime.now();
    this.taps = new ServerTaps(this, context);
    this.#outlet = new Outlet(
      context.settings.upstreamQueuedBytes,
      (code, message) => this.#note(code, message),
      (bytes, call) => this.taps.said(bytes, call),
    );
    this.isShared = facts.isShared;
    this.isModern = facts.isModern === true;
  }

  /** Takes the open link; one that comes too late is closed. */
  use(link: UpstreamLink): void {
    this.#outlet.link = link;
    if (this.#fault) void this.#outlet.close();
  }

  /** Why it ended; undefined while it did not. */
  get fault(): UpstreamFault | undefined {
    return this.#fault;
  }

  get questions(): Deadlines<Ask> {
    return this.#facts.questions;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /**
   * Sends `initialize`.
   * @param params the JSON text of its params, sent as it is
   * @param answered called in the turn in which the answer came, whatever it is; not at all when the link ends first
   * @param seenAs what a tap calls the client's own, where it is that
   */
  initialize(params: Uint8Array, answered: (answer: Message) => void, seenAs = 0): void {
    if (this.#fault) return;
    const number = this.#facts.numbers.next++;
    const hello = request(number, 'initialize', new TextDecoder().decode(params));
    this.#hello = { number, answered, seenAs, sentAs: this.taps.said(hello, seenAs), method: 'initialize' };
    this.#outlet.link?.send(hello, number);
  }

  /** A request of the gateway's own, whose answer nobody waits for. */
  tell(method: string, params: string, about?: SendFacts): void {
    if (this.#fault) return;
    const number = this.#facts.numbers.next++;
    if (this.#outlet.tell(request(number, method, params), number, about)) this.#told.add(number);
  }

  /** Sends a notification. One that the server has no room for is dropped and noted. */
  notify(bytes: Uint8Array): void {
    if (!this.#fault) this.#outlet.notify(bytes);
  }

  /** Whether any member wants the updates of a resource. */
  isWatched(uri: string): boolean {
    for (const member of this.members) if (member.subscriptions.has(uri)) return true;
    return false;
  }

  /** Sends a client's request. Its answer, or the reason why there is none, goes to the exchange. */
  call(exchange: Exchange, message: Message, now: number = this.#context.runtime.now()): void {
    if (exchange.again && exchange.upstream && exchange.upstream !== this) {
      exchange.upstream = undefined;
      return exchange.again(exchange, message);
    }
    const { link, isFull } = this.#outlet;
    if (!link || this.#fault) return fail(exchange, this.#fault ?? CLOSED);
    if (isFull)
      return exchange.fail('upstream_busy', `The server "${this.serverName}" does not take any more input.`);
    this.usedAt = now;
    exchange.number = this.#facts.numbers.next++;
    exchange.upstream = this;
    exchange.trail?.sentTo(this.serverName, message.target, now);
    exchange.sends += 1;
    if (this.#facts.driver.mayRepeat && message.bytes.length <= KEPT_BYTES) exchange.kept = message;
    this.#inFlight.set(exchange.number, exchange);
    if (!exchange.isEndless) this.#facts.deadlines.add(exchange, now);
    sendOn(link, exchange, message, this.#facts, this.taps);
  }

  /** Forgets a request that is over for another reason than its answer. */
  drop(exchange: Exchange): void {
    this.#inFlight.delete(exchange.number);
    this.#facts.deadlines.remove(exchange);
  }

  /** Tells the server in our own words that nobody waits any more, and forgets the request. */
  callOff(exchange: Exchange, reason: string): void {
    this.#outlet.callOff(exchange, reason);
    this.drop(exchange);
  }

  /** Passes a client's cancellation on, and forgets the request: a late answer goes nowhere. */
  cancel(exchange: Exchange, message: Message): void {
    this.#outlet.cancel(exchange, message);
    this.drop(exchange);
  }

  /** Answers a question of the server, as a tap calls it: the client's answer with the server's own id in it. */
  reply(bytes: Uint8Array, call?: number): void {
    this.#outlet.reply(bytes, call);
  }

  pause(): void {
    this.vitals.isPaused = true;
    this.#outlet.link?.pause();
  }

  resume(): void {
    this.vitals.isPaused = false;
    this.#outlet.link?.resume();
  }

  /** Ends the conversation and its link; resolves when that is so, never rejects. Idempotent. */
  async close(): Promise<void> {
    this.#end(CLOSED);
    await this.#outlet.close();
  }

  // ------------------------------------------------------------------------------- what the server says

  message(message: Message, related?: number): void {
    if (this.#fault) return;
    this.vitals.isHeard = true;
    this.taps.heard(message, this.#inFlight, related, this.#hello);
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

  failed(number: number, fault: UpstreamFault, isUnsent: boolean): void {
    const exchange = this.#inFlight.get(number);
    this.vitals.isHeard = true;
    if (number === this.#hello?.number) return this.closed(fault);
    if (!exchange) return void this.#told.delete(number);
    this.drop(exchange);
    exchange.lost(fault, isUnsent);
  }

  closed(fault: UpstreamFault): void {
    this.#end(fault);
    void this.#outlet.close();
  }

  /** The server does not work any more: as `closed`, and it is charged with it. */
  giveUp(fault: UpstreamFault): void {
    this.#end(fault);
    void this.#outlet.close(fault);
  }

  #answered(message: Message): void {
    const number = ownNumber(message.bytes, message.id);
    const exchange = this.#inFlight.get(number);
    if (exchange) {
      this.drop(exchange);
      return exchange.answer(message);
    }
    if (number === this.#hello?.number) return this.#greeted(message, this.#hello.answered);
    if (!this.#told.delete(number))
      this.#note('unknown_answer', 'The server answered a request that is not in flight.');
  }

  #greeted(answer: Message, answered: (answer: Message) => void): void {
    this.#hello = undefined;
    if (answer.kind === 'response') this.handshake = outcomeOf(answer);
    answered(answer);
  }

  #notified(message: Message, related: number | undefined): void {
    if (message.method === 'notifications/progress') return this.#progressed(message);
    if (isAnnouncement(message.method)) this.#facts.announced(message);
    if (message.method === 'notifications/cancelled') {
      for (const member of this.members) member.askCancelled(this, message);
      return;
    }
    const exchange = related === undefined ? undefined : this.#inFlight.get(related);
    if (exchange && this.isShared) return exchange.told(message.bytes);
    // A shared link cannot tell whose call a log line came from, so nobody gets it.
    if (this.isShared && message.method === 'notifications/message') return;
    const isUpdate = this.isShared && message.method === 'notifications/resources/updated';
    const told = isUpdate ? watchersOf(this.members, message.target ?? '') : this.members;
    for (const member of told) member.notified(message, exchange);
  }

  #progressed(message: Message): void {
    const exchange = this.#inFlight.get(ownNumber(message.bytes, message.progressToken));
    if (!exchange)
      return this.#note('unknown_progress', 'Progress of a request that is not in flight was dropped.');
    if (!exchange.isEndless) this.#facts.deadlines.add(exchange);
    exchange.progress(message);
  }

  #asked(message: Message, related: number | undefined): void {
    const exchange = related === undefined ? undefined : this.#inFlight.get(related);
    const [member] = this.members;
    if (member && !this.isShared) return member.asked(this, message, exchange);
    const id = copySpan(message.bytes, message.id);
    const { latest } = this.taps;
    if (message.method === 'ping') return this.reply(emptyResult(id), latest);
    const words = `Nobody here can answer "${message.method}".`;
    this.reply(errorResponse(id, 'method_not_found', words), latest);
  }

  // ------------------------------------------------------------------------------------------ endings

  #end(fault: UpstreamFault): void {
    if (this.#fault) return;
    this.#fault = fault;
    const exchanges = [...this.#inFlight.values()];
    this.#inFlight.clear();
    for (const exchange of exchanges) this.#facts.deadlines.remove(exchange);
    this.#hello = undefined;
    this.#told.clear();
    for (const member of [...this.members]) member.upstreamLost(this, fault);
    this.members.clear();
    this.onClosed?.(fault);
    // Last, because what is sent again must find the old way gone.
    for (const exchange of exchanges) exchange.lost(fault, fault.unsent?.has(exchange.number) ?? false);
  }

  #note(code: string, message: string): void {
    this.#context.notes.tell({ where: 'upstream', code, message, server: this.serverName });
  }
}

/** Told to a server whose client finished its own part of the handshake elsewhere. */
export const INITIALIZED = notification('notifications/initialized');

const CLOSED: UpstreamFault = { code: 'closed', message: 'The connection to the server was closed.' };
