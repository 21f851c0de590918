/**
 * The way of modern requests to a server that understands them: passed on byte for byte, but for our own number in
 * place of the id. One conversation for all calls of a caller, or of everybody where the server is shared.
 *
 * Source: MCP 2026-07-28: a server tells nothing from what came before on the same connection.
 */
import { claimedLogLevel } from '../../protocol/era.ts';
import { errorResponse } from '../../protocol/errors.ts';
import { copySpan, type Message } from '../../protocol/message.ts';
import type { Eras } from '../bridge/eras.ts';
import type { EngineContext } from '../context.ts';
import { Timed } from '../deadlines.ts';
import type { Exchange } from '../exchange.ts';
import type { Forwarded } from '../forwarded.ts';
import type { LineOwner } from '../line.ts';
import type { UpstreamFault } from '../ports.ts';
import type { Server } from '../server.ts';
import { tellModernEnded } from '../tell-ended.ts';
import type { UpstreamSession } from '../upstream-session.ts';
import type { ModernCall } from './modern-call.ts';
import { ModernExchange } from './modern-exchange.ts';
import type { ModernLine } from './modern-line.ts';
import { type ListenWay, NativeListens } from './native-listens.ts';
import { UpstreamListen } from './upstream-listen.ts';

export interface NativeOptions {
  readonly server: Server;
  /** Equal for callers who may have the same one. */
  readonly key: string;
  readonly principal: string;
  readonly forwarded: Forwarded;
  /** Nothing is in flight any more. */
  readonly onIdle: (way: NativeWay) => void;
  /** The server does not understand modern words any more: the call was not carried out, and is to be served otherwise. */
  readonly misread: (call: ModernCall) => void;
}

const NOTHING: ReadonlySet<string> = new Set();

export class NativeWay extends Timed implements LineOwner, ListenWay {
  readonly id = 'modern';
  readonly server: Server;
  readonly key: string;
  readonly serverName: string;
  readonly principal: string;
  readonly forwarded: Forwarded;
  readonly isStateless = false;
  readonly subscriptions = NOTHING;
  readonly line: ModernLine;
  readonly listens: NativeListens;
  readonly #context: EngineContext;
  readonly #onIdle: (way: NativeWay) => void;
  readonly #misread: (call: ModernCall) => void;
  readonly #eras: Eras;
  readonly #calls = new Set<Exchange>();
  readonly #isForAll: boolean;

  constructor({ server, key, principal, forwarded, onIdle, misread }: NativeOptions, context: EngineContext) {
    super();
    this.server = server;
    this.key = key;
    this.serverName = server.name;
    this.principal = principal;
    this.forwarded = forwarded;
    this.#context = context;
    this.#onIdle = onIdle;
    this.#misread = misread;
    this.#eras = server.eras;
    this.#isForAll = server.sharing === 'shared';
    this.line = server.modernLine(this);
    this.listens = new NativeListens(this, context);
  }

  /** Calls, and those who listen: what keeps it open. */
  get inFlight(): number {
    return this.#calls.size + this.listens.size;
  }

  take(call: ModernCall): void {
    const now = this.#context.runtime.now();
    const exchange = new ModernExchange(this, call, now);
    this.#calls.add(exchange);
    call.onCancel = (reason) => this.#cancel(exchange, reason);
    this.line.call(exchange, call.message, now);
  }

  listen(listen: UpstreamListen): void {
    this.#calls.add(listen);
    this.line.call(listen, listen.message, listen.startedAt);
  }

  unused(): void {
    if (this.inFlight === 0) this.#onIdle(this);
  }

  close(): void {
    this.listens.close();
    for (const exchange of this.#calls) exchange.fail('session_closed', 'The server was taken out.');
    this.line.close();
  }

  /** What a call was met with; true when it is served otherwise. */
  isForeign(call: ModernCall, met: Message | UpstreamFault): boolean {
    if (!this.hasTurned(met) || call.wasMisread) return false;
    call.met = met;
    this.misread(call);
    return true;
  }

  hasTurned(met: Message | UpstreamFault): boolean {
    return 'code' in met ? this.#eras.failed(this, met) : this.#eras.answered(this, met);
  }

  misread(call: ModernCall): void {
    call.wasMisread = true;
    this.#misread(call);
  }

  #cancel(exchange: Exchange, reason: string): void {
    this.calledOff(exchange, reason);
    exchange.cancel();
  }

  // -------------------------------------------------------------------------------------- from the server

  notified(message: Message, exchange: Exchange | undefined): void {
    const listen = exchange instanceof UpstreamListen ? exchange : this.listens.named(message);
    if (listen) return listen.heard(message);
    // Its subscription is nobody's here, and may be called as one of a client is.
    if ((message.claims?.subscription.end ?? 0) > 0) return;
    if (exchange) return exchange.sink.event(message.bytes);
    if (message.method === 'notifications/message') this.#lastToLog?.sink.event(message.bytes);
  }

  /** There are no such requests in these words: a server that asks all the same is told so. */
  asked(upstream: UpstreamSession, message: Message): void {
    const id = copySpan(message.bytes, message.id);
    upstream.reply(errorResponse(id, 'method_not_found', 'A client of 2026-07-28 cannot be asked.'));
  }

  /** Servers call off subscriptions only. */
  askCancelled(_upstream: UpstreamSession, message: Message): void {
    this.listens.named(message)?.calledOffByServer();
  }

  upstreamLost(upstream: UpstreamSession, _fault: UpstreamFault): void {
    this.line.lost(upstream);
  }

  /**
   * Over stdio a log line does not say whose it is: most likely that of the call that came last. Where strangers call,
   * nobody gets it.
   */
  get #lastToLog(): Exchange | undefined {
    if (this.#isForAll) return undefined;
    let last: Exchange | undefined;
    for (const exchange of this.#calls)
      if (exchange instanceof ModernExchange && claimedLogLevel(exchange.call.message)) last = exchange;
    return last;
  }

  // ------------------------------------------------------------------------------------------- exchanges

  ended(exchange: Exchange, outcome: string): void {
    this.#calls.delete(exchange);
    this.unused();
    const facts = exchange instanceof ModernExchange ? exchange.call.facts : undefined;
    tellModernEnded(facts, exchange, outcome, this.#context);
  }

  calledOff(exchange: Exchange, reason: string): void {
    if (exchange.number > 0) exchange.upstream?.callOff(exchange, reason);
  }
}
