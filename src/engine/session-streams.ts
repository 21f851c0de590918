/**
 * The streams of one session: the standing one, and one for each POST that became a stream. Bounded: over the cap
 * the oldest one that ended is forgotten; when none has ended, no more are opened.
 */
import type { EngineContext } from './context.ts';
import type { CloseReason, Dialect } from './ports.ts';
import { Stream } from './stream.ts';
import type { StreamOwner } from './stream-owner.ts';

export class SessionStreams {
  readonly standing: Stream;
  readonly #owner: StreamOwner;
  readonly #dialect: Dialect;
  readonly #context: EngineContext;
  readonly #calls = new Map<number, Stream>();
  #next = 1;

  constructor(owner: StreamOwner, dialect: Dialect, context: EngineContext) {
    this.#owner = owner;
    this.#dialect = dialect;
    this.#context = context;
    this.standing = new Stream(0, owner, dialect, context);
  }

  /** A stream for one POST; undefined when the cap is reached by streams that are still in use. */
  open(): Stream | undefined {
    if (this.#calls.size >= this.#context.settings.streamsPerSession && !this.#forgetOldest())
      return undefined;
    const stream = new Stream(this.#next++, this.#owner, this.#dialect, this.#context);
    this.#calls.set(stream.number, stream);
    return stream;
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

  forgot(stream: Stream): void {
    this.#calls.delete(stream.number);
  }

  close(reason: CloseReason): void {
    this.standing.drop(reason);
    this.standing.forget();
    for (const stream of [...this.#calls.values()]) {
      stream.drop(reason);
      stream.forget();
    }
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
