/**
 * A session's way to its server: opened with the client's own `initialize`, or in the gateway's name for a
 * client that never sent one (*lenient start*), and opened again, in the same terms, after it was lost.
 */
import type { Era } from '../protocol/era.ts';
import type { Message } from '../protocol/message.ts';
import type { EngineContext } from './context.ts';
import type { Exchange, Repeater } from './exchange.ts';
import { fail, refused } from './faults.ts';
import { callerKey, type Forwarded, forwardedTo } from './forwarded.ts';
import { negotiatedVersion, requestedVersion, sharedHandshake } from './handshake.ts';
import type { Line, LineOwner } from './line.ts';
import { type LineMemory, LineTerms } from './line-terms.ts';
import { emptyResult, result } from './notice.ts';
import type { UpstreamFault } from './ports.ts';
import { Reopening } from './reopening.ts';
import { tellUnsafe } from './repeat.ts';
import { SecondTries } from './second-tries.ts';
import type { Server } from './server.ts';
import type { Sharer } from './shared-links.ts';
import { isPrivate } from './subscriptions.ts';
import { INITIALIZED, type UpstreamSession } from './upstream-session.ts';
import { WaitingRoom, type Waiting } from './waiting.ts';

export class UpstreamLine implements Line, Sharer, Repeater {
  readonly #owner: LineOwner;
  readonly #server: Server;
  /** In what terms conversations are opened. */
  readonly terms: LineTerms;
  #upstream: UpstreamSession | undefined;
  /** The conversation of its own that is being opened. */
  #opening: UpstreamSession | undefined;
  /** Takes part in a shared conversation, be it open yet or not. */
  #isSharing = false;
  /** The client's own `initialize`, which opens the conversation. */
  #first: Exchange | undefined;
  readonly #waiting: WaitingRoom;
  #isPaused = false;
  readonly #reopening: Reopening;
  readonly #tries: SecondTries;
  readonly #forwarded: Forwarded;

  constructor(owner: LineOwner, server: Server, version: string, context: EngineContext) {
    this.#owner = owner;
    this.#server = server;
    this.#forwarded = forwardedTo(server.forwardHeaders, owner.forwarded);
    this.terms = new LineTerms(version, context.settings.subscriptionsPerSession);
    this.#waiting = new WaitingRoom(context.settings.upstreamQueuedBytes);
    this.#tries = new SecondTries(context.runtime, (waiting) => this.#send(waiting));
    this.#reopening = new Reopening(
      context.runtime,
      server.driver,
      () => this.#upstream !== undefined || this.#isOpening || this.#open(),
    );
  }

  get isOpen(): boolean {
    return this.#upstream !== undefined;
  }

  get version(): string {
    return this.terms.version;
  }

  get wasInitialized(): boolean {
    return this.terms.wasInitialized;
  }

  protected get era(): Era {
    return 'legacy';
  }

  get isShared(): boolean {
    return this.#owner.isStateless || this.#server.sharing !== 'session';
  }

  get subscriptions(): ReadonlySet<string> {
    return this.terms.wishes.subscriptions;
  }

  // ---------------------------------------------------------------------------------------- to the server

  initialize(exchange: Exchange, message: Message): void {
    // A second `initialize` in a session is the server's to judge, and never opens a second link.
    if ((this.#upstream || this.#isOpening) && !this.isShared)
      return this.call(exchange, message, exchange.startedAt);
    const hello = this.terms.greeted(message);
    if (this.isShared) {
      this.#send({ exchange, bytes: hello.length, go: (upstream) => this.#greet(upstream, exchange, hello) });
    } else {
      this.#first = exchange;
      this.#open();
    }
  }

  get memory(): LineMemory {
    return this.terms.memory;
  }

  recall(memory: LineMemory): void {
    this.terms.recall(memory);
    if (this.subscriptions.size > 0) this.#reopening.soon();
  }

  /** Calls `go` as soon as there is a way to the server; opens one. Where there is none, the exchange is told. */
  reach(exchange: Exchange, go: (upstream: UpstreamSession) => void): void {
    this.#send({ exchange, bytes: 0, go });
  }

  /** Tells the server of a log level, now and with each new conversation. @param params of `logging/setLevel` */
  tellLevel(params: string): void {
    this.terms.wishes.logLevel = params;
    if (!this.isShared) this.#upstream?.tell('logging/setLevel', params);
  }

  setLevel(exchange: Exchange, message: Message): void {
    if (this.isShared)
      return exchange.fail('method_not_found', 'A shared server cannot tell whose log lines are whose.');
    this.terms.wishes.level(message);
    this.call(exchange, message, exchange.startedAt);
  }

  subscribe(exchange: Exchange, message: Message): void {
    const uri = message.target;
    if (uri !== undefined && !this.terms.wishes.want(uri, exchange))
      return exchange.fail('too_many_calls', 'This session has too many subscriptions.');
    this.call(exchange, message, exchange.startedAt);
  }

  unsubscribe(exchange: Exchange, message: Message): void {
    const uri = message.target;
    if (uri !== undefined) this.terms.wishes.delete(uri);
    // On a shared link others may still watch: the server must go on telling.
    if (uri !== undefined && this.#upstream?.isShared && this.#upstream.isWatched(uri))
      return exchange.answerWith(emptyResult(exchange.clientId));
    this.call(exchange, message, exchange.startedAt);
  }

  call(exchange: Exchange, message: Message, now: number): void {
    if (!this.#server.admits(exchange, message, this.#owner.principal, now)) return;
    exchange.repeater = this;
    if (this.#upstream) return this.#upstream.call(exchange, message, now);
    this.#send({ exchange, bytes: message.bytes.length, go: (upstream) => upstream.call(exchange, message) });
  }

  repeats(exchange: Exchange, fault: UpstreamFault, isUnsent: boolean): boolean {
    return this.#tries.take(exchange, fault, isUnsent);
  }

  notify(message: Message): void {
    if (this.isShared && isPrivate(message.method)) return;
    if (this.#upstream) return this.#upstream.notify(message.bytes);
    const { bytes } = message;
    if (this.#isOpening) this.#send({ bytes: bytes.length, go: (upstream) => upstream.notify(bytes) });
  }

  pause(): void {
    this.#isPaused = true;
    if (!this.isShared) this.#upstream?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    if (!this.isShared) this.#upstream?.resume();
  }

  // --------------------------------------------------------------------------------- what becomes of the way

  /** A shared conversation is open. @internal */
  opened(upstream: UpstreamSession): void {
    this.#upstream = upstream;
    this.#reopening.opened();
    this.terms.wishes.watch(upstream);
    upstream.members.add(this.#owner);
    this.#flush(upstream);
  }

  /** There is no way to the server: told to all who wait. @internal */
  failed(fault: UpstreamFault): void {
    this.#opening = undefined;
    this.#isSharing = false;
    if (this.#isWanted && this.#reopening.again(fault)) return;
    const [waiting, first] = [this.#waiting.take(), this.#first];
    this.#first = undefined;
    if (first) fail(first, fault);
    for (const { exchange, isUnsafe } of waiting) {
      if (exchange && isUnsafe) tellUnsafe(exchange, fault);
      else if (exchange) fail(exchange, fault);
    }
  }

  lost(upstream: UpstreamSession): void {
    if (this.#upstream !== upstream) return;
    this.#upstream = undefined;
    this.#isSharing = false;
    this.#reopening.lost(this.subscriptions.size > 0);
  }

  /** @param fault told to what waits for the server; default: what waits has been told otherwise */
  close(fault?: UpstreamFault): void {
    this.#tries.close();
    this.#reopening.cancel();
    const [upstream, opening] = [this.#upstream, this.#opening];
    this.#upstream = undefined;
    this.#opening = undefined;
    this.#first = undefined;
    for (const { exchange } of this.#waiting.take()) if (fault && exchange) fail(exchange, fault);
    if (this.#isSharing) this.#leave(upstream);
    else void (upstream ?? opening)?.close();
  }

  /** Whether somebody waits for a way that was lost. */
  get #isWanted(): boolean {
    return !this.#first && !(this.#waiting.isEmpty && this.subscriptions.size === 0);
  }

  get #isOpening(): boolean {
    return this.#upstream === undefined && (this.#opening !== undefined || this.#isSharing);
  }

  get #key(): string {
    const principal = this.#server.sharing === 'shared' ? '' : this.#owner.principal;
    return callerKey(principal, this.#forwarded);
  }

  #send(waiting: Waiting): void {
    if (this.#upstream) return waiting.go(this.#upstream);
    if (!this.#waiting.add(waiting)) {
      const why = `Too much waits for the server "${this.#server.name}" to start.`;
      return waiting.exchange?.fail('upstream_busy', why);
    }
    if (!this.#isOpening) this.#open();
  }

  #open(): void {
    const { principal } = this.#owner;
    const forwarded = this.#forwarded;
    if (this.isShared) {
      this.#isSharing = true;
      return this.#server.shared.join(this.#key, { principal, forwarded }, this);
    }
    const upstream = this.#server.open({
      era: this.era,
      hello: this.terms.hello,
      seenAs: this.#first?.seenAs,
      principal,
      forwarded,
      isShared: false,
      member: this.#owner,
      answered: (answer) => this.#answered(upstream, answer),
      ended: (fault) => {
        if (this.#opening === upstream) this.failed(fault);
      },
    });
    this.#opening = upstream;
  }

  /** The server answered the `initialize` that opens a conversation of its own. */
  #answered(upstream: UpstreamSession, answer: Message): void {
    const first = this.#first;
    this.#first = undefined;
    if (answer.kind === 'error') {
      first?.answer(answer);
      return upstream.closed(refused(this.#server.name));
    }
    this.#opening = undefined;
    this.#upstream = upstream;
    this.#reopening.opened();
    if (this.#isPaused) upstream.pause();
    if (first) {
      this.terms.version = negotiatedVersion(upstream.handshake);
      this.terms.wasInitialized = true;
      first.answer(answer);
    } else if (this.era === 'legacy') {
      upstream.notify(INITIALIZED);
      this.terms.wishes.restore(upstream);
    }
    this.#flush(upstream);
  }

  /** Answers one more client of a shared conversation in the server's name. */
  #greet(upstream: UpstreamSession, exchange: Exchange, hello: Uint8Array): void {
    const handshake = sharedHandshake(upstream.handshake, requestedVersion(hello));
    this.terms.version = negotiatedVersion(new TextEncoder().encode(handshake));
    this.terms.wasInitialized = true;
    exchange.answerWith(result(exchange.clientId, handshake));
  }

  /** Sends what waited, all in one turn, so that nothing that comes later can overtake it. */
  #flush(upstream: UpstreamSession): void {
    for (const { exchange, go } of this.#waiting.take()) if (!exchange?.isOver) go(upstream);
  }

  #leave(upstream: UpstreamSession | undefined): void {
    this.#isSharing = false;
    upstream?.members.delete(this.#owner);
    if (upstream) this.terms.wishes.unwatch(upstream);
    this.#server.shared.leave(this.#key, this);
  }
}
