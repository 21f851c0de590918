/**
 * The ports: everything the engine needs from outside, and nothing it must not know.
 *
 * Plug-in rooms implement these; edges wire them together. None knows a socket, a process, a file or a clock of its own.
 */
import type { Era } from '../protocol/era.ts';
import type { Message } from '../protocol/message.ts';
import type { SendFacts } from './ports-era.ts';
import type { UpstreamHealth } from './ports-health.ts';
import type { PostKind, SessionFacts, Shape } from './ports-shape.ts';

/** Bytes to put on a carrier, in one piece or in several that belong together and stay in order. */
export type Bytes = Uint8Array | readonly Uint8Array[];

// ---------------------------------------------------------------------------------------------- runtime

/** A timer that was started. Cancelling twice, or after it fired, does nothing. */
export interface Timer {
  cancel(): void;
}

/** What the engine borrows from the machine, so that tests can play the clock and the dice. */
export interface Runtime {
  /** Milliseconds since the epoch, by a clock that never jumps; may have a fraction. */
  now(): number;
  /** The same as the machine is set, which may jump: what people and issuers mean by a time. Default: `now`. */
  wall?(): number;
  /** Runs `fn` once after `ms` milliseconds. A pending timer does not keep the process alive. */
  after(ms: number, fn: () => void): Timer;
  /** At least 128 random bits as URL-safe text without `.`: session ids and the like. */
  randomId(): string;
  /** Whether the bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms). */
  isUtf8(bytes: Uint8Array): boolean;
}

// ------------------------------------------------------------------------------------------- connection

/** Why a connection was ended by us; at `expired` the proof of who follows ran out. */
export type CloseReason = 'done' | 'replaced' | 'slow' | 'session-closed' | ComesBack;
/** Of these the client is told when to come back. */
export type ComesBack = 'draining' | 'rotated' | 'expired';

/**
 * A live socket lent by an edge: the head has been sent, a body of undefined length is open.
 *
 * Guarantees: bytes leave in the order they were written; `write` never throws and never blocks; what is written in one
 * turn of the event loop may leave in one system call. After `close` or `closed`, writes are dropped.
 */
export interface Connection {
  /** Queues bytes. False when more than the edge's high-water mark is waiting: wait for `onDrain`. */
  write(bytes: Bytes): boolean;
  /** Bytes written but not yet taken by the kernel. */
  readonly queued: number;
  /** Another number whenever the peer took some of what waits, and then only; without it `queued` is looked at. */
  readonly backlog?: number;
  /** Ends it at once, what is on its way included; after `close`, too. Without it nothing hurries what is on its way. */
  cut?(): void;
  /**
   * A heartbeat is due: for carriers that have one of their own, in place of the dialect's. Ends the connection
   * (telling `onClosed`) when the peer has answered none for too long. Not called while the connection is full.
   */
  beat?(now: number): void;
  /** Ends the body after what is queued; `slow` cuts it at once instead. */
  close(reason: CloseReason): void;
  /** True once the peer went away or `close` was called. */
  readonly isClosed: boolean;
  /** Called once when the peer went away (not after our own `close`). Set by the stream that follows. */
  onClosed: (() => void) | undefined;
  /** Called each time the queue has emptied after a `write` that returned false. */
  onDrain: (() => void) | undefined;
}

/** Who wants to know when a request over HTTP is answered. Must not throw. */
export interface AnswerClock {
  /** The leg of its route, once that is known. */
  endpoint: string;
  /** The stable word of a refusal, where it is one. */
  word: string;
  /** In full, or with the head of a stream. Called at most once. */
  answered(status: number): void;
}

/** How one HTTP request is answered: exactly one of the two, exactly once; later calls are ignored. */
export interface Responder {
  /** A whole answer. `body` may be empty; `Content-Length` is the edge's to set. */
  reply(status: number, headers: Record<string, string>, body?: Bytes): void;
  /** The head of a stream, flushed at once (with the first bytes, when given). */
  stream(status: number, headers: Record<string, string>, first?: Uint8Array): Connection;
  /** Headers for whatever the answer will be, beside its own. Default: such are left out. */
  note?(headers: Readonly<Record<string, string>>): void;
  /** In place of an answer: nothing was done here, and whoever sent it here is to look anew where it belongs. */
  giveBack?(): void;
  /** True once answered, or once the peer went away. */
  readonly isDone: boolean;
  /** Bytes of a whole answer that the peer has not taken yet; without it they count as taken. */
  readonly queued?: number;
  /** See `Connection`. */
  readonly backlog?: number;
  /** Ends the connection of a whole answer at once, however much of it is on its way. */
  cut?(): void;
  /** Called once when the peer took them, or went away. To be set after `reply`, while some wait. */
  onTaken?: (() => void) | undefined;
  /** Called once when the peer went away before an answer. */
  onAborted: (() => void) | undefined;
  /** Told of the answer. Default: nobody is. */
  clock?: AnswerClock | undefined;
}

// ---------------------------------------------------------------------------------------------- dialect

/** Where a server's clients may post, as they see it. */
export interface PostRoutes {
  /** The path for messages alone. */
  readonly messages: string;
  /** The path of the stream itself. */
  readonly stream: string;
}

/**
 * A stateless codec of a stream: how it opens, what a frame looks like, what keeps it awake.
 * Pure: the same input gives the same bytes. `now` is in ms since the epoch and may have a fraction.
 */
export interface Dialect {
  readonly name: string;
  /** Whether frames carry ids and a cut stream may be taken up again. */
  readonly resumable: boolean;
  /** Whether a GET that does not say what it accepts, or accepts anything, opens a stream. Default no. */
  readonly opensUnasked?: boolean;
  /** How a message looks that belongs to no POST, and how a POST is refused that names no session. */
  readonly shape: Shape;
  /** The shapes that POSTs to its sessions may have; any other is refused. Default none. */
  readonly shapes?: Readonly<Partial<Record<PostKind, Shape>>>;
  /** Path and query, relative to the origin, to which clients of a session post; default: they are not told. */
  endpoint?(routes: PostRoutes, id: string): string;
  /** Headers of a standing stream beside those of every stream. */
  headers?(session: SessionFacts): Readonly<Record<string, string>>;
  /**
   * What a fresh standing stream says before any message.
   * @param origin the origin that the client itself called, where it is known: no other may be told to it
   */
  opening(session: SessionFacts, now: number, origin?: string): Uint8Array | undefined;
  /** An event with an id and no data: gives the client the means to resume before the first message. */
  priming?(id: string, retryMs: number): Uint8Array;
  /** Tells the client how soon to come back when the stream ends. */
  retry?(ms: number): Uint8Array;
  /** Keeps middle boxes awake; carries no meaning. */
  heartbeat(now: number): Uint8Array;
}

/** The head of a request, as neutral as a dialect and the guard need it. */
export interface RequestHead {
  readonly method: string;
  /** The path, not decoded, without the query. */
  readonly path: string;
  /** The query without `?`; empty when there is none. */
  readonly query: string;
  /** How the request came to this process: `http` unless told otherwise. */
  readonly scheme?: 'http' | 'https';
  /** SHA-256 of the certificate that the peer proved to have over TLS, in lower-case hex; default: it showed none. */
  readonly certificate?: string | undefined;
  /** A header's value by its lower-case name; several values are joined by `, `. */
  header(name: string): string | undefined;
}

// -------------------------------------------------------------------------------------------- upstreams

/**
 * Who shares an open link.
 * - `session`: one link each (the default): the server may ask back (sampling, elicitation, roots).
 * - `principal`: one link for all sessions of one principal. - `shared`: one for everybody.
 *   A shared link cannot say for whom the server asks, so it offers no requests from the server and no logs.
 */
export type Sharing = 'session' | 'principal' | 'shared';

/** Why a link ended or could not be opened. `message` is fit for the caller: one sentence, no secrets. */
export interface UpstreamFault {
  /** A stable word: `exited`, `start-failed`, `start-timeout`, `backoff`, `too-many-processes`, `closed` … */
  readonly code: string;
  readonly message: string;
  /** When trying again makes sense, in ms, if known. */
  readonly retryAfterMs?: number | undefined;
  /**
   * The link is gone, the server is not: what was in flight may be sent again on a new one where that is safe. Default
   * false: it may be what broke it.
   */
  readonly isRecoverable?: boolean | undefined;
  /** The server itself answered so, and is well: it did not understand. Default false. */
  readonly isRefusal?: boolean | undefined;
  /** Our numbers of the requests that certainly did not reach the server, though they were sent. */
  readonly unsent?: ReadonlySet<number> | undefined;
}

/** Thrown (rejected) by `UpstreamDriver.open`; and told by `LinkEvents.closed`. */
export class UpstreamError extends Error {
  readonly fault: UpstreamFault;
  constructor(fault: UpstreamFault) {
    super(fault.message);
    this.name = 'UpstreamError';
    this.fault = fault;
  }
}

/** What a driver tells the engine. Never called after `closed`; `closed` is called exactly once per link. */
export interface LinkEvents {
  /**
   * The server spoke; a long answer may have a gap (see `readLong`).
   * @param related our id of the request it belongs to, where the driver knows it (in-process servers and HTTP)
   */
  message(message: Message, related?: number): void;
  /** One request of ours gets no answer. `isUnsent`: it did not reach the server; else it may have been carried out. */
  failed(number: number, fault: UpstreamFault, isUnsent: boolean): void;
  /** The link ended, whoever ended it. Everything in flight on it is lost. */
  closed(fault: UpstreamFault): void;
}

/** What a caller showed, to be exchanged for credentials at a server: never sent to one. */
export interface Subject {
  /** The token it showed last. */
  readonly token: string;
  /** Equal for the same caller, by the same client, for the same, on every node. */
  readonly key?: string | undefined;
}

/** For whom a link is opened. */
export interface LinkContext {
  readonly principal: string;
  /** Whose credentials the link may be opened with. Default: nobody's. */
  readonly subject?: Subject | undefined;
  /** Whether several principals share the link: then what breaks it is charged to none of them. Default false. */
  readonly isShared?: boolean;
  /** Headers of the caller that the server's entry allows to be passed on, by lower-case name. Default none. */
  readonly forwarded?: Readonly<Record<string, string>>;
  /** In which words it will be spoken on. Default `legacy`; `modern` only where the driver speaks it. */
  readonly era?: Era;
  /** It is only found out how the server speaks: however the link ends, nobody is charged with it. Default false. */
  readonly isProbe?: boolean;
  /** Aborted when nobody waits for the link any more. */
  readonly signal: AbortSignal;
}

/** An open line to a server. */
export interface UpstreamLink {
  /**
   * Sends one message. Never throws; on a link that ended it does nothing (`closed` told so).
   * @param number our id in it, where it is a request of ours
   * @param about the same request in short; always given on a modern link
   */
  send(bytes: Uint8Array, number?: number, about?: SendFacts): void;
  /** Nobody waits for the answer to a request any more; it was called off. For links that hold something open for it. */
  abandon?(number: number): void;
  /** The server gave no session when it was initialised: it can neither ask nor announce anything. Default false. */
  readonly isSessionless?: boolean;
  /** Bytes accepted by `send` that the server has not taken yet. */
  readonly queued: number;
  /** Stops reading from the server until `resume`; what was read already may still arrive. */
  pause(): void;
  resume(): void;
  /** Ends the link and everything it started; resolves when that is so. Idempotent. */
  close(): Promise<void>;
  /** The same for a server that does not work any more: it is charged with the fault. Default: it is merely closed. */
  giveUp?(fault: UpstreamFault): Promise<void>;
}

/** One MCP server as configured: opens links to it. */
export interface UpstreamDriver {
  /** `stdio`, `inprocess` … for people. */
  readonly kind: string;
  /** The server may outlive a link to it (it is not ours), so that requests may be sent again on a new one. Default false. */
  readonly mayRepeat?: boolean;
  /** The carrier can take modern messages, too; whether the server does is another question. Default false. */
  readonly canBeModern?: boolean;
  /** What a modern request says in headers goes on to the server, which compares it with the body. Default false. */
  readonly takesHeaders?: boolean;
  /**
   * What decides whose credentials a link is opened with: who calls, or what the caller showed. Then nothing of the
   * server is shared among callers, nor asked for in nobody's name. Default: they are the same for all.
   */
  readonly personal?: 'principal' | 'subject' | undefined;
  /** How many links may be open at once, where that is few. Default: as many as the gateway has sessions. */
  readonly maxLinks?: number;
  /**
   * Opens a link. Nothing has been said on it yet: the engine sends `initialize` itself, where the era has one.
   * Rejects with `UpstreamError`; bounded by the driver's own start time-out.
   */
  open(events: LinkEvents, context: LinkContext): Promise<UpstreamLink>;
  /** For `/health`: how it is, in one word and, when not well, one sentence without secrets. */
  health(): UpstreamHealth;
  /** What is opened from now on is started anew, and nobody waits for what failed before. Default: so it is anyway. */
  refresh?(): void;
  /** Closes every link and whatever was warmed up. Afterwards `open` rejects. */
  close(): Promise<void>;
}
