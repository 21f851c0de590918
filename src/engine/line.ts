/**
 * What a session needs of the way to what it was opened for, be that one server or several merged.
 *
 * Guarantees of every line: an exchange handed over is answered exactly once; requests and notifications reach a
 * server in the order in which they were handed over; nothing is sent after `close`.
 */
import type { Message } from '../protocol/message.ts';
import type { Exchange } from './exchange.ts';
import type { Forwarded } from './forwarded.ts';
import type { LineMemory } from './line-terms.ts';
import type { Member } from './member.ts';
import type { Server } from './server.ts';
import type { UpstreamSession } from './upstream-session.ts';

/** A session, as far as its way to a server concerns it. */
export interface LineOwner extends Member {
  readonly principal: string;
  readonly isStateless: boolean;
  /** Headers of the caller that may be passed on; see `LinkContext`. */
  readonly forwarded: Forwarded;
}

export interface Line {
  /** The negotiated version; before that, what was assumed when the session was opened. */
  readonly version: string;
  /** Whether the client's own `initialize` was answered with a result. */
  readonly wasInitialized: boolean;
  /** Whether servers cannot speak to this client in particular: no questions, no log lines. */
  readonly isShared: boolean;
  /** Whether there is a server now that can answer a `ping`. */
  readonly isOpen: boolean;
  readonly subscriptions: ReadonlySet<string>;
  /** What another node needs to go on where this one is gone. */
  readonly memory: LineMemory;
  /** Goes on where another node was. Before anything is sent. */
  recall(memory: LineMemory): void;
  initialize(exchange: Exchange, message: Message): void;
  setLevel(exchange: Exchange, message: Message): void;
  subscribe(exchange: Exchange, message: Message): void;
  unsubscribe(exchange: Exchange, message: Message): void;
  /** Sends any other request as soon as there is a way to its server; opens one when there is none. In order. */
  call(exchange: Exchange, message: Message, now: number): void;
  /** Sends a notification in its place between the requests. Without any way to a server it means nothing. */
  notify(message: Message): void;
  /** The client's readers are full. A shared link goes on: one slow client must not stop the others. */
  pause(): void;
  resume(): void;
  /** A conversation of this line has ended. */
  lost(upstream: UpstreamSession): void;
  close(): void;
}

/** What a path leads to. Names of mounts are unique within a gateway. */
export interface Mount {
  readonly name: string;
  /** What tells it from others of its name: what of the same may be used by others. Default: nothing. */
  readonly key?: string | undefined;
  /** No new session may be opened: it was taken out. */
  readonly isClosed: boolean;
  /** Nobody may call it for now. Default false. */
  readonly isDisabled?: boolean;
  /** Lower-case names of the headers of a caller that any of its servers is to be sent. */
  readonly forwardHeaders: readonly string[];
  /** The one server that it is, where nothing of it is hidden: modern clients may then speak to it in its own words. */
  readonly whole?: Server | undefined;
  /** How often something was told or done that may have changed its tools. Default: never. */
  readonly toolChanges?: number;
  /** @param version what is assumed of a client that sends no `initialize` */
  line(owner: LineOwner, version: string): Line;
}
