/**
 * A session: one legacy client's conversation with one server. It has two tables of exchanges (what the client
 * asked, what the server asked) and its streams, and it survives the loss of its connection to the server.
 *
 * Guarantees: a request is answered exactly once, on the stream it belongs to; nothing of one session reaches
 * another; every table is bounded.
 */
import type { Message } from '../protocol/message.ts';
import type { Payers } from './account.ts';
import { Asks } from './asks.ts';
import { Calls } from './calls.ts';
import type { EngineContext } from './context.ts';
import { Timed } from './deadlines.ts';
import { Exchange, type ExchangeOwner, type Sink } from './exchange.ts';
import { EMPTY_HEAD } from './http-heads.ts';
import type { Dialect, UpstreamFault } from './ports.ts';
import { oneCallMore } from './room.ts';
import { Patience } from './patience.ts';
import { route } from './router.ts';
import { closingOf, SessionFacts } from './session-facts.ts';
import type { SessionOptions } from './session-options.ts';
import { answerTooLate, tooMuchOf } from './session-refusals.ts';
import { spanIn } from './spans.ts';
import { SessionStreams } from './session-streams.ts';
import type { Stream } from './stream.ts';
import type { StreamOwner } from './stream-owner.ts';
import { isAnnouncement } from './subscriptions.ts';
import { ClientTaps } from './taps.ts';
import { UnreadAnswers, unreadBytes } from './unread.ts';
import type { Line, LineOwner, Mount } from './line.ts';
import { tellEnded } from './tell-ended.ts';
import { type Trail, trailIn } from './trail.ts';
import type { UpstreamSession } from './upstream-session.ts';

export class Session extends Timed implements StreamOwner, ExchangeOwner, LineOwner {
  readonly id: string;
  readonly endpoint: string;
  readonly mount: Mount;
  readonly principal: string;
  readonly forwarded: SessionOptions['forwarded'];
  readonly payers: Payers;
  /** Who is at its other end, and how much passed in it. */
  readonly facts: SessionFacts;
  readonly dialect: Dialect;
  readonly isStateless: boolean;
  /** How often it was claimed by a node, from 1; 0 where it ends with its node. */
  generation: number;
  readonly taps: ClientTaps;
  readonly asks: Asks;
  readonly line: Line;
  readonly patience: Patience;
  readonly unread: UnreadAnswers;
  readonly streams: SessionStreams;
  readonly #context: EngineContext;
  readonly #onClosed: SessionOptions['onClosed'];
  readonly calls = new Calls();
  #full = 0;
  #isClosed = false;

  constructor(options: SessionOptions, context: EngineContext) {
    super();
    this.id = options.id;
    this.endpoint = options.endpoint;
    this.mount = options.mount;
    this.forwarded = options.forwarded;
    this.payers = options.payers;
    this.principal = options.principal;
    this.dialect = options.dialect;
    this.isStateless = options.isStateless;
    this.generation = options.generation ?? 0;
    this.#context = context;
    this.facts = new SessionFacts(options, context);
    this.#onClosed = options.onClosed;
    this.taps = new ClientTaps(this, context);
    const most = context.settings.exchangesPerSession;
    this.asks = new Asks(most, (data) => this.#say('', undefined, data), this.taps);
    this.streams = new SessionStreams(this, options.dialect, context);
    this.line = options.mount.line(this, options.version);
    this.patience = new Patience(this, context);
    const mostUnread = unreadBytes(context.settings);
    this.unread = new UnreadAnswers(this.payers, mostUnread, context, (full) => this.pressure(full));
  }

  get serverName(): string {
    return this.mount.name;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Requests of the client in flight. */
  get inFlight(): number {
    return this.calls.size;
  }

  /** Bytes that its client has not taken. */
  get queuedBytes(): number {
    return this.streams.queued + this.unread.bytes;
  }

  get isUnclaimed(): boolean {
    return this.patience.isUnclaimed;
  }

  get subscriptions(): ReadonlySet<string> {
    return this.line.subscriptions;
  }

  /** The negotiated version; before that, what was assumed when the session was opened. */
  get version(): string {
    return this.line.version;
  }

  // ------------------------------------------------------------------------------------- from the client

  /**
   * Takes one message of the client.
   * @param sink where what belongs to a request goes; the standing stream of the session itself by default
   */
  receive(message: Message, sink: Sink = this.standing): void {
    this.taps.came(message, this.asks);
    if (this.#isClosed) return answerTooLate(message, sink, this);
    this.facts.received(message, this.#context.runtime.now());
    this.patience.renew(this.facts.lastSeen);
    if (message.kind === 'request' || message.kind === 'notification')
      return route(this, message, sink, this.#context.settings);
    if (!this.asks.answered(message))
      this.note('unknown_answer', 'The client answered a question nobody asked.');
  }

  /** Registers a request; undefined when a cap was reached and the client was told so. */
  begin(message: Message, sink: Sink): Exchange | undefined {
    const exchange = new Exchange(this, message, sink, this.facts.asked());
    exchange.trail = this.trailOf(message, sink);
    this.taps.began(exchange);
    exchange.span = spanIn(this, message, sink, this.#context.tracer);
    const most = this.#context.settings.exchangesPerSession;
    const tooMuch = tooMuchOf(this, most) ?? oneCallMore(this.payers, this.#context);
    if (tooMuch) return void exchange.refuse(tooMuch.word, tooMuch.message, tooMuch.data);
    this.calls.add(exchange);
    this.payers.take('calls');
    return exchange;
  }

  /** What is told of a request once it is over. */
  trailOf(message: Message, sink: Sink): Trail | undefined {
    return trailIn(this, message, sink, this.#context);
  }

  /** Sends a request on, opening (or reopening) the way to the server first where there is none. */
  forward(message: Message, sink: Sink): void {
    const exchange = this.begin(message, sink);
    if (exchange) this.line.call(exchange, message, this.facts.lastSeen);
  }

  /** The request that a cancellation names. */
  named(message: Message): Exchange | undefined {
    return this.calls.named(message);
  }

  // ------------------------------------------------------------------------------------- from the server

  notified(message: Message, exchange: Exchange | undefined): void {
    this.#say(message.method, exchange, message.bytes);
  }

  asked(upstream: UpstreamSession, message: Message, exchange: Exchange | undefined): void {
    this.facts.messagesOut += 1;
    this.asks.open(upstream, message, this.#sinkFor(message.method, exchange), exchange?.span);
  }

  askCancelled(upstream: UpstreamSession, message: Message): void {
    const told = this.asks.cancelledBy(upstream, message);
    if (told) this.#say(message.method, undefined, told);
  }

  #say(method: string, exchange: Exchange | undefined, data: Uint8Array): void {
    this.facts.messagesOut += 1;
    this.taps.told(data, exchange?.seenAs);
    this.#sinkFor(method, exchange).event(data);
  }

  upstreamLost(upstream: UpstreamSession, _fault: UpstreamFault): void {
    this.asks.lost(upstream);
    this.line.lost(upstream);
  }

  // ------------------------------------------------------------------------------------------- exchanges

  ended(exchange: Exchange, outcome: string): void {
    if (this.calls.delete(exchange)) this.payers.giveBack('calls');
    if (this.calls.size === 0) this.patience.atRest();
    if (outcome !== 'ok') exchange.undo?.();
    else if (this.generation > 0) this.#context.cluster?.answered(this, exchange.method);
    tellEnded(this, exchange, outcome, this.#context);
  }

  calledOff(exchange: Exchange, reason: string): void {
    if (exchange.number > 0) exchange.upstream?.callOff(exchange, reason);
  }

  // --------------------------------------------------------------------------------------------- streams

  get standing(): Stream {
    return this.streams.standing;
  }

  /** @param about what it is for, to be read by whoever adopts it */
  openStream(about?: () => Uint8Array): Stream | undefined {
    const isFull = this.#isClosed || this.payers.excess('streams') !== undefined;
    const stream = isFull ? undefined : this.streams.open(about);
    if (stream) this.#context.observer.streamOpened?.({ ...this.#facts, resumed: false });
    return stream;
  }

  /** Its node claimed it anew. */
  claimed(generation: number): void {
    this.streams.turned(this.generation);
    this.generation = generation;
  }

  replyHeaders(): Readonly<Record<string, string>> {
    // A session whose `initialize` failed is of no use.
    return this.line.wasInitialized ? this.streamHeaders() : EMPTY_HEAD;
  }

  streamHeaders(): Readonly<Record<string, string>> {
    return this.isStateless || this.#isClosed ? EMPTY_HEAD : { 'mcp-session-id': this.id };
  }

  pressure(full: boolean): void {
    this.#full += full ? 1 : -1;
    if (full && this.#full === 1) this.line.pause();
    if (!full && this.#full === 0) this.line.resume();
  }

  left(stream: Stream, reason: string): void {
    this.#context.observer.streamClosed?.({ session: this.id, server: this.serverName, reason });
    if (this.#isClosed || reason === 'replaced') return;
    // Without resumption the stream is the session (MCP 2024-11-05, HTTP with SSE).
    if (stream === this.standing && !this.dialect.resumable) this.close(reason);
    else if (reason === 'client-gone' && !this.line.wasInitialized) this.patience.unread();
    else this.patience.renew();
  }

  forgot(stream: Stream): void {
    this.streams.forgot(stream);
  }

  // ---------------------------------------------------------------------------------------------- ending

  /** Nothing happened for the idle time. Called by the engine's timer. @internal */
  expire(): void {
    if (this.calls.size > 0 || this.patience.isKeptBy(this.streams)) this.patience.renew();
    else this.close(this.patience.reason);
  }

  /** Ends everything of the session. What is still in flight is answered with one error. Idempotent. */
  close(reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.patience.end();
    const isDraining = reason === 'draining';
    const why = isDraining
      ? 'The gateway is shutting down.'
      : 'The session was closed before the answer came.';
    // Another node goes on with it, where one can; what it answers must not be answered here, too.
    const isLeft = this.generation > 0 && (isDraining || reason === 'claimed');
    if (reason === 'claimed') this.streams.leave('rotated');
    for (const exchange of this.calls.all()) {
      this.calledOff(exchange, 'The session was closed.');
      exchange.fail(isDraining ? 'draining' : 'session_closed', why);
    }
    this.streams.close(isDraining ? 'draining' : 'session-closed', isLeft);
    this.line.close();
    this.#onClosed(this, reason);
    this.#context.observer.sessionClosed?.({ ...closingOf(this), reason });
  }

  note(code: string, message: string, exchange?: Uint8Array): void {
    const { id: session, serverName: server } = this;
    this.#context.notes.tell({ where: 'session', code, message, server, session, exchange });
  }

  get #facts() {
    return { session: this.id, server: this.serverName, dialect: this.dialect.name };
  }

  /**
   * Where something the server says goes. What the driver could relate to a call goes there; of the rest, what
   * announces a change goes to the standing stream, anything else to the call that runs, as a server that works
   * for nobody else at the moment most likely means that one.
   */
  #sinkFor(method: string, exchange: Exchange | undefined): Sink {
    if (exchange && !exchange.isOver) return exchange.sink;
    if (!this.dialect.resumable || isAnnouncement(method)) return this.standing;
    return this.calls.latestSink ?? this.standing;
  }
}
