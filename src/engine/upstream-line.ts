/**
 * A session's way to its server: opened with the client's own `initialize`, or in the gateway's name for a
 * client that never sent one (*lenient start*), and opened again, in the same terms, after it was lost.
 */
import type { Message } from '../protocol/message.ts';
import type { EngineContext } from './context.ts';
import type { Exchange } from './exchange.ts';
import { fail, refused } from './faults.ts';
import { helloOf, negotiatedVersion, ownHello, requestedVersion, sharedHandshake } from './handshake.ts';
import { result } from './notice.ts';
import type { UpstreamFault } from './ports.ts';
import { Reopening } from './reopening.ts';
import type { Server } from './server.ts';
import type { Sharer } from './shared-links.ts';
import type { Member } from './member.ts';
import { INITIALIZED, type UpstreamSession } from './upstream-session.ts';

/** The session, as far as its way to the server concerns it. */
export interface LineOwner extends Member {
  readonly server: Server;
  readonly principal: string;
  readonly isStateless: boolean;
}

/** Something that waits for the way to the server. */
interface Waiting {
  readonly exchange?: Exchange;
  readonly bytes: number;
  readonly go: (upstream: UpstreamSession) => void;
}

/** What a waiting message costs beside its bytes, roughly. */
const WAITING_COST = 200;

export class UpstreamLine implements Sharer {
  readonly #owner: LineOwner;
  readonly #context: EngineContext;
  #version: string;
  #hello: Uint8Array | undefined;
  #upstream: UpstreamSession | undefined;
  /** The conversation of its own that is being opened. */
  #opening: UpstreamSession | undefined;
  /** Takes part in a shared conversation, be it open yet or not. */
  #isSharing = false;
  /** The client's own `initialize`, which opens the conversation. */
  #first: Exchange | undefined;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #wasInitialized = false;
  #isPaused = false;
  #logLevel: string | undefined;
  readonly #subscriptions = new Set<string>();
  readonly #reopening: Reopening;

  constructor(owner: LineOwner, version: string, context: EngineContext) {
    this.#owner = owner;
    this.#version = version;
    this.#context = context;
    this.#reopening = new Reopening(context.runtime, () => this.isUnderWay || this.#open());
  }

  /** The open conversation, if there is one. */
  get upstream(): UpstreamSession | undefined {
    return this.#upstream;
  }

  /** Whether there is a conversation, or one is being opened. */
  get isUnderWay(): boolean {
    return this.#upstream !== undefined || this.#isOpening;
  }

  get version(): string {
    return this.#version;
  }

  /** Whether the client's own `initialize` was answered with a result. */
  get wasInitialized(): boolean {
    return this.#wasInitialized;
  }

  /** Whether the link is shared, so that the server cannot speak to this client in particular. */
  get isShared(): boolean {
    return this.#owner.isStateless || this.#owner.server.sharing !== 'session';
  }

  get subscriptions(): ReadonlySet<string> {
    return this.#subscriptions;
  }

  // ---------------------------------------------------------------------------------------- to the server

  /**
   * Answers the client's `initialize`, from the server or (on a shared link) for it. On a link of its own only
   * while none is under way.
   */
  initialize(exchange: Exchange, message: Message): void {
    const hello = helloOf(message);
    this.#hello = hello;
    if (this.isShared) {
      this.#send({ exchange, bytes: hello.length, go: (upstream) => this.#greet(upstream, exchange, hello) });
    } else {
      this.#first = exchange;
      this.#open();
    }
  }

  /** Sends a request, as soon as there is a way to the server; opens one when there is none. In order. */
  call(exchange: Exchange, message: Message, now: number): void {
    if (this.#upstream) return this.#upstream.call(exchange, message, now);
    const bytes = message.bytes.length;
    this.#send({ exchange, bytes, go: (upstream) => upstream.call(exchange, message) });
  }

  /** Sends a notification in its place between the requests. Without any way to the server it means nothing. */
  notify(message: Message): void {
    if (this.#upstream) return this.#upstream.notify(message.bytes);
    const { bytes } = message;
    if (this.#isOpening) this.#send({ bytes: bytes.length, go: (upstream) => upstream.notify(bytes) });
  }

  /** Remembers what a new conversation must be told again. False when the cap is reached. */
  subscribed(uri: string): boolean {
    if (this.#subscriptions.size >= this.#context.settings.subscriptionsPerSession)
      return this.#subscriptions.has(uri);
    this.#subscriptions.add(uri);
    return true;
  }

  unsubscribed(uri: string): void {
    this.#subscriptions.delete(uri);
  }

  /** @param params the raw params of `logging/setLevel` */
  logLevel(params: string): void {
    this.#logLevel = params;
  }

  /** The client's readers are full. A shared link goes on: one slow client must not stop the others. */
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
    for (const uri of this.#subscriptions) {
      if (!upstream.isWatched(uri)) upstream.tell('resources/subscribe', JSON.stringify({ uri }));
    }
    upstream.members.add(this.#owner);
    this.#flush(upstream);
  }

  /** There is no way to the server: told to all who wait. @internal */
  failed(fault: UpstreamFault): void {
    this.#opening = undefined;
    this.#isSharing = false;
    const waiting = this.#takeWaiting();
    const first = this.#first;
    this.#first = undefined;
    if (first) fail(first, fault);
    for (const { exchange } of waiting) if (exchange) fail(exchange, fault);
  }

  lost(upstream: UpstreamSession): void {
    if (this.#upstream !== upstream) return;
    this.#upstream = undefined;
    this.#isSharing = false;
    if (this.#subscriptions.size > 0) this.#reopening.lost();
  }

  close(): void {
    this.#reopening.cancel();
    const upstream = this.#upstream;
    const opening = this.#opening;
    this.#upstream = undefined;
    this.#opening = undefined;
    this.#first = undefined;
    this.#takeWaiting();
    if (this.#isSharing) this.#leave(upstream);
    else void (upstream ?? opening)?.close();
  }

  get #isOpening(): boolean {
    return this.#upstream === undefined && (this.#opening !== undefined || this.#isSharing);
  }

  get #key(): string {
    return this.#owner.server.sharing === 'shared' ? '' : this.#owner.principal;
  }

  #send(waiting: Waiting): void {
    if (this.#upstream) return waiting.go(this.#upstream);
    const cost = waiting.bytes + WAITING_COST;
    if (this.#waitingBytes + cost > this.#context.settings.upstreamQueuedBytes) {
      const { name } = this.#owner.server;
      return waiting.exchange?.fail('upstream_busy', `Too much waits for the server "${name}" to start.`);
    }
    this.#waitingBytes += cost;
    this.#waiting.push(waiting);
    if (!this.#isOpening) this.#open();
  }

  #open(): void {
    const { server, principal } = this.#owner;
    if (this.isShared) {
      this.#isSharing = true;
      return server.shared.join(this.#key, principal, this);
    }
    const upstream = server.open({
      hello: this.#hello ?? ownHello(this.#version),
      principal,
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
      return upstream.closed(refused(this.#owner.server.name));
    }
    this.#opening = undefined;
    this.#upstream = upstream;
    this.#reopening.opened();
    if (this.#isPaused) upstream.pause();
    if (first) {
      this.#initialized(negotiatedVersion(upstream.handshake));
      first.answer(answer);
    } else {
      upstream.notify(INITIALIZED);
      this.#restore(upstream);
    }
    this.#flush(upstream);
  }

  /** Answers one more client of a shared conversation in the server's name. */
  #greet(upstream: UpstreamSession, exchange: Exchange, hello: Uint8Array): void {
    const handshake = sharedHandshake(upstream.handshake, requestedVersion(hello));
    this.#initialized(negotiatedVersion(new TextEncoder().encode(handshake)));
    exchange.answerWith(result(exchange.clientId, handshake));
  }

  #initialized(version: string): void {
    this.#version = version;
    this.#wasInitialized = true;
  }

  #restore(upstream: UpstreamSession): void {
    if (this.#logLevel !== undefined) upstream.tell('logging/setLevel', this.#logLevel);
    for (const uri of this.#subscriptions) upstream.tell('resources/subscribe', JSON.stringify({ uri }));
  }

  /** Sends what waited, all in one turn, so that nothing that comes later can overtake it. */
  #flush(upstream: UpstreamSession): void {
    for (const { exchange, go } of this.#takeWaiting()) if (!exchange?.isOver) go(upstream);
  }

  #takeWaiting(): Waiting[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    return waiting;
  }

  #leave(upstream: UpstreamSession | undefined): void {
    this.#isSharing = false;
    upstream?.members.delete(this.#owner);
    for (const uri of this.#subscriptions) {
      if (upstream && !upstream.isWatched(uri))
        upstream.tell('resources/unsubscribe', JSON.stringify({ uri }));
    }
    this.#owner.server.shared.leave(this.#key, this);
  }
}
