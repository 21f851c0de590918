/**
 * What goes to a server beside calls. A server that takes no input must not fill us, nor lose its link for all who
 * share it, by what one client says: over the cap everything but short words of our own is dropped and noted.
 */
import { rewrite, type Message } from '../protocol/message.ts';
import { digits } from './digits.ts';
import { notification } from './notice.ts';
import type { UpstreamFault, UpstreamLink } from './ports.ts';
import type { SendFacts } from './ports-era.ts';

/** A client's cancellation is passed on as it is up to this length; else it is said in our own words. */
const SHORT = 1_024;
/** Room over the cap that is kept for cancellations: they let a server stop that has too much to do. */
const SPARE = 0.5;

/** A request that was sent. */
interface Sent {
  readonly number: number;
  readonly seenAs: number;
}

interface Terms {
  /** What a tap calls what it belongs to. */
  readonly call?: number;
  readonly number?: number;
  readonly about?: SendFacts | undefined;
}

export class Outlet {
  /** Undefined until the link is open. */
  link: UpstreamLink | undefined;
  #isClosing = false;
  #closing = Promise.resolve();
  readonly #cap: number;
  readonly #note: (code: string, message: string) => void;
  readonly #said: (bytes: Uint8Array, call: number) => void;

  /**
   * @param cap bytes that may wait for the server
   * @param said told of all that goes to it, and of what that belongs to
   */
  constructor(
    cap: number,
    note: (code: string, message: string) => void,
    said: (bytes: Uint8Array, call: number) => void = () => undefined,
  ) {
    this.#cap = cap;
    this.#note = note;
    this.#said = said;
  }

  /** Whether more waits for the server than may. */
  get isFull(): boolean {
    return this.#queued > this.#cap;
  }

  notify(bytes: Uint8Array): void {
    this.#send(bytes, 'A notification');
  }

  /** An answer to a question of the server. */
  reply(bytes: Uint8Array, call = 0): void {
    this.#send(bytes, 'An answer to a question', { call });
  }

  /** A request whose answer nobody waits for. False when it was dropped. */
  tell(bytes: Uint8Array, number: number, about?: SendFacts): boolean {
    return this.#send(bytes, 'A request of the gateway', { number, about });
  }

  /**
   * Ends the link, once it is there; resolves when that is so, never rejects. Idempotent.
   * @param why it is given up; default: it is merely closed
   */
  close(why?: UpstreamFault): Promise<void> {
    const { link } = this;
    if (!link || this.#isClosing) return this.#closing;
    this.#isClosing = true;
    this.#closing = ((why && link.giveUp?.(why)) ?? link.close()).catch(() => {
      this.#note('close-failed', 'The link to the server could not be closed in good order.');
    });
    return this.#closing;
  }

  /** @param message the client's own cancellation */
  cancel({ number, seenAs }: Sent, message: Message): void {
    if (this.isFull || message.bytes.length > SHORT)
      this.callOff({ number, seenAs }, 'The client called it off.');
    else {
      this.#say(rewrite(message, { requestId: digits(number) }), seenAs);
      this.link?.abandon?.(number);
    }
  }

  callOff({ number, seenAs }: Sent, reason: string): void {
    if (this.#queued > this.#cap * (1 + SPARE)) this.#dropped('A cancellation');
    else this.#say(notification('notifications/cancelled', { requestId: number, reason }), seenAs);
    this.link?.abandon?.(number);
  }

  get #queued(): number {
    return this.link?.queued ?? 0;
  }

  #send(bytes: Uint8Array, what: string, { call = 0, number, about }: Terms = {}): boolean {
    if (this.isFull) {
      this.#dropped(what);
      return false;
    }
    this.#say(bytes, call, number, about);
    return true;
  }

  #say(bytes: Uint8Array, call: number, number?: number, about?: SendFacts): void {
    if (!this.link) return;
    this.#said(bytes, call);
    this.link.send(bytes, number, about);
  }

  #dropped(what: string): void {
    this.#note('upstream_busy', `${what} was dropped: the server does not take any more input.`);
  }
}
