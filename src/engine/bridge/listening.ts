/**
 * One `subscriptions/listen` of a link for all that its client wants to hear of: lists that change, and resources it
 * subscribed to. What is wanted is changed by opening another one; the old is ended a little after that is acknowledged,
 * so that nothing is missed in between, nor told twice. One that ends is begun again, after a wait that grows, and what
 * may have been missed is announced then.
 *
 * Source: MCP 2026-07-28, subscriptions.
 */
import type { Message } from '../../protocol/message.ts';
import { Overlap } from '../modern/listen-overlap.ts';
import type { Runtime, Timer } from '../ports.ts';
import { wantedBy } from '../subscriptions.ts';
import type { AsLegacyLimits } from './as-legacy-limits.ts';
import type { Offered } from './discovered.ts';
import { agreedIn, withoutSubscription } from './listened.ts';

/** What of a link listening needs. */
export interface Listener {
  readonly runtime: Runtime;
  readonly limits: AsLegacyLimits;
  /** A number for one. */
  readonly nextNumber: number;
  /** Sends the request, and tells `ended` of that number when it is over. @param filter JSON text */
  listen(number: number, filter: string): void;
  /** Ends one that is open. */
  unlisten(number: number): void;
  /** Tells the client of a change in the gateway's own name. */
  announce(method: string, params: Record<string, unknown>): void;
}

/** Told once what came of a subscription: undefined when it is in force, else why it is not. */
export type Subscribed = (why: string | undefined) => void;

interface Listen {
  readonly number: number;
  readonly uris: ReadonlySet<string>;
  readonly lists: readonly ListKey[];
}

type ListKey = 'toolsListChanged' | 'promptsListChanged' | 'resourcesListChanged';

const KEYS: ReadonlyMap<string, ListKey> = new Map([
  ['notifications/tools/list_changed', 'toolsListChanged'],
  ['notifications/prompts/list_changed', 'promptsListChanged'],
  ['notifications/resources/list_changed', 'resourcesListChanged'],
]);
const UPDATED = 'notifications/resources/updated';
/** How long an old one is still heard, whose words may be on their way. */
const OVERLAP_MS = 1_000;
/** Old ones that are still heard; before there is one more, the oldest ends. */
const MOST_OLD = 3;
/** After so many failures those who wait are told. */
const PATIENCE = 4;
/** One that stood for so long was well. */
const LIVED_MS = 10_000;

export class Listening {
  readonly #listener: Listener;
  readonly #uris = new Set<string>();
  #lists: readonly ListKey[] = [];
  /** The one that is acknowledged. */
  #current: Listen | undefined;
  #opening: Listen | undefined;
  /** Those that were replaced just now, and the timers that end them. */
  readonly #old = new Map<Listen, Timer>();
  readonly #overlap = new Overlap<Listen>();
  /** The one that ended by itself, until another is acknowledged. */
  #lost: Listen | undefined;
  /** What is wanted has changed since `#opening` was sent. */
  #isStale = false;
  #waiting: { readonly uri: string; readonly done: Subscribed }[] = [];
  #failures = 0;
  #since = 0;
  #timer: Timer | undefined;
  /** Until `#opening` is given up. */
  #late: Timer | undefined;
  #isClosed = false;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  /** The client is ready to hear of lists that change. */
  start({ tools, prompts, resources }: Offered): void {
    const lists: ListKey[] = [];
    if (tools) lists.push('toolsListChanged');
    if (prompts) lists.push('promptsListChanged');
    if (resources) lists.push('resourcesListChanged');
    this.#lists = lists;
    this.#change();
  }

  subscribe(uri: string, done: Subscribed): void {
    if (this.#current?.uris.has(uri) && this.#uris.has(uri)) return done(undefined);
    if (this.#uris.size >= this.#listener.limits.uris) return done('Too many resources are subscribed to.');
    this.#uris.add(uri);
    this.#waiting.push({ uri, done });
    this.#change();
  }

  unsubscribe(uri: string): void {
    if (!this.#uris.delete(uri)) return;
    this.#settle(
      (one) => one.uri === uri,
      () => 'It was unsubscribed from.',
    );
    this.#change();
  }

  /** The server agreed. @param message `notifications/subscriptions/acknowledged` */
  acknowledged(number: number, message: Message): void {
    const listen = this.#opening;
    if (listen?.number !== number) return;
    if (this.#current) this.#retire(this.#current);
    this.#current = listen;
    this.#opening = undefined;
    this.#late?.cancel();
    this.#since = this.#listener.runtime.now();
    this.#overlap.begin(listen);
    this.#makeUp(listen);
    const agreed = agreedIn(message);
    const isRefused = (uri: string): boolean => agreed !== undefined && !agreed.has(uri);
    for (const uri of listen.uris) if (isRefused(uri)) this.#uris.delete(uri);
    this.#settle(
      ({ uri }) => listen.uris.has(uri),
      ({ uri }) => (isRefused(uri) ? 'The server does not tell of changes of this resource.' : undefined),
    );
    if (this.#isStale) this.#change();
  }

  /**
   * The change that a notification tells of, as the client may hear it; `again` where it was told before, undefined
   * where nobody asked for it.
   */
  told(number: number, message: Message): Message | 'again' | undefined {
    const listen = this.#heard(number);
    if (!listen) return undefined;
    const { method, target = '' } = message;
    const key = KEYS.get(method);
    const isWanted =
      method === UPDATED
        ? wantedBy(target).some((uri) => listen.uris.has(uri) && this.#uris.has(uri))
        : key !== undefined && listen.lists.includes(key);
    if (isWanted && !this.#overlap.isNew({ key: `${method}\n${target}` }, listen)) return 'again';
    return isWanted ? withoutSubscription(message) : undefined;
  }

  /** It is over. @param why one sentence, where the server refused it: it is not asked for again by itself */
  ended(number: number, why?: string): void {
    if (this.#isClosed) return;
    if (this.#opening?.number === number) {
      const { uris } = this.#opening;
      this.#opening = undefined;
      this.#late?.cancel();
      if (why !== undefined) return this.#refused(uris, why);
    } else if (this.#current?.number === number) {
      this.#lost = this.#current;
      this.#overlap.end(this.#current);
      this.#current = undefined;
      if (this.#listener.runtime.now() - this.#since >= LIVED_MS) this.#failures = 0;
      if (this.#opening) return;
    } else return;
    this.#again();
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#late?.cancel();
    this.#waiting = [];
    for (const timer of this.#old.values()) timer.cancel();
    this.#old.clear();
  }

  /** It is heard for a little longer: over HTTP its words and those of the next one overtake each other. */
  #retire(old: Listen): void {
    const [oldest] = this.#old.keys();
    if (oldest && this.#old.size >= MOST_OLD) this.#endOld(oldest);
    this.#old.set(
      old,
      this.#listener.runtime.after(OVERLAP_MS, () => this.#endOld(old)),
    );
  }

  #endOld(old: Listen): void {
    this.#old.get(old)?.cancel();
    this.#old.delete(old);
    this.#overlap.end(old);
    this.#listener.unlisten(old.number);
  }

  #heard(number: number): Listen | undefined {
    if (this.#current?.number === number) return this.#current;
    for (const old of this.#old.keys()) if (old.number === number) return old;
    return undefined;
  }

  /** Announces what may have changed since nobody listened. */
  #makeUp({ lists, uris }: Listen): void {
    const lost = this.#lost;
    this.#lost = undefined;
    if (!lost) return;
    for (const [method, key] of KEYS)
      if (lists.includes(key) && lost.lists.includes(key)) this.#listener.announce(method, {});
    for (const uri of uris) if (lost.uris.has(uri)) this.#listener.announce(UPDATED, { uri });
  }

  /** Asks for what is wanted now. */
  #change(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#isStale = this.#opening !== undefined;
    if (this.#isStale || this.#isClosed) return;
    if (this.#uris.size === 0 && this.#lists.length === 0) return this.#stop();
    const uris = new Set(this.#uris);
    const filter: Record<string, unknown> = {};
    for (const key of this.#lists) filter[key] = true;
    if (uris.size > 0) filter['resourceSubscriptions'] = [...uris];
    const number = this.#listener.nextNumber;
    this.#opening = { number, uris, lists: this.#lists };
    const { runtime, limits } = this.#listener;
    this.#late = runtime.after(limits.agreeMs, () => this.#tooLate());
    this.#listener.listen(number, JSON.stringify(filter));
  }

  #stop(): void {
    if (this.#current) this.#retire(this.#current);
    this.#current = undefined;
    this.#lost = undefined;
  }

  /** The server neither agreed nor refused. */
  #tooLate(): void {
    const { number, uris } = this.#opening ?? {};
    if (number === undefined || !uris) return;
    this.#opening = undefined;
    this.#listener.unlisten(number);
    this.#refuse(uris, 'The server did not say in time that it can be listened to.');
    this.#again();
  }

  /** Without what was new in it the rest may be taken. */
  #refused(uris: ReadonlySet<string>, why: string): void {
    const isLess = this.#refuse(uris, why);
    if (this.#isStale || (isLess && !this.#current)) this.#change();
    // What was agreed to once may be again.
    else if (this.#lost && !this.#current) this.#again();
  }

  /** Those who wait are told. Whether less is wanted with that. */
  #refuse(uris: ReadonlySet<string>, why: string): boolean {
    const isNew = ({ uri }: { uri: string }): boolean => uris.has(uri);
    const fresh = this.#waiting.filter(isNew);
    for (const { uri } of fresh) this.#uris.delete(uri);
    this.#settle(isNew, () => why);
    return fresh.length > 0;
  }

  #again(): void {
    const { runtime, limits } = this.#listener;
    if (this.#failures >= PATIENCE)
      this.#settle(
        () => true,
        () => 'The server cannot be listened to.',
      );
    const wait = Math.min(limits.firstWaitMs * 2 ** Math.min(this.#failures, 30), limits.longestWaitMs);
    this.#failures += 1;
    this.#timer?.cancel();
    this.#timer = runtime.after(wait, () => this.#change());
  }

  #settle(which: (one: { uri: string }) => boolean, why: (one: { uri: string }) => string | undefined): void {
    const settled = this.#waiting.filter(which);
    if (settled.length === 0) return;
    this.#waiting = this.#waiting.filter((one) => !which(one));
    for (const one of settled) one.done(why(one));
  }
}
