/**
 * All who listen by one seat: what its server announces there, as those who asked for it may hear it.
 *
 * Guarantees: only what the server said of itself that it announces is acknowledged; a resource is subscribed to once
 * however many listen for it, and no longer than anybody does; after the conversation was lost it is opened again, and
 * whatever may have changed meanwhile is announced.
 *
 * Source: MCP 2026-07-28, subscriptions; MCP 2025-11-25, resources, "Subscriptions", and `listChanged` of every list.
 */
import type { Message } from '../../protocol/message.ts';
import type { EngineContext } from '../context.ts';
import { Announcement, everythingIn } from '../modern/announcement.ts';
import { ListenComeback } from '../modern/listen-comeback.ts';
import { type Filter, union } from '../modern/listen-filter.ts';
import type { Listener } from '../modern/listener.ts';
import { type Failure, isFailure, OwnCall } from '../own-call.ts';
import { objectOf } from './canonical.ts';
import type { Greeting } from './greetings.ts';
import { serverOf } from './mounts.ts';
import type { Seat } from './seat.ts';
import { isRefused, type SeatWatcher } from './seat-host.ts';

/** A resource that somebody listens for. */
interface Watched {
  readonly by: Set<Listener>;
  /** Whether the server agreed; undefined while it has not said. */
  isOn: boolean | undefined;
}

const UNHEARD = { word: 'upstream_failed', message: 'The server could not be listened to.' } as const;

export class SeatListens implements SeatWatcher {
  readonly #seat: Seat;
  readonly #context: EngineContext;
  readonly #onUnused: () => void;
  readonly #listeners = new Set<Listener>();
  readonly #watched = new Map<string, Watched>();
  /** What the server announces, by those who are not acknowledged yet. */
  readonly #offers = new Map<Listener, Omit<Filter, 'uris'>>();
  readonly #comeback: ListenComeback;
  #isAway = false;
  #greeting: Greeting | Failure | undefined;
  /** Ends the waiting for it. */
  #stop: (() => void) | undefined;

  constructor(seat: Seat, context: EngineContext, onUnused: () => void) {
    this.#seat = seat;
    this.#context = context;
    this.#onUnused = onUnused;
    this.#comeback = new ListenComeback(context.runtime, () => this.#reopen());
  }

  join(listener: Listener): void {
    if (this.#listeners.size === 0) this.#seat.watch(this);
    this.#listeners.add(listener);
    if (this.#greeting) this.#greet(listener, this.#greeting);
    else this.#stop ??= this.#seat.whenReady((greeting) => this.#greeted(greeting));
  }

  leave(listener: Listener): void {
    if (!this.#listeners.delete(listener)) return;
    this.#offers.delete(listener);
    for (const uri of listener.wanted.uris) this.#unwatch(uri, listener);
    if (this.#listeners.size > 0) return;
    this.#comeback.forget();
    this.#stop?.();
    this.#onUnused();
    this.#seat.unwatch(this);
  }

  announced(message: Message): void {
    const announcement = Announcement.of(message);
    if (!announcement) return;
    for (const listener of this.#listeners) listener.hear(announcement);
  }

  lost(): void {
    // Told of each try that fails, too. Several servers look after themselves, and tell what is another then.
    if (this.#isAway || !serverOf(this.#seat.mount)) return;
    this.#isAway = true;
    this.#comeback.lost();
    this.#again();
  }

  closed(): void {
    for (const listener of [...this.#listeners]) listener.end(UNHEARD);
  }

  // ---------------------------------------------------------------------------------------- what is honoured

  #greeted(greeting: Greeting | Failure): void {
    this.#greeting = greeting;
    for (const listener of [...this.#listeners]) this.#greet(listener, greeting);
  }

  #greet(listener: Listener, greeting: Greeting | Failure): void {
    if (isRefused(greeting)) listener.fail(greeting.word, greeting.message);
    else this.#honour(listener, greeting);
  }

  #honour(listener: Listener, { capabilities }: Greeting): void {
    const [tools, prompts, resources] = ['tools', 'prompts', 'resources'].map((kind) =>
      objectOf(capabilities[kind]),
    );
    const offer = {
      tools: tools?.['listChanged'] === true,
      prompts: prompts?.['listChanged'] === true,
      resources: resources?.['listChanged'] === true,
      tasks: NONE,
    };
    if (resources?.['subscribe'] === true) for (const uri of listener.wanted.uris) this.#watch(uri, listener);
    // Only now: a server may answer at once.
    this.#offers.set(listener, offer);
    this.#settle(listener);
  }

  /** Acknowledges one as soon as the server has said of each resource whether it agrees. */
  #settle(listener: Listener): void {
    const offer = this.#offers.get(listener);
    if (!offer) return;
    const uris = new Set<string>();
    for (const uri of listener.wanted.uris) {
      const watched = this.#watched.get(uri);
      if (!watched?.by.has(listener)) continue;
      if (watched.isOn === undefined) return;
      if (watched.isOn) uris.add(uri);
    }
    this.#offers.delete(listener);
    listener.acknowledge({ ...offer, uris });
  }

  #watch(uri: string, listener: Listener): void {
    const known = this.#watched.get(uri);
    if (known && known.isOn !== false) return void known.by.add(listener);
    // One that was refused may be agreed to by now.
    const watched: Watched = { by: new Set([...(known?.by ?? []), listener]), isOn: undefined };
    this.#watched.set(uri, watched);
    this.#seat.subscribe(uri, (failure) => {
      watched.isOn = failure === undefined;
      for (const one of watched.by) this.#settle(one);
    });
  }

  #unwatch(uri: string, listener: Listener): void {
    const watched = this.#watched.get(uri);
    if (!watched?.by.delete(listener) || watched.by.size > 0) return;
    this.#watched.delete(uri);
    if (watched.isOn !== false) this.#seat.unsubscribe(uri);
  }

  // ------------------------------------------------------------------------------------------ coming back

  /** Nothing else would, for those who only listen. */
  #reopen(): void {
    const now = this.#context.runtime.now();
    const call = new OwnCall('ping', '{}', now, (answer) => {
      if (this.#listeners.size === 0) return;
      if (isFailure(answer)) this.#again();
      else this.#isBack();
    });
    this.#seat.line.call(call, call.message, now);
  }

  #isBack(): void {
    this.#isAway = false;
    this.#comeback.opened();
    const heard = [...this.#listeners].flatMap(({ honoured }) => honoured ?? []);
    for (const announcement of everythingIn(union(heard)))
      for (const listener of this.#listeners) listener.hear(announcement);
  }

  #again(): void {
    if (!this.#comeback.again(0)) this.closed();
  }
}

const NONE: ReadonlySet<string> = new Set();
