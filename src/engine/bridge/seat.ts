/**
 * A seat: one conversation in the words of a legacy server in which the gateway is the client, on behalf of modern calls.
 *
 * Guarantees: a call on it is answered exactly once, or not at all once its client went away; what the server says on it
 * reaches the call that it belongs to, or nobody.
 */
import { errorResponse } from '../../protocol/errors.ts';
import { outcomeOf } from '../../protocol/long.ts';
import { copySpan, readMessage, type Message } from '../../protocol/message.ts';
import { LATEST_LEGACY } from '../../protocol/methods.ts';
import type { EngineContext } from '../context.ts';
import { Timed } from '../deadlines.ts';
import type { Exchange } from '../exchange.ts';
import type { Forwarded } from '../forwarded.ts';
import type { Line, LineOwner, Mount } from '../line.ts';
import type { ModernCall } from '../modern/modern-call.ts';
import { emptyResult } from '../notice.ts';
import { isFailure, OwnCall, type Failure } from '../own-call.ts';
import type { UpstreamFault } from '../ports.ts';
import { isAnnouncement } from '../subscriptions.ts';
import { tellModernEnded } from '../tell-ended.ts';
import { INITIALIZED, type UpstreamSession } from '../upstream-session.ts';
import { ASKING } from './bridged-request.ts';
import { BridgedExchange, WAITS, type ExchangeSeat } from './bridged-exchange.ts';
import { hintsFor, type Additions } from './completed.ts';
import { greetingIn, type Greeting } from './greetings.ts';
import { rulesOf } from './mounts.ts';
import type { Place } from './place.ts';
import { lackingFor } from './questions.ts';
import { refusalBy } from './refusal.ts';
import { ResourceCalls } from './resource-calls.ts';
import { isRefused, type Ready, type SeatCall, type SeatHost, type SeatWatcher } from './seat-host.ts';

export class Seat extends Timed implements LineOwner, ExchangeSeat {
  readonly id = 'modern';
  readonly serverName: string;
  readonly mount: Mount;
  readonly principal: string;
  readonly forwarded: Forwarded;
  readonly isStateless = false;
  readonly place: Place;
  readonly line: Line;
  readonly #resources: ResourceCalls;
  readonly #host: SeatHost;
  readonly #context: EngineContext;
  readonly #calls = new Set<BridgedExchange>();
  /** The call that nothing else may run beside. */
  #alone: BridgedExchange | undefined;
  readonly #watchers = new Set<SeatWatcher>();
  #greeting: Greeting | Failure | undefined;
  readonly #waiting = new Set<Ready>();
  #level: string | undefined;
  /** Nobody new may have it. */
  isSpoilt = false;
  #isClosed = false;

  constructor(mount: Mount, place: Place, host: SeatHost, context: EngineContext) {
    super();
    const { key, principal, forwarded, use, hello } = place;
    this.mount = mount;
    this.serverName = mount.name;
    this.place = { key, principal, forwarded, use, hello };
    this.principal = principal;
    this.forwarded = forwarded;
    this.#host = host;
    this.#context = context;
    this.line = mount.line(this, LATEST_LEGACY);
    this.#resources = new ResourceCalls(this.line, context);
  }

  get key(): string {
    return this.place.key;
  }

  get subscriptions(): ReadonlySet<string> {
    return this.line.subscriptions;
  }

  get inFlight(): number {
    return this.#calls.size;
  }

  /** Whether a call runs that nothing else may run beside. */
  get isTaken(): boolean {
    return this.#alone !== undefined;
  }

  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  get isUsed(): boolean {
    return this.#calls.size > 0 || this.#watchers.size > 0 || this.#waiting.size > 0;
  }

  // ------------------------------------------------------------------------------------------- its users

  /** Sends a call on its way, once it is known what the server can do. */
  run({ call, ...options }: SeatCall): void {
    const exchange = new BridgedExchange(this, call, options, this.#context.runtime.now());
    this.#calls.add(exchange);
    if (options.isAlone) this.#alone = exchange;
    this.#host.used(this);
    if (this.#greeting) this.#send(exchange, this.#greeting);
  }

  #send(exchange: BridgedExchange, greeting: Greeting | Failure): void {
    const { isOver, request } = exchange;
    if (isOver || !request) return;
    if (isRefused(greeting)) return exchange.fail(greeting.word, greeting.message);
    const { logLevel, message } = request;
    if (logLevel !== undefined && exchange.isAlone && 'logging' in greeting.capabilities)
      this.#tellLevel(logLevel);
    this.line.call(exchange, message, this.#context.runtime.now());
  }

  /** @returns what ends the waiting of who does not want to know any more */
  whenReady(ready: Ready): () => void {
    if (this.#greeting) ready(this.#greeting);
    else {
      this.#waiting.add(ready);
      this.#host.used(this);
    }
    return () => {
      if (this.#waiting.delete(ready)) this.#rest();
    };
  }

  /** Tells what the server announces. While there is a watcher, the seat is kept. */
  watch(watcher: SeatWatcher): void {
    this.#watchers.add(watcher);
    this.#host.used(this);
  }

  unwatch(watcher: SeatWatcher): void {
    if (this.#watchers.delete(watcher)) this.#rest();
  }

  /** @param done told whether the server agreed */
  subscribe(uri: string, done: (failure: Failure | undefined) => void): void {
    this.#resources.subscribe(uri, done);
  }

  unsubscribe(uri: string): void {
    this.#resources.unsubscribe(uri);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.isSpoilt = true;
    for (const exchange of this.#calls) {
      this.calledOff(exchange, 'The conversation is closed.');
      exchange.fail(CLOSED.word, CLOSED.message);
    }
    for (const watcher of this.#watchers) watcher.closed?.();
    this.#watchers.clear();
    this.#introduced(CLOSED);
    this.line.close();
  }

  // ------------------------------------------------------------------------------------------- beginning

  /** Begins the conversation. To be called once, by who lends it. */
  open(): void {
    const first = new OwnCall('initialize', this.place.hello, this.#context.runtime.now(), (answer) => {
      if (isFailure(answer)) return this.#introduced(answer);
      if (answer.kind === 'error') return this.#introduced(refusalBy(this.serverName, answer));
      this.line.notify(readMessage(INITIALIZED));
      this.#introduced(greetingIn(outcomeOf(answer)));
    });
    this.line.initialize(first, first.message);
  }

  #introduced(greeting: Greeting | Failure): void {
    if (this.#greeting) return;
    this.#greeting = greeting;
    if (isRefused(greeting)) this.#spoil();
    const [calls, waiting] = [[...this.#calls], [...this.#waiting]];
    this.#waiting.clear();
    for (const exchange of calls) this.#send(exchange, greeting);
    for (const ready of waiting) ready(greeting);
    this.#rest();
  }

  /** Before the call that wants it, on the same way. */
  #tellLevel(level: string): void {
    if (this.#level === level) return;
    this.#level = level;
    const params = JSON.stringify({ level });
    const call = new OwnCall('logging/setLevel', params, this.#context.runtime.now(), () => undefined);
    this.line.setLevel(call, call.message);
  }

  // -------------------------------------------------------------------------------------- from the server

  notified(message: Message, exchange: Exchange | undefined): void {
    if (isAnnouncement(message.method)) {
      this.announce(message);
      this.#host.announced(this, message);
    } else if (message.method === 'notifications/message') this.#calledBy(exchange)?.log(message);
  }

  /** Tells those who watch it. */
  announce(message: Message): void {
    for (const watcher of this.#watchers) watcher.announced(message);
  }

  asked(upstream: UpstreamSession, message: Message, exchange: Exchange | undefined): void {
    const id = copySpan(message.bytes, message.id);
    if (message.method === 'ping') return upstream.reply(emptyResult(id));
    const call = this.#calledBy(exchange);
    if (call && this.#host.parking.asked(call, upstream, message)) return;
    const asking = call ?? this.#onlyOne;
    if (asking) asking.lacking ??= lackingFor(message, asking.terms.askable);
    upstream.reply(errorResponse(id, 'method_not_found', `Nobody here can answer "${message.method}".`));
  }

  askCancelled(upstream: UpstreamSession, message: Message): void {
    for (const exchange of this.#calls) this.#host.parking.calledOff(exchange, upstream, message);
  }

  upstreamLost(upstream: UpstreamSession, _fault: UpstreamFault): void {
    for (const exchange of this.#calls) this.#host.parking.lost(exchange, upstream);
    for (const watcher of this.#watchers) watcher.lost?.();
    this.line.lost(upstream);
    // What it said of itself may hold no longer. A merge is still itself when one of its servers is lost.
    const isWhole = upstream.serverName === this.serverName;
    if (isWhole && this.#watchers.size === 0) this.#spoil();
  }

  /** Whose the words of the server are: those of the call that runs alone, where the server does not say. */
  #calledBy(exchange: Exchange | undefined): BridgedExchange | undefined {
    return exchange instanceof BridgedExchange ? exchange : this.#alone;
  }

  /** The one call that a server may be asking for, where there is one only. */
  get #onlyOne(): BridgedExchange | undefined {
    const [first, second] = [...this.#calls].filter(({ method }) => ASKING.has(method));
    return second ? undefined : first;
  }

  // ------------------------------------------------------------------------------------------- exchanges

  ended(exchange: Exchange, outcome: string): void {
    if (!(exchange instanceof BridgedExchange)) return;
    this.#calls.delete(exchange);
    if (this.#alone === exchange) this.#alone = undefined;
    this.#host.parking.ended(exchange);
    // What the server still says of a call that nobody waits for must not be taken for the words of another.
    if (exchange.isAlone && !exchange.wasAnswered && exchange.number > 0) this.#spoil();
    if (outcome !== WAITS) tellModernEnded(exchange.call?.facts, exchange, outcome, this.#context);
    this.#rest();
  }

  calledOff(exchange: Exchange, reason: string): void {
    if (exchange.number > 0) exchange.upstream?.callOff(exchange, reason);
  }

  additionsFor(method: string): Additions {
    const greeting = this.#greeting;
    const info = greeting && !isRefused(greeting) ? greeting.info : '';
    return { info, hints: hintsFor(method, rulesOf(this.mount)) };
  }

  startsAgain(exchange: BridgedExchange, call: ModernCall): boolean {
    const { request, terms, round, since, isAlone } = exchange;
    if (!request) return false;
    return this.#host.startsAgain(this, { call, request, terms, round, since, isAlone });
  }

  wantsAgain(exchange: BridgedExchange, call: ModernCall, message: Message): boolean {
    return this.#host.parking.wantsAgain(exchange, call, message);
  }

  #rest(): void {
    if (this.#calls.size === 0 && !this.#isClosed) this.#host.rested(this);
  }

  #spoil(): void {
    if (this.isSpoilt) return;
    this.isSpoilt = true;
    this.#host.spoilt(this);
  }
}

const CLOSED: Failure = { word: 'session_closed', message: 'The conversation with the server was closed.' };
