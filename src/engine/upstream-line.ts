/**
 * A session's way to its server: opened with the client's own `initialize`, or in the gateway's name for a
 * client that never sent one (*lenient start*), and opened again, in the same terms, after it was lost.
 */
import type { Message } from '../protocol/message.ts';
import type { EngineContext } from './context.ts';
import type { Exchange } from './exchange.ts';
import { helloOf, negotiatedVersion, ownHello, requestedVersion, sharedHandshake } from './handshake.ts';
import { result } from './notice.ts';
import { UpstreamError } from './ports.ts';
import { refused, type Server } from './server.ts';
import type { Member, UpstreamSession } from './upstream-session.ts';
import { INITIALIZED } from './upstream-session.ts';

/** The session, as far as its way to the server concerns it. */
export interface LineOwner extends Member {
  readonly server: Server;
  readonly principal: string;
  readonly isStateless: boolean;
  readonly isClosed: boolean;
}

export class UpstreamLine {
  readonly #owner: LineOwner;
  readonly #context: EngineContext;
  #version: string;
  #hello: Uint8Array | undefined;
  #upstream: UpstreamSession | undefined;
  #connecting: Promise<UpstreamSession> | undefined;
  #abort: AbortController | undefined;
  #wasInitialized = false;
  #isPaused = false;
  #logLevel: string | undefined;
  readonly #subscriptions = new Set<string>();

  constructor(owner: LineOwner, version: string, context: EngineContext) {
    this.#owner = owner;
    this.#version = version;
    this.#context = context;
  }

  /** The open conversation, if there is one. */
  get upstream(): UpstreamSession | undefined {
    return this.#upstream;
  }

  /** Whether there is a conversation, or one is being opened. */
  get isUnderWay(): boolean {
    return this.#upstream !== undefined || this.#connecting !== undefined;
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

  /** Answers the client's `initialize`, from the server or (on a shared link) for it. */
  async initialize(exchange: Exchange, message: Message): Promise<void> {
    const hello = helloOf(message);
    this.#hello = hello;
    if (this.isShared) {
      const upstream = await this.connect();
      const version = requestedVersion(hello);
      const handshake = sharedHandshake(upstream.handshake, version);
      this.#initialized(negotiatedVersion(new TextEncoder().encode(handshake)));
      exchange.answerWith(result(exchange.clientId, handshake));
    } else {
      const opening = this.#open(hello);
      this.#connecting = opening.then((opened) => {
        if (opened.answer.kind === 'error') throw refused(this.#owner.server.name);
        return this.#adopt(opened.upstream);
      });
      this.#connecting.catch(() => {}).finally(() => (this.#connecting = undefined));
      const { upstream, answer } = await opening;
      if (answer.kind === 'error') void upstream.close();
      else this.#initialized(negotiatedVersion(upstream.handshake));
      exchange.answer(answer);
    }
  }

  /** The open conversation; opens one when there is none, once for all who wait. @throws UpstreamError */
  connect(): Promise<UpstreamSession> {
    if (this.#upstream) return Promise.resolve(this.#upstream);
    this.#connecting ??= this.#connect().finally(() => (this.#connecting = undefined));
    return this.#connecting;
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

  lost(upstream: UpstreamSession): void {
    if (this.#upstream === upstream) this.#upstream = undefined;
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

  close(): void {
    this.#abort?.abort();
    const upstream = this.#upstream;
    this.#upstream = undefined;
    if (!upstream) return;
    upstream.members.delete(this.#owner);
    if (this.isShared) this.#leaveShared(upstream);
    else void upstream.close();
  }

  get #key(): string {
    return this.#owner.server.sharing === 'shared' ? '' : this.#owner.principal;
  }

  async #connect(): Promise<UpstreamSession> {
    if (this.isShared) return this.#adopt(await this.#owner.server.share(this.#key, this.#owner.principal));
    const { upstream, answer } = await this.#open(this.#hello ?? ownHello(this.#version));
    if (answer.kind === 'error') {
      void upstream.close();
      throw refused(this.#owner.server.name);
    }
    this.#adopt(upstream);
    upstream.notify(INITIALIZED);
    this.#restore(upstream);
    return upstream;
  }

  #open(hello: Uint8Array) {
    this.#abort ??= new AbortController();
    return this.#owner.server.open(hello, this.#owner.principal, this.#abort.signal);
  }

  #adopt(upstream: UpstreamSession): UpstreamSession {
    if (this.#owner.isClosed || !upstream.isOpen) {
      if (!this.isShared) void upstream.close();
      else this.#owner.server.leave(this.#key, upstream);
      throw new UpstreamError({ code: 'closed', message: 'The connection to the server was closed.' });
    }
    this.#upstream = upstream;
    upstream.members.add(this.#owner);
    if (this.#isPaused && !this.isShared) upstream.pause();
    return upstream;
  }

  #initialized(version: string): void {
    this.#version = version;
    this.#wasInitialized = true;
  }

  #restore(upstream: UpstreamSession): void {
    if (this.#logLevel !== undefined) upstream.tell('logging/setLevel', this.#logLevel);
    for (const uri of this.#subscriptions) upstream.tell('resources/subscribe', JSON.stringify({ uri }));
  }

  #leaveShared(upstream: UpstreamSession): void {
    for (const uri of this.#subscriptions) {
      if (!upstream.isWatched(uri)) upstream.tell('resources/unsubscribe', JSON.stringify({ uri }));
    }
    this.#owner.server.leave(this.#key, upstream);
  }
}
