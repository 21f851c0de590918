/**
 * The order at the beginning of a session: the standing stream, then `notifications/initialized`, then all the rest.
 *
 * Requests over Streamable HTTP may overtake each other; but some servers refuse what comes before they know that we
 * are ready, and some say things as soon as they know it, which nobody hears without the stream.
 */
import type { Runtime, Timer } from '../engine/ports.ts';
import { readMessage } from '../protocol/message.ts';
import type { Post } from './streamable-post.ts';

/** Servers open a stream at once; what stands in front of some holds its head until the first event. */
const STREAM_MS = 150;
/** How long `notifications/initialized` may take before what follows goes out. */
const INITIALIZED_MS = 5_000;
/** Longer than the notification with all that clients add to it. */
const SHORT = 64 * 1024;

export interface ReadinessOptions {
  readonly runtime: Runtime;
  readonly start: (post: Post) => void;
  /** Asks for the standing stream. */
  readonly listen: () => void;
  /** The server knows that we are ready, or had its time. */
  readonly ready: () => void;
}

export class Readiness {
  readonly #options: ReadinessOptions;
  #state: 'begun' | 'listening' | 'telling' | 'ready' = 'begun';
  /** `notifications/initialized`. */
  #post: Post | undefined;
  #held: Post[] = [];
  #timer: Timer | undefined;

  constructor(options: ReadinessOptions) {
    this.#options = options;
  }

  /** Whether a message has to wait, and is started later. */
  holds(post: Post, bytes: Uint8Array): boolean {
    if (this.#state === 'ready') return false;
    if (this.#state !== 'begun') {
      this.#held.push(post);
      return true;
    }
    if (post.number !== undefined || !isInitialized(bytes)) return false;
    this.#post = post;
    this.#state = 'listening';
    this.#after(STREAM_MS, () => this.listened());
    this.#options.listen();
    return true;
  }

  /** The standing stream is there, or will not be. */
  listened(): void {
    if (this.#state !== 'listening') return;
    this.#state = 'telling';
    this.#after(INITIALIZED_MS, () => this.#release());
    this.#options.start(this.#post as Post);
  }

  /** The server has answered a message, or never will. */
  settled(post: Post): void {
    if (post === this.#post && this.#state === 'telling') this.#release();
  }

  /** Nothing is started any more. */
  close(): void {
    this.#state = 'ready';
    this.#timer?.cancel();
    this.#held = [];
  }

  #release(): void {
    const held = this.#held;
    this.close();
    this.#options.ready();
    for (const post of held) this.#options.start(post);
  }

  #after(ms: number, fn: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#options.runtime.after(ms, fn);
  }
}

function isInitialized(bytes: Uint8Array): boolean {
  try {
    return bytes.length < SHORT && readMessage(bytes).method === 'notifications/initialized';
  } catch {
    return false;
  }
}
