/**
 * A stream: an ordered run of messages that a connection follows, leaves and takes up again.
 *
 * Guarantees: events leave in the order they were published. On a resumable stream a connection that names the
 * last event it has gets every later one exactly once, live ones held back while older ones are replayed; when
 * older ones are no longer kept it is told so first, and of those it gets the answers only. At most one connection
 * follows: a newer one replaces the older. What waits for a slow reader is bounded in bytes and in time.
 */
import { answerInstead } from './adoption.ts';
import type { EngineContext } from './context.ts';
import { Timed } from './deadlines.ts';
import type { Sink } from './exchange.ts';
import { sayFarewell } from './farewell.ts';
import { Fullness } from './fullness.ts';
import { HeldEvents } from './held-events.ts';
import { History } from './history.ts';
import { notice } from './notice.ts';
import type { Bytes, CloseReason, Connection, Dialect } from './ports.ts';
import { HistoryLost, type KeptStream } from './ports-backplane.ts';
import type { Shape } from './ports-shape.ts';
import { Reader } from './reader.ts';
import { ShapedSink } from './shaped-sink.ts';
import type { StreamOwner } from './stream-owner.ts';

export class Stream extends Timed implements Sink {
  /** 0 for the standing stream, then counted within the session. */
  readonly number: number;
  readonly #owner: StreamOwner;
  readonly #dialect: Dialect;
  readonly #context: EngineContext;
  #connection: Connection | undefined;
  #reader: Reader | undefined;
  #written = 0;
  /** What was said on it. */
  readonly history: History;
  /** The way of the latest POST; undefined until one named its shape. */
  #latest: ShapedSink | undefined;
  #held: HeldEvents | undefined;
  #ended = false;
  readonly #fullness = new Fullness();
  #onCaughtUp: (() => void) | undefined;
  #followedSince = 0;
  /** Whether the client polls (2025-11-25): its connection may be ended for it to come back. */
  mayRotate = false;

  constructor(number: number, owner: StreamOwner, dialect: Dialect, context: EngineContext) {
    super();
    this.number = number;
    this.#owner = owner;
    this.#dialect = dialect;
    this.#context = context;
    this.history = new History(number, owner, dialect.resumable, context);
  }

  get isFollowed(): boolean {
    return this.#connection !== undefined;
  }

  get isEnded(): boolean {
    return this.#ended;
  }

  /** The offset of the last event that any connection was given. */
  get delivered(): number {
    return this.#written;
  }

  /** The id that a resumption after `offset` names. */
  eventId(offset: number): string {
    return this.history.eventId(offset);
  }

  event(data: Bytes): void {
    this.publish(data);
  }

  answer(data: Bytes, id?: Uint8Array): void {
    if (!this.#ended) this.#say(this.history.add(data, true, id), data);
  }

  /** Without an answer there is nothing to say on a stream that serves other calls, too. */
  cancelled(): void {}

  /** The way for what belongs to a POST of this shape. What belongs to none takes it from now on, too. */
  shaped(shape: Shape): Sink {
    if (this.#latest?.shape !== shape) this.#latest = new ShapedSink(this, shape);
    return this.#latest;
  }

  /**
   * Adds a message. On a stream that is neither followed nor resumable it is lost, and noted.
   * @param shape how it looks; on a resumable stream the dialect alone says so
   * @param isFailure it is the gateway's error, not what the server said
   */
  publish(data: Bytes, shape?: Shape, isFailure?: boolean): void {
    if (!this.#ended) this.#say(this.history.add(data), data, shape, isFailure);
  }

  #say(offset: number, data: Bytes, shape?: Shape, isFailure?: boolean): void {
    if (this.#held) this.#hold(this.#held, offset, data);
    else if (this.#connection) this.#send(this.#connection, offset, data, shape, isFailure);
    else if (!this.#dialect.resumable) this.#note('no-reader', 'A message had no stream to travel on.');
  }

  /** No more messages. The follower's connection ends after what was published. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.history.end();
    if (!this.#held) this.#leave('done');
    if (!this.#dialect.resumable) this.#owner.forgot(this);
    else if (!this.#connection) this.#context.retained.add(this);
  }

  /**
   * Lends the stream a connection. One that followed before is ended as `replaced`.
   * @param after the offset of the last event the client has; undefined: what no connection was given yet
   */
  follow(connection: Connection, after?: number): void {
    const waiting = this.#connection;
    this.#connection = connection;
    this.#held = undefined;
    if (waiting) this.#replaced(waiting);
    this.#reader = new Reader(connection, this.#owner.payers, this.#context);
    if (connection.isClosed) return this.#lost(connection);
    connection.onClosed = () => this.#lost(connection);
    connection.onDrain = () => this.#drained();
    this.#followedSince = this.#context.runtime.now();
    this.#context.retained.remove(this);
    this.#context.heartbeats.add(this);
    const from = after ?? this.#written;
    if (this.#dialect.resumable && from < this.history.published) void this.#replay(connection, from);
    else if (this.#ended) this.#leave('done');
  }

  /** Ends the connection, if any; the stream itself stays and may be followed again. */
  drop(reason: CloseReason): void {
    this.#leave(reason);
  }

  /** A heartbeat is due. Called by the engine's timer. @internal */
  beat(): void {
    const connection = this.#connection;
    if (!connection) return;
    const { stallMs, pollMs } = this.#context.settings;
    const now = this.#context.runtime.now();
    if (this.#fullness.isStalled(connection, now, stallMs)) return this.#leave('slow');
    if (this.mayRotate && pollMs > 0 && now - this.#followedSince >= pollMs) return this.#leave('rotated');
    this.#context.heartbeats.add(this);
    if (this.#fullness.isFull) return;
    if (connection.beat) connection.beat(now);
    else connection.write(this.#dialect.heartbeat(now));
  }

  /** Takes up what another node left. Requests that it did not answer are answered now, each with one error. */
  adopted(kept: KeptStream): void {
    this.#written = kept.published;
    this.#ended = kept.isEnded;
    if (kept.isEnded) this.#context.retained.add(this);
    else answerInstead(this, kept);
  }

  /** Nobody came back in time, or the session is over: the history goes. @param isLeft another node goes on with it */
  forget(isLeft = false): void {
    this.#ended = true;
    this.#leave('session-closed');
    this.#context.retained.remove(this);
    if (!isLeft) this.history.drop();
    this.#owner.forgot(this);
  }

  #send(connection: Connection, offset: number, data: Bytes, shape = this.#shape, isFailure = false): void {
    this.#written = Math.max(this.#written, offset);
    const id = this.#dialect.resumable ? this.eventId(offset) : undefined;
    const now = shape.isTimed ? this.#context.runtime.now() : 0;
    this.#write(connection, shape.encode({ data, id, isFailure }, this.#owner, now));
  }

  get #shape(): Shape {
    return this.#latest?.shape ?? this.#dialect.shape;
  }

  #write(connection: Connection, frame: Bytes): void {
    if (!this.#reader?.mayHaveMore) return this.#leave('slow');
    if (this.#reader.write(frame) || this.#fullness.isFull) return;
    this.#fullness.begin(connection, this.#context.runtime.now());
    this.#owner.pressure(true);
  }

  #drained(): void {
    if (!this.#fullness.isFull) return;
    this.#fullness.end();
    this.#owner.pressure(false);
    this.#onCaughtUp?.();
    this.#onCaughtUp = undefined;
  }

  /** When the reader took what waits, or is no longer ours. */
  #caughtUp = () => new Promise<void>((resolve) => (this.#onCaughtUp = resolve));

  async #replay(connection: Connection, after: number): Promise<void> {
    this.#held = new HeldEvents();
    let last = after;
    try {
      for await (const event of this.history.read(after)) {
        if (this.#connection !== connection) return;
        this.#send(connection, event.offset, event.data);
        last = event.offset;
        // A history may be longer than what may wait for one reader.
        if (this.#fullness.isFull) await this.#caughtUp();
      }
    } catch (error) {
      if (this.#connection !== connection) return;
      last = await this.#giveAnswers(connection, last, this.#tellLost(connection, error));
    }
    if (this.#connection === connection) this.#goLive(connection, last);
  }

  /** What was held is flushed in the same turn in which holding ends: no gap, no doubling. */
  #goLive(connection: Connection, last: number): void {
    const held = this.#held?.events ?? [];
    this.#held = undefined;
    for (const event of held) {
      if (event.offset > last && this.#connection === connection)
        this.#send(connection, event.offset, event.data);
    }
    if (this.#ended && this.#connection === connection) this.#leave('done');
  }

  async #giveAnswers(connection: Connection, after: number, last: number): Promise<number> {
    for await (const event of this.history.answers(after, last)) {
      if (this.#connection === connection) this.#send(connection, event.offset, event.data);
    }
    return last;
  }

  #tellLost(connection: Connection, error: unknown): number {
    const isGone = error instanceof HistoryLost;
    const words = isGone ? 'Events of this stream are no longer kept.' : 'The event log cannot be read.';
    this.#note('history_lost', words);
    const event = { data: notice('history_lost', words) };
    this.#write(connection, this.#shape.encode(event, this.#owner, this.#context.runtime.now()));
    const kept = this.#held?.events[0]?.offset ?? this.history.published + 1;
    this.#written = Math.max(this.#written, kept - 1);
    return kept - 1;
  }

  #hold(held: HeldEvents, offset: number, data: Bytes): void {
    held.add(offset, data);
    if (held.bytes > this.#context.settings.queuedBytes) this.#leave('slow');
  }

  #replaced(waiting: Connection): void {
    const reader = this.#release(waiting);
    waiting.close('replaced');
    reader?.closed();
    this.#owner.left(this, 'replaced');
  }

  #lost(connection: Connection): void {
    if (this.#connection !== connection) return;
    this.#forgetConnection(connection);
    this.#owner.left(this, 'client-gone');
  }

  #leave(reason: CloseReason): void {
    const connection = this.#connection;
    if (!connection) return;
    const reader = this.#forgetConnection(connection);
    sayFarewell(connection, this.#dialect, this.#shape, reason, this.#context);
    connection.close(reason);
    if (reason === 'slow') this.#note('slow', 'The reader of a stream was too slow and was cut off.');
    else reader?.closed();
    this.#owner.left(this, reason);
  }

  #forgetConnection(connection: Connection): Reader | undefined {
    this.#connection = undefined;
    this.#held = undefined;
    this.#context.heartbeats.remove(this);
    if (this.#ended && this.#dialect.resumable) this.#context.retained.add(this);
    return this.#release(connection);
  }

  #release(connection: Connection): Reader | undefined {
    const reader = this.#reader;
    this.#reader = undefined;
    this.#context.expiries.forget(connection);
    this.#context.ages.forget(connection);
    connection.onClosed = connection.onDrain = undefined;
    reader?.gone();
    this.#drained();
    return reader;
  }

  #note(code: string, message: string): void {
    const { id: session, serverName: server } = this.#owner;
    this.#context.notes.tell({ where: 'stream', code, message, server, session });
  }
}
