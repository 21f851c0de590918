/**
 * An open line to a server in the same process: what both kinds of such servers share.
 *
 * Neither side is ever called from within its own call: what is sent arrives in a microtask of its own, in order.
 */
import type { LinkEvents, UpstreamFault, UpstreamLink } from '../engine/ports.ts';
import type { Message, ReadLimits } from '../protocol/message.ts';
import type { Refusals } from './reports.ts';
import { type Clock, within } from './within.ts';

/** The server's side of a link. */
export interface Peer {
  /** One parsed message of the client. Must not throw. */
  deliver(inbound: Inbound): void;
  /** The link ends: calls in flight are given up. Resolves when the server is done; must not reject. */
  close(): Promise<void>;
}

/** A message as it was parsed: nothing is known of it yet. */
export interface Inbound {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: unknown;
}

/** What a peer may do with its link. */
export interface Line {
  /** The server's name, for people. */
  readonly name: string;
  readonly limits: ReadLimits;
  readonly refusals: Refusals;
  /**
   * Says something to the client. Resolves at once, or, while the client does not read, when it does.
   * @param related our id of the request it belongs to, where that is known
   */
  say(message: Message, related?: number): Promise<void> | undefined;
  /** The server ended the link. */
  end(fault: UpstreamFault): void;
  readonly hasEnded: boolean;
}

export interface InprocessLinkOptions {
  readonly name: string;
  readonly limits: ReadLimits;
  readonly refusals: Refusals;
  readonly events: LinkEvents;
  /** Bytes the server may say while nobody reads; more ends the link. */
  readonly maxHeldBytes: number;
  /** How long the server's own end is waited for, in ms. */
  readonly stopGraceMs: number;
  readonly runtime: Clock;
  readonly onEnd: () => void;
}

interface Held {
  readonly message: Message;
  readonly related: number | undefined;
}

const decoder = new TextDecoder();

export class InprocessLink implements UpstreamLink, Line {
  readonly #options: InprocessLinkOptions;
  #peer: Peer | undefined;
  #inbox: Uint8Array[] = [];
  #inboxBytes = 0;
  #held: Held[] = [];
  #heldBytes = 0;
  #isOpen = false;
  /** Until it is open nobody listens. */
  #isPaused = true;
  #willRelease = false;
  /** Resolves when held messages were passed on. */
  #room: Promise<void> | undefined;
  #hasRoom: (() => void) | undefined;
  #hasEnded = false;
  #closing: Promise<void> | undefined;
  readonly #takeInbox = (): void => this.#deliver();

  constructor(options: InprocessLinkOptions) {
    this.#options = options;
  }

  /** Whom the link leads to. */
  use(peer: Peer): void {
    this.#peer = peer;
  }

  /** The link is handed out: from now on the gateway is told what happens. */
  open(): void {
    this.#isOpen = true;
    this.resume();
  }

  // ------------------------------------------------------------------------------------ the gateway's side

  send(bytes: Uint8Array): void {
    if (this.#hasEnded) return;
    if (this.#inbox.length === 0) queueMicrotask(this.#takeInbox);
    this.#inbox.push(bytes);
    this.#inboxBytes += bytes.length;
  }

  get queued(): number {
    return this.#inboxBytes;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    if (this.#held.length === 0 || this.#willRelease) return;
    this.#willRelease = true;
    queueMicrotask(() => this.#release());
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  // ------------------------------------------------------------------------------------- the server's side

  get name(): string {
    return this.#options.name;
  }

  get limits(): ReadLimits {
    return this.#options.limits;
  }

  get refusals(): Refusals {
    return this.#options.refusals;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  say(message: Message, related?: number): Promise<void> | undefined {
    if (this.#hasEnded) return undefined;
    if (!this.#isPaused && this.#held.length === 0) {
      this.#options.events.message(message, related);
      return undefined;
    }
    return this.#hold(message, related);
  }

  end(fault: UpstreamFault): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#inbox = [];
    this.#inboxBytes = 0;
    this.#dropHeld();
    this.#options.onEnd();
    if (this.#isOpen) this.#options.events.closed(fault);
  }

  async #close(): Promise<void> {
    // Told after the caller's own code, never from within it.
    await Promise.resolve();
    this.end({ code: 'closed', message: `The link to the server "${this.name}" was closed.` });
    const { runtime, stopGraceMs } = this.#options;
    if (this.#peer) await within(this.#peer.close(), stopGraceMs, runtime);
  }

  #deliver(): void {
    const inbox = this.#inbox;
    this.#inbox = [];
    this.#inboxBytes = 0;
    for (const bytes of inbox) {
      // A server that ended the link in between is not spoken to any more.
      if (this.#hasEnded) return;
      this.#peer?.deliver(JSON.parse(decoder.decode(bytes)) as Inbound);
    }
  }

  #hold(message: Message, related: number | undefined): Promise<void> {
    this.#held.push({ message, related });
    this.#heldBytes += message.bytes.length;
    if (this.#heldBytes > this.#options.maxHeldBytes) {
      const text = `The server "${this.name}" went on talking while nobody read; the link to it was closed.`;
      queueMicrotask(() => this.end({ code: 'closed', message: text }));
    }
    this.#room ??= new Promise((resolve) => {
      this.#hasRoom = resolve;
    });
    return this.#room;
  }

  #release(): void {
    this.#willRelease = false;
    let passed = 0;
    for (const { message, related } of this.#held) {
      if (this.#isPaused || this.#hasEnded) break;
      passed += 1;
      this.#heldBytes -= message.bytes.length;
      this.#options.events.message(message, related);
    }
    this.#held.splice(0, passed);
    if (this.#held.length === 0) this.#dropHeld();
  }

  #dropHeld(): void {
    this.#held = [];
    this.#heldBytes = 0;
    this.#hasRoom?.();
    this.#room = undefined;
    this.#hasRoom = undefined;
  }
}
