/**
 * All who listen on one conversation with a modern server, by one `subscriptions/listen` there: for whatever any of
 * them wants.
 *
 * Guarantees: where it is to be for more or for less, the new one is acknowledged before the old one is called off,
 * and those who listen notice nothing; one that is lost is opened again, and whatever may have changed meanwhile is
 * announced; a request that the server refuses is the trouble of those who asked for it.
 */
import type { EngineContext } from '../context.ts';
import type { ExchangeOwner } from '../exchange.ts';
import { type Message, ownNumber } from '../../protocol/message.ts';
import type { Timer, UpstreamFault } from '../ports.ts';
import { type Announcement, everythingIn } from './announcement.ts';
import { ListenComeback } from './listen-comeback.ts';
import { covers, type Filter, sizeOf, union } from './listen-filter.ts';
import { ListenWeights } from './listen-weights.ts';
import { Overlap } from './listen-overlap.ts';
import type { Listener, ListenSource } from './listener.ts';
import type { ModernCall } from './modern-call.ts';
import { type ListenEnd, type ListenHandler, UpstreamListen } from './upstream-listen.ts';

/** So long both are heard: what the old one said before may still be under way. */
const OVERLAP_MS = 1_000;
/** Of those that were taken over from. */
const MOST_OLD = 2;
/** What nobody wants any more is asked for no longer after so long: who goes away may come back. */
const TRIM_MS = 5_000;
const GONE = { word: 'session_closed', message: 'The server was taken out.' } as const;
const UNHEARD = { word: 'upstream_failed', message: 'The server could not be listened to.' } as const;

/** The conversation on which they listen. */
export interface ListenWay extends ExchangeOwner {
  listen(listen: UpstreamListen): void;
  /** Whether the server shows with this that it does not understand such words any more. */
  hasTurned(met: Message | UpstreamFault): boolean;
  /** Has a call served in other words. */
  misread(call: ModernCall): void;
  /** Nobody listens any more. */
  unused(): void;
}

export class NativeListens implements ListenSource, ListenHandler {
  readonly #way: ListenWay;
  readonly #context: EngineContext;
  readonly #listeners = new Set<Listener>();
  readonly #weights: ListenWeights;
  /** Those that wait for an acknowledgement, in the order in which they came. */
  readonly #waiting = new Set<Listener>();
  readonly #overlap = new Overlap<UpstreamListen>();
  readonly #comeback: ListenComeback;
  /** The one that counts. */
  #current: UpstreamListen | undefined;
  /** The one that is to take over, and for whom it was opened. */
  #next: { readonly listen: UpstreamListen; readonly news: readonly Listener[] } | undefined;
  readonly #old = new Map<UpstreamListen, Timer>();
  /** How many of those that wait are asked for at once: one by one after a refusal, to find whose fault it is. */
  #most = Infinity;
  /** What was announced since may not have been heard. */
  #isBehind = false;
  /** Who waits for an acknowledgement does not wait for ever. */
  #late: Timer | undefined;
  #trim: Timer | undefined;
  #isClosed = false;

  constructor(way: ListenWay, context: EngineContext) {
    this.#way = way;
    this.#context = context;
    this.#weights = new ListenWeights(context.settings);
    this.#comeback = new ListenComeback(context.runtime, () => this.#edit());
  }

  get size(): number {
    return this.#listeners.size;
  }

  join(listener: Listener): void {
    const { call, wanted } = listener;
    if (!this.#weights.add(call.facts.principal, wanted))
      return listener.fail('too_many_calls', 'Too much is listened for at this server.');
    this.#listeners.add(listener);
    if (this.#current?.isOpen && covers(this.#current.asked, wanted))
      return this.#granted(listener, this.#current);
    this.#waiting.add(listener);
    this.#edit();
  }

  leave(listener: Listener): void {
    const { call, wanted } = listener;
    if (this.#listeners.delete(listener)) this.#weights.remove(call.facts.principal, wanted);
    this.#waiting.delete(listener);
    if (this.#isClosed) return;
    if (this.#listeners.size === 0) return this.#rest();
    this.#trim ??= this.#context.runtime.after(TRIM_MS, () => this.#trimmed());
  }

  /** What the server says on a channel that all subscriptions share; undefined when it is about none of ours. */
  named({ bytes, claims, requestId, method }: Message): UpstreamListen | undefined {
    const span = method === 'notifications/cancelled' ? requestId : claims?.subscription;
    const number = span && span.end > 0 ? ownNumber(bytes, span) : -1;
    for (const listen of this.#all()) if (listen.number === number) return listen;
    return undefined;
  }

  /** Ends all, in good order. */
  close(): void {
    this.#isClosed = true;
    this.#rest();
    for (const listener of [...this.#listeners]) listener.end(GONE);
  }

  // ------------------------------------------------------------------------------------ what the server says

  acknowledged(listen: UpstreamListen): void {
    if (this.#next?.listen !== listen) return;
    const [old, { news }] = [this.#current, this.#next];
    this.#next = undefined;
    this.#current = listen;
    this.#late?.cancel();
    this.#comeback.opened();
    this.#overlap.begin(listen);
    if (old && !old.isOver) this.#retire(old);
    if (this.#isBehind) this.#catchUp();
    for (const listener of news) this.#granted(listener, listen);
    for (const listener of [...this.#waiting])
      if (covers(listen.asked, listener.wanted)) this.#granted(listener, listen);
    if (this.#waiting.size === 0) this.#most = Infinity;
    else this.#edit();
  }

  announced(announcement: Announcement, listen: UpstreamListen): void {
    if (!this.#overlap.isNew(announcement, listen)) return;
    for (const listener of this.#listeners) listener.hear(announcement);
  }

  over(listen: UpstreamListen, end: ListenEnd): void {
    const wasOld = this.#old.get(listen);
    wasOld?.cancel();
    this.#old.delete(listen);
    this.#overlap.end(listen);
    if (this.#isClosed) return;
    if (this.#next?.listen === listen) this.#unopened(end);
    else if (this.#current === listen) this.#lost(end);
  }

  // ---------------------------------------------------------------------------------------- opening and ending

  /** Asks for what is wanted now; while that is under way already, later. */
  #edit(): void {
    if (this.#next || this.#isClosed) return;
    this.#comeback.cancel();
    const news = [...this.#waiting].slice(0, this.#most);
    const isNew = new Set(news);
    const wanted = union(this.#wishes((one) => !this.#waiting.has(one) || isNew.has(one)));
    const listen = new UpstreamListen(this.#way, wanted, this, this.#context.runtime.now());
    this.#next = { listen, news };
    const { runtime, settings } = this.#context;
    this.#late = runtime.after(settings.requestMs, () => this.#tooLate(listen));
    this.#way.listen(listen);
  }

  /** It was neither acknowledged nor refused in time. */
  #tooLate(listen: UpstreamListen): void {
    if (this.#next?.listen !== listen) return;
    this.#way.calledOff(listen, 'The gateway gave up waiting.');
    listen.fail('timed_out', '"subscriptions/listen" was not acknowledged in time.');
  }

  #granted(listener: Listener, { granted, asked }: UpstreamListen): void {
    this.#waiting.delete(listener);
    if (!listener.call.isOver) listener.acknowledge(granted ?? asked);
  }

  /** What was to take over came to nothing: those for whom it was opened are told; what was open stays. */
  #unopened(end: ListenEnd): void {
    const news = (this.#next?.news ?? []).filter((listener) => this.#waiting.has(listener));
    this.#next = undefined;
    this.#late?.cancel();
    if (this.#hasTurned(end)) return this.#handOver();
    if (end.kind === 'refused' && news.length > 1) {
      this.#most = 1;
      return this.#edit();
    }
    if (end.kind !== 'refused') this.#most = Infinity;
    for (const listener of news) {
      this.#waiting.delete(listener);
      if (end.kind === 'refused') listener.refuse(end.met);
      else if (end.kind === 'failed') listener.fail(end.word, end.message);
      else listener.fail('upstream_failed', 'The server ended the subscription before it acknowledged it.');
    }
    if (this.#waiting.size > 0) return this.#edit();
    if (!this.#current?.isOpen && this.#isHeard) this.#again(end);
  }

  /** The one that counts is over. */
  #lost(end: ListenEnd): void {
    const { granted } = this.#current ?? {};
    this.#current = undefined;
    // One that honours nothing may well be ended at once: there is nothing to come.
    if (this.#listeners.size === 0 || !granted || sizeOf(granted) === 0) return;
    this.#isBehind = true;
    if (this.#next) return;
    this.#comeback.lost();
    if (this.#hasTurned(end)) this.#handOver();
    else this.#again(end);
  }

  #again(end: ListenEnd): void {
    const leastMs = end.kind === 'failed' ? end.retryAfterMs : 0;
    if (!this.#comeback.again(leastMs)) this.#giveUp();
  }

  #giveUp(): void {
    for (const listener of [...this.#listeners]) listener.end(UNHEARD);
  }

  #hasTurned(end: ListenEnd): boolean {
    return end.kind !== 'ended' && end.met !== undefined && this.#way.hasTurned(end.met);
  }

  /** The server speaks otherwise now: who waits is served so, and who listens has to ask again. */
  #handOver(): void {
    for (const listener of [...this.#listeners]) {
      if (listener.honoured || listener.call.wasMisread) listener.end(UNHEARD);
      else {
        listener.release?.();
        this.#way.misread(listener.call);
      }
    }
  }

  /** Goes on hearing what is under way on one that was taken over from, for a moment. */
  #retire(listen: UpstreamListen): void {
    const [oldest] = this.#old.keys();
    if (oldest && this.#old.size >= MOST_OLD) this.#callOff(oldest);
    const timer = this.#context.runtime.after(OVERLAP_MS, () => this.#callOff(listen));
    this.#old.set(listen, timer);
  }

  #callOff(listen: UpstreamListen): void {
    this.#old.get(listen)?.cancel();
    this.#old.delete(listen);
    this.#overlap.end(listen);
    if (listen.isOver) return;
    this.#way.calledOff(listen, 'Nobody listens any more.');
    listen.cancel();
  }

  /** Asks for less, where less is wanted. */
  #trimmed(): void {
    const again = () => this.#context.runtime.after(TRIM_MS, () => this.#trimmed());
    this.#trim = this.#next ? again() : undefined;
    const { asked } = this.#current ?? {};
    if (asked && !covers(union(this.#wishes()), asked)) this.#edit();
  }

  /** Nobody listens: neither do we. */
  #rest(): void {
    this.#late?.cancel();
    this.#trim?.cancel();
    this.#trim = undefined;
    this.#comeback.forget();
    const all = this.#all();
    [this.#current, this.#next] = [undefined, undefined];
    [this.#most, this.#isBehind] = [Infinity, false];
    for (const listen of all) this.#callOff(listen);
    if (!this.#isClosed) this.#way.unused();
  }

  /** What changed while nobody heard it cannot be known: all that is listened for may have. */
  #catchUp(): void {
    this.#isBehind = false;
    const heard = union(this.#wishes(({ honoured }) => honoured !== undefined));
    for (const announcement of everythingIn(heard))
      for (const listener of this.#listeners) listener.hear(announcement);
  }

  *#wishes(isMeant: (listener: Listener) => boolean = () => true): Iterable<Filter> {
    for (const listener of this.#listeners) if (isMeant(listener)) yield listener.wanted;
  }

  #all(): UpstreamListen[] {
    const { listen } = this.#next ?? {};
    return [...(this.#current ? [this.#current] : []), ...(listen ? [listen] : []), ...this.#old.keys()];
  }

  /** Whether anybody was told that it is listened to. */
  get #isHeard(): boolean {
    for (const { honoured } of this.#listeners) if (honoured && sizeOf(honoured) > 0) return true;
    return false;
  }
}
