/** One server of a merge, as one session sees it: the way to it, opened when it is first needed, and its lists. */
import type { Message } from '../../protocol/message.ts';
import type { Source } from '../catalog/catalog.ts';
import { changedBy, type Kind } from '../catalog/kinds.ts';
import { shortHash } from '../catalog/short-hash.ts';
import type { View } from '../catalog/view.ts';
import type { EngineContext } from '../context.ts';
import { Judge } from '../policy/judge.ts';
import type { Offering } from '../policy/offering.ts';
import { isUpdateOfHidden, objectionTo } from '../policy/passing.ts';
import type { Exchange } from '../exchange.ts';
import { type Forwarded, speaksFor } from '../forwarded.ts';
import type { LineOwner } from '../line.ts';
import type { UpstreamFault } from '../ports.ts';
import type { Server } from '../server.ts';
import type { UpstreamLine } from '../upstream-line.ts';
import type { UpstreamSession } from '../upstream-session.ts';
import type { ListWatcher } from './kept-lists.ts';
import type { MergeLimits } from './limits.ts';
import { MemberLists } from './member-lists.ts';

/** The merged line, as far as its members concern it. */
export interface MemberHost {
  readonly owner: LineOwner;
  /** The client's own `initialize`; undefined when it sent none. */
  readonly hello: Uint8Array | undefined;
  readonly version: string;
  /** A list of a member was fetched, or could not be. */
  settled(member: MemberLine, kind: Kind): void;
  /** A server announced that lists of it changed. */
  changed(kinds: readonly Kind[]): void;
  /** The conversation with a member ended. */
  memberLost(): void;
}

export interface MemberOptions {
  readonly host: MemberHost;
  /** What the server is called in the merge. */
  readonly name: string;
  readonly server: Server;
  readonly offering: Offering;
  readonly limits: MergeLimits;
  readonly context: EngineContext;
}

const NOTHING: ReadonlySet<string> = new Set();

export class MemberLine implements LineOwner, ListWatcher {
  readonly id: string;
  readonly name: string;
  readonly principal: string;
  readonly isStateless: boolean;
  readonly forwarded: Forwarded;
  readonly server: Server;
  readonly lists: MemberLists;
  /** What of it is offered. */
  offering: Offering;
  /** Where calls are judged; made when one must be. */
  #judge: Judge | undefined;
  readonly #context: EngineContext;
  readonly #host: MemberHost;
  #line: UpstreamLine | undefined;
  #logLevel: string | undefined;
  #isPaused = false;
  /** Nothing more may be sent. */
  isClosed = false;

  constructor({ host, name, server, offering, limits, context }: MemberOptions) {
    const { id, principal, isStateless, forwarded } = host.owner;
    this.id = id;
    this.name = name;
    this.principal = principal;
    this.isStateless = isStateless;
    this.forwarded = forwarded;
    this.server = server;
    this.offering = offering;
    this.#context = context;
    this.#host = host;
    this.lists = new MemberLists({
      server,
      limits,
      context,
      line: () => this.line,
      scope: () => this.scope,
      settled: (kind) => host.settled(this, kind),
    });
    if (server.sharing === 'shared') server.lists.watchers.add(this);
  }

  get view(): View {
    return this.offering.view;
  }

  /** Whether the server cannot speak to this client in particular. */
  get isShared(): boolean {
    return this.isStateless || this.server.sharing !== 'session';
  }

  /** Resources whose updates come on this way. */
  get subscriptions(): ReadonlySet<string> {
    return this.#line?.subscriptions ?? NOTHING;
  }

  get isWatched(): boolean {
    return this.#host.owner.isWatched === true;
  }

  get isUnclaimed(): boolean {
    return this.#host.owner.isUnclaimed === true;
  }

  /** The way to the server if anything was ever sent on it. */
  get opened(): UpstreamLine | undefined {
    return this.#line;
  }

  /** The way to the server. */
  get line(): UpstreamLine {
    this.#line ??= this.#newLine();
    return this.#line;
  }

  /** In whose name it lists; undefined where headers of the caller may make a difference. */
  get scope(): string | undefined {
    if (speaksFor(this.server.forwardHeaders, this.forwarded)) return undefined;
    if (this.server.sharing === 'shared') return '';
    const { hello } = this.#host;
    return JSON.stringify([this.principal, this.isShared || !hello ? '' : termsOf(hello)]);
  }

  /** What it has of a kind, as far as is known. @param hidesDown whether what is down is not listed */
  source(kind: Kind, hidesDown: boolean): Source {
    const list = this.lists.list(kind);
    const isShown = list !== undefined && !(hidesDown && this.#isDown(kind));
    return { server: this.name, view: this.view[kind], list, isShown };
  }

  call(exchange: Exchange, message: Message, now: number): void {
    if (this.#objects(exchange, message)) return;
    const judge = this.#judge ?? (this.offering.calls && this.#newJudge());
    if (judge) judge.call(exchange, message, now);
    else this.line.call(exchange, message, now);
  }

  subscribe(exchange: Exchange, message: Message): void {
    if (this.#objects(exchange, message)) return;
    this.#inOrder(exchange, message, () => this.line.subscribe(exchange, message));
  }

  unsubscribe(exchange: Exchange, message: Message): void {
    if (this.#objects(exchange, message)) return;
    this.#inOrder(exchange, message, () => this.line.unsubscribe(exchange, message));
  }

  /** A notification of the client, where there is a way to the server. */
  notify(message: Message): void {
    if (this.#objects(undefined, message)) return;
    if (this.#line) this.#inOrder(undefined, message, () => this.#line?.notify(message));
  }

  /** Whether a message does not pass; who asked is told. */
  #objects(exchange: Exchange | undefined, message: Message): boolean {
    const objection = objectionTo(this.offering, message);
    if (objection) exchange?.fail(...objection);
    return objection !== undefined;
  }

  #inOrder(exchange: Exchange | undefined, message: Message, go: () => void): void {
    if (this.#judge) this.#judge.pass(exchange, message, go);
    else go();
  }

  #newJudge(): Judge {
    this.#judge = new Judge(this, this.#context);
    return this.#judge;
  }

  /** @param params the raw params of `logging/setLevel` */
  tellLevel(params: string): void {
    this.#logLevel = params;
    this.#line?.tellLevel(params);
  }

  /** Its session goes on where another node was. @param uris what it subscribed to here */
  recall(uris: readonly string[]): void {
    if (uris.length === 0) return;
    const { line } = this;
    line.recall({ ...line.memory, subscriptions: { '': uris } });
  }

  pause(): void {
    this.#isPaused = true;
    this.#line?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#line?.resume();
  }

  /** @param fault told to what waits for the server, where somebody is to be told */
  close(fault?: UpstreamFault): void {
    this.isClosed = true;
    this.server.lists.watchers.delete(this);
    this.lists.close();
    this.#judge?.close(fault);
    this.#line?.close(fault);
  }

  /** The server can be asked again: whoever wants to know what it has should ask. */
  revive(): void {
    const kinds = this.lists.revive();
    if (kinds.length > 0) this.#host.changed(kinds);
  }

  #newLine(): UpstreamLine {
    const line = this.server.line(this, this.#host.version);
    if (this.#host.hello) line.terms.introduce(this.#host.hello);
    if (this.#logLevel !== undefined) line.tellLevel(this.#logLevel);
    if (this.#isPaused) line.pause();
    return line;
  }

  #isDown(kind: Kind): boolean {
    if (this.lists.hasFailed(kind)) return true;
    const { state } = this.server.driver.health();
    return state === 'backoff' || state === 'failed';
  }

  // --------------------------------------------------------------------------------- what the server says

  notified(message: Message, exchange: Exchange | undefined): void {
    const kinds = changedBy(message.method);
    if (kinds.length > 0) {
      this.lists.changed(kinds, !this.isShared);
      this.#tellChanged(kinds);
    } else if (!isUpdateOfHidden(message, this.view))
      this.#host.owner.notified(message, this.#ofClient(exchange));
  }

  /** A server that all share announced a change, perhaps in a conversation this session has no part in. */
  listsChanged(kinds: readonly Kind[]): void {
    this.lists.changed(kinds, false);
    this.#tellChanged(kinds);
  }

  /** It is looked at again; where it is another, the client is told. */
  listsDoubted(kinds: readonly Kind[]): void {
    this.lists.changed(kinds, false);
    for (const kind of kinds)
      if (this.lists.hasList(kind) && !this.view[kind].isShut) this.lists.refresh(kind);
  }

  /** Who may see nothing of a kind learns of no change. */
  #tellChanged(kinds: readonly Kind[]): void {
    const seen = kinds.filter((kind) => !this.view[kind].isShut);
    if (seen.length > 0) this.#host.changed(seen);
  }

  asked(upstream: UpstreamSession, message: Message, exchange: Exchange | undefined): void {
    this.#host.owner.asked(upstream, message, this.#ofClient(exchange));
  }

  /** What belongs to a request of the gateway's own belongs to none of the client's. */
  #ofClient(exchange: Exchange | undefined): Exchange | undefined {
    return exchange?.owner.id === this.id ? exchange : undefined;
  }

  askCancelled(upstream: UpstreamSession, message: Message): void {
    this.#host.owner.askCancelled(upstream, message);
  }

  upstreamLost(upstream: UpstreamSession, fault: UpstreamFault): void {
    this.#judge?.forget();
    this.#host.owner.upstreamLost(upstream, fault);
    const own = this.lists.lost();
    if (own.length > 0) this.#host.changed(own);
    this.#host.memberLost();
  }
}

/** Servers list other things to clients that can do other things. */
function termsOf(hello: Uint8Array): string {
  const { protocolVersion, capabilities } = JSON.parse(new TextDecoder().decode(hello)) as Record<
    string,
    unknown
  >;
  return shortHash(JSON.stringify([protocolVersion, capabilities]));
}
