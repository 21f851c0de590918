/**
 * The streams of one session: the standing one, and one for each POST that became a stream. Bounded: over the cap
 * the oldest one that ended is forgotten; when none has ended, no more are opened.
 */
import type { EngineContext } from './context.ts';
import type { CloseReason, Dialect } from './ports.ts';
import { Stream } from './stream.ts';
import type { StreamOwner } from './stream-owner.ts';

/** So many streams of one owner have numbers of their own. */
const NUMBERS = 1_000_000;

const nothing = () => new Uint8Array(0);

export class SessionStreams {
  readonly standing: Stream;
  readonly #owner: StreamOwner;
  readonly #dialect: Dialect;
  readonly #context: EngineContext;
  readonly #calls = new Map<number, Stream>();
  /** Below are those that earlier owners opened. */
  readonly #first: number;
  #next: number;

  constructor(owner: StreamOwner, dialect: Dialect, context: EngineContext) {
    this.#owner = owner;
    this.#dialect = dialect;
    this.#context = context;
    this.#first = Math.max(0, owner.generation - 1) * NUMBERS + 1;
    this.#next = this.#first;
    this.standing = new Stream(0, owner, dialect, context);
  }

  /** A stream for one POST; undefined when the cap is reached by streams that are still in use. */
  open(about: () => Uint8Array = nothing): Stream | undefined {
    if (!this.#hasRoom) return undefined;
    const stream = this.#make(this.#next++);
    stream.history.begin(about);
    return stream;
  }

  /** A stream that an earlier owner opened; undefined when nothing of it is kept, or there is no room. */
  async adopt(number: number): Promise<Stream | undefined> {
    const known = this.get(number);
    if (known || number >= this.#first) return known;
    const stream = new Stream(number, this.#owner, this.#dialect, this.#context);
    const kept = await stream.history.adopt();
    // Another request may have asked for the same meanwhile.
    const other = this.get(number);
    if (other || !kept || !this.#hasRoom) return other;
    this.#calls.set(number, stream);
    stream.adopted(kept);
    return stream;
  }

  /** The generation that is over. */
  turned(generation: number): void {
    this.standing.history.turned(generation);
    for (const stream of this.#calls.values()) stream.history.turned(generation);
  }

  /** The stream with a number, if it is still kept. 0 is the standing one. */
  get(number: number): Stream | undefined {
    return number === 0 ? this.standing : this.#calls.get(number);
  }

  /** Whether any of them has a reader now. */
  get isFollowed(): boolean {
    if (this.standing.isFollowed) return true;
    for (const stream of this.#calls.values()) if (stream.isFollowed) return true;
    return false;
  }

  /** How many of them have a reader now. */
  get followed(): number {
    let count = this.standing.isFollowed ? 1 : 0;
    for (const stream of this.#calls.values()) if (stream.isFollowed) count += 1;
    return count;
  }

  /** How each of them is, to be shown. */
  get all(): { number: number; isFollowed: boolean; events: number; queuedBytes: number }[] {
    return [this.standing, ...this.#calls.values()].map(({ number, isFollowed, delivered, queued }) => ({
      ...{ number, isFollowed, events: delivered, queuedBytes: queued },
    }));
  }

  /** Bytes that their readers have not taken. */
  get queued(): number {
    let bytes = this.standing.queued;
    for (const stream of this.#calls.values()) bytes += stream.queued;
    return bytes;
  }

  forgot(stream: Stream): void {
    this.#calls.delete(stream.number);
  }

  /** Ends all connections; what was said stays. */
  leave(reason: CloseReason): void {
    this.standing.drop(reason);
    for (const stream of this.#calls.values()) stream.drop(reason);
  }

  /** @param isLeft another owner goes on: what was said is kept */
  close(reason: CloseReason, isLeft: boolean): void {
    for (const stream of [this.standing, ...this.#calls.values()]) {
      stream.drop(reason);
      stream.forget(isLeft);
    }
  }

  get #hasRoom(): boolean {
    return this.#calls.size < this.#context.settings.streamsPerSession || this.#forgetOldest();
  }

  #make(number: number): Stream {
    const stream = new Stream(number, this.#owner, this.#dialect, this.#context);
    this.#calls.set(number, stream);
    return stream;
  }

  #forgetOldest(): boolean {
    for (const stream of this.#calls.values()) {
      if (!stream.isEnded) continue;
      stream.forget();
      return true;
    }
    return false;
  }
}
