/**
 * One watcher: what it asked for, what waits for it, what it missed.
 *
 * Guarantees: whoever does not read costs a bounded number of bytes, is told how much it missed when it reads again, and is
 * dropped when it does not; nobody who calls waits for it.
 */
import type { Connection } from '../../engine/ports.ts';
import type { LiveEvent, Topic } from './contract/live.ts';

export interface FeedLimits {
  /** Bytes that may wait; what comes beyond them is missed. */
  readonly queuedBytes: number;
  /** How long so much may wait, in ms. */
  readonly stallMs: number;
  /** After so long without a word something is said, in ms. */
  readonly heartbeatMs: number;
}

const FEED_LIMITS: FeedLimits = {
  queuedBytes: 1024 * 1024,
  stallMs: 15_000,
  heartbeatMs: 10_000,
};

export interface FeedOptions {
  readonly connection: Connection;
  readonly topics: ReadonlySet<Topic>;
  /** Of which session the messages are; undefined: all. As it is shown. */
  readonly session: string | undefined;
  /** Whether whoever opened it may still see anything. */
  readonly isIn: () => boolean;
  readonly now: () => number;
  readonly onEnd: (feed: LiveFeed) => void;
  readonly limits?: Partial<FeedLimits> | undefined;
}

const encoder = new TextEncoder();
const HEARTBEAT = encoder.encode(': still here\n\n');

export class LiveFeed {
  readonly topics: ReadonlySet<Topic>;
  readonly session: string | undefined;
  /** The number of the last message that it was told of, or that it missed. */
  latest = 0;
  readonly #options: FeedOptions;
  readonly #limits: FeedLimits;
  readonly #missed = new Map<Topic, number>();
  #saidAt: number;
  /** Since when too much waits; undefined while it does not. */
  #fullSince: number | undefined;
  #isOver = false;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#limits = { ...FEED_LIMITS, ...options.limits };
    this.topics = options.topics;
    this.session = options.session;
    this.#saidAt = options.now();
    options.connection.onClosed = () => this.#ended();
  }

  /** Whether there is room for more now. */
  get hasRoom(): boolean {
    return this.#options.connection.queued <= this.#limits.queuedBytes;
  }

  /** Tells it, where it asked for that; what it has no room for is missed. @param json the data, where it was made before */
  tell(topic: Topic, event: LiveEvent, json?: string, id?: string): void {
    if (!this.topics.has(topic)) return;
    if (this.hasRoom) this.say(event, json, id);
    else this.missed(topic, Array.isArray(event.data) ? event.data.length : 1);
  }

  /** So many of a topic are not shown. */
  missed(topic: Topic, count: number): void {
    if (count > 0) this.#missed.set(topic, (this.#missed.get(topic) ?? 0) + count);
  }

  say({ event, data }: LiveEvent, json = JSON.stringify(data), id?: string): void {
    const named = id === undefined ? '' : `id: ${id}\n`;
    this.#write(encoder.encode(`event: ${event}\n${named}data: ${json}\n\n`));
  }

  /** Looks after it: tells what it missed, ends it when it does not read or may not. */
  look(): void {
    const { connection, isIn, now } = this.#options;
    if (connection.isClosed) return this.#ended();
    if (!isIn()) return this.end('expired');
    if (!this.hasRoom) return this.#stall(now());
    this.#fullSince = undefined;
    for (const [topic, count] of this.#missed) this.say({ event: 'missed', data: { topic, count } });
    this.#missed.clear();
    if (now() - this.#saidAt >= this.#limits.heartbeatMs) this.#write(HEARTBEAT);
  }

  end(reason: 'expired' | 'slow' | 'draining'): void {
    if (this.#isOver) return;
    this.#ended();
    this.#options.connection.close(reason);
  }

  #stall(now: number): void {
    this.#fullSince ??= now;
    if (now - this.#fullSince >= this.#limits.stallMs) this.end('slow');
  }

  #write(bytes: Uint8Array): void {
    if (this.#isOver) return;
    this.#saidAt = this.#options.now();
    this.#options.connection.write(bytes);
  }

  #ended(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.connection.onClosed = undefined;
    this.#options.onEnd(this);
  }
}
