/**
 * One WebSocket as an open line to a server: one message a text frame.
 *
 * What is sent in one turn leaves in one write. No more than a high-water mark is handed to the socket before its
 * time, so that of what still waits here when the link ends it can be said that it did not reach the server.
 */
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { LinkEvents, Runtime, Timer, UpstreamFault, UpstreamLink } from '../engine/ports.ts';
import type { ErrorWord } from '../protocol/errors.ts';
import type { Message } from '../protocol/message.ts';
import type { Hearing, Intake } from './intake.ts';
import { PerSecond } from './reports.ts';
import { instead, lostId } from './lost-answers.ts';
import { closedBy, silent, takesNothing, unreadable } from './websocket-faults.ts';

/** The socket is given no more while it holds so many bytes. */
const HIGH_WATER = 256 * 1024;
/** What is no message costs some 5 ms of our time a second, and then rests. */
const BAD_PER_SECOND = 1_000;
/** Who gave it less was not waiting for an answer. */
const FIRST_WORD_MS = 10_000;
const TEXT = { binary: false };

export interface LinkOptions {
  /** The server's name, for people. */
  readonly name: string;
  readonly runtime: Runtime;
  readonly intake: Intake;
  readonly maxMessageBytes: number;
  /** Bytes that may wait for the server; more ends the link. */
  readonly maxQueuedBytes: number;
  /** Called when the server says its first proper message. */
  readonly onSpoken: () => void;
  /** Called once when the link ended and before `closed` is told. */
  readonly onEnd: (end: LinkEnd) => void;
}

/** What the driver wants to know of a link that ended. */
export interface LinkEnd {
  readonly fault: UpstreamFault;
  /** Whether it was closed by us. */
  readonly isWanted: boolean;
  /** Whether the server never said a proper message, though it had the time for one. */
  readonly isMute: boolean;
}

interface Waiting {
  readonly bytes: Uint8Array;
  readonly number: number | undefined;
}

export class WebSocketLink implements UpstreamLink, Hearing {
  readonly #ws: WebSocket;
  readonly #socket: Socket;
  readonly #events: LinkEvents;
  readonly #options: LinkOptions;
  readonly #bad: PerSecond;
  readonly #gone: Promise<void>;
  #queue: Waiting[] = [];
  #pending = 0;
  #isDirty = false;
  #isPaused = false;
  #rest: Timer | undefined;
  readonly #openedAt: number;
  #wasAsked = false;
  #hasSpoken = false;
  #hasEnded = false;
  /** What was found wrong before the socket was closed. */
  #fault: UpstreamFault | undefined;
  /** Whether the server gave a sign of life since this was last looked at, and when it last had. */
  #isHeard = true;
  #heardAt = 0;

  /** @param ws open, and not read from yet @param socket what it runs on */
  constructor(ws: WebSocket, socket: Socket, events: LinkEvents, options: LinkOptions) {
    this.#ws = ws;
    this.#socket = socket;
    this.#events = events;
    this.#options = options;
    this.#openedAt = options.runtime.now();
    this.#bad = new PerSecond(BAD_PER_SECOND, () => options.runtime.now());
    this.#gone = new Promise((resolve) => ws.once('close', () => resolve()));
    ws.on('message', this.#take);
    ws.on('ping', this.#heard);
    ws.on('pong', this.#heard);
    ws.on('error', this.#broken);
    ws.on('close', this.#closed);
    socket.on('drain', this.#flush);
  }

  send(bytes: Uint8Array, number?: number): void {
    if (this.#hasEnded) return;
    this.#wasAsked = true;
    this.#queue.push({ bytes, number });
    this.#pending += bytes.length;
    if (!this.#isDirty) {
      this.#isDirty = true;
      setImmediate(this.#flush);
    }
    if (this.queued > this.#options.maxQueuedBytes) this.#giveUp(takesNothing(this.#options.name));
  }

  get queued(): number {
    return this.#hasEnded ? 0 : this.#pending + this.#socket.writableLength;
  }

  pause(): void {
    this.#isPaused = true;
    this.#ws.pause();
  }

  resume(): void {
    this.#isPaused = false;
    if (!this.#rest) this.#ws.resume();
  }

  close(): Promise<void> {
    this.#flush();
    const message = `The link to the server "${this.#options.name}" was closed.`;
    // Told after the caller's own code, never from within it.
    queueMicrotask(() => this.#end({ code: 'closed', message }, true));
    // `ws` cuts it when the server does not answer, which has to be read.
    this.#ws.resume();
    this.#ws.close(1000);
    return this.#gone;
  }

  /**
   * A look is due whether the server is still there.
   * @param deadMs how long it may give no sign of life
   */
  beat(now: number, deadMs: number): void {
    // What is not read cannot be a sign.
    if (this.#isHeard || this.#isPaused || this.#rest) {
      this.#isHeard = false;
      this.#heardAt = now;
    }
    if (now - this.#heardAt >= deadMs) return this.#giveUp(silent(this.#options.name, deadMs));
    if (this.#ws.readyState === this.#ws.OPEN) this.#ws.ping();
  }

  // ------------------------------------------------------------------------------- what the server says

  message(message: Message): void {
    if (!this.#hasSpoken) {
      this.#hasSpoken = true;
      this.#options.onSpoken();
    }
    this.#events.message(message);
  }

  /** An answer that is no proper message is still an answer: its caller is told. */
  bad(_word: ErrorWord, why: string, bytes: Uint8Array, id: string | undefined = lostId(bytes, bytes)): void {
    if (id !== undefined) {
      const message = `The answer of the server was dropped: ${why}`;
      this.#events.message(instead(id, 'upstream_bad_answer', message));
    }
    if (!this.#bad.allow()) this.#startRest();
  }

  /** Text is told from binary by the first bit of its head only; the bytes are the same, and are read as text. */
  readonly #take = (data: unknown): void => {
    this.#isHeard = true;
    if (!this.#hasEnded) this.#options.intake.take([data as Buffer], this);
  };

  readonly #heard = (): void => {
    this.#isHeard = true;
  };

  #startRest(): void {
    if (this.#rest || this.#hasEnded) return;
    this.#ws.pause();
    this.#rest = this.#options.runtime.after(this.#bad.restMs, () => {
      this.#rest = undefined;
      if (!this.#isPaused) this.#ws.resume();
    });
  }

  // ---------------------------------------------------------------------------------------------- sending

  readonly #flush = (): void => {
    this.#isDirty = false;
    if (this.#queue.length === 0 || this.#hasEnded || this.#ws.readyState !== this.#ws.OPEN) return;
    let at = 0;
    this.#socket.cork();
    for (; at < this.#queue.length && this.#socket.writableLength < HIGH_WATER; at++) {
      const { bytes } = this.#queue[at] as Waiting;
      this.#pending -= bytes.length;
      this.#ws.send(bytes, TEXT);
    }
    this.#socket.uncork();
    this.#queue = at === this.#queue.length ? [] : this.#queue.slice(at);
  };

  // --------------------------------------------------------------------------------------------- the end

  readonly #broken = (error: Error & { code?: string }): void => {
    if (error.code?.startsWith('WS_ERR_') !== true) return;
    const { name, maxMessageBytes } = this.#options;
    this.#fault ??= unreadable(name, error.code, maxMessageBytes);
  };

  readonly #closed = (code: number): void => {
    this.#end(this.#fault ?? closedBy(this.#options.name, code), false);
  };

  #giveUp(fault: UpstreamFault): void {
    this.#fault ??= fault;
    queueMicrotask(() => {
      this.#end(fault, false);
      this.#ws.terminate();
    });
  }

  #end(fault: UpstreamFault, isWanted: boolean): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#rest?.cancel();
    this.#socket.off('drain', this.#flush);
    const numbers = this.#queue.map(({ number }) => number).filter((number) => number !== undefined);
    const unsent = numbers.length > 0 ? { unsent: new Set(numbers) } : {};
    this.#queue = [];
    this.#pending = 0;
    // Given up by whoever waited for its first word: it hangs.
    const hadTime = this.#wasAsked && this.#options.runtime.now() - this.#openedAt >= FIRST_WORD_MS;
    this.#options.onEnd({ fault, isWanted, isMute: !this.#hasSpoken && (hadTime || !isWanted) });
    this.#events.closed({ ...fault, ...unsent });
  }
}
