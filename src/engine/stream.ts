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
import { lost, sayFarewell } from './farewell.ts';
import { HeldEvents } from './held-events.ts';
import { History } from './history.ts';
import type { Bytes, CloseReason, Connection, Dialect } from './ports.ts';
import type { KeptStream } from './ports-backplane.ts';
import type { Shape } from './ports-shape.ts';
import { Reader } from './reader.ts';
import { withoutRoom } from './room.ts';
import { ShapedSink } from './shaped-sink.ts';
import type { StreamOwner } from './stream-owner.ts';

export class Stream extends Timed implements Sink {
  /** 0 for the standing stream, then counted within the session. */
  readonly number: number;
  readonly #owner: StreamOwner;
  readonly #dialect: Dialect;
  readonly #context: EngineContext;
  #reader: Reader | undefined;
  #written = 0;
  /** What was said on it. */
  readonly history: History;
  /** The way of the latest POST; undefined until one named its shape. */
  #latest: ShapedSink | undefined;
  #held: HeldEvents | undefined;
  #ended = false;
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
    return this.#reader !== undefined;
  }

  /** Bytes that its reader has not taken. */
  get queued(): number {
    return this.#reader?.queued ?? 0;
  }

  get isEnded(): boolean {
    return this.#ended;
  }

  /** The offset of the last event that any connection was given. */
  get delivered(): number {
    return this.#written;
  }

  event(data: Bytes): void {
    this.publish(data);
  }

  answer(data: Bytes, id?: Uint8Array): void {
    if (!this.#ended) this.#say(data, undefined, false, id ?? null, true);
  }

  cancelled(): void {}

  /** The way for what belongs to a POST of this shape. What belongs to none takes it from now on, too. */
  shaped(shape: Shape): Sink {
    if (this.#latest?.shape !== shape) this.#latest = new ShapedSink(this, shape);
    return this.#latest;
  }

  /**
   * Adds a message. On a stream that is neither followed nor resumable it is lost, and noted.
   * @param shape how it looks; on a resumable stream the dialect alone says so
   * @param isFailure it is the gateway's error @param answers the raw id that it answers; null: one that is not known
   */
  publish(data: Bytes, shape?: Shape, isFailure?: boolean, answers?: Uint8Array | null): void {
    if (!this.#ended) this.#say(data, shape, isFailure, answers);
  }

  #say(data: Bytes, shape?: Shape, isFailure?: boolean, answers?: Uint8Array | null, isKept = false): void {
    const next = this.history.published + 1;
    let frame = this.#reader && !this.#held && this.#frame(next, data, shape, isFailure);
    const refusal = frame && this.#reader?.refusal(frame);
    let said = data;
    // Making room may have ended this very reader.
    if (refusal && this.#reader) {
      this.#note(refusal.word, refusal.message);
      // Who certainly comes back for it is sent away.
      if (this.#dialect.resumable && (this.number === 0 || this.mayRotate)) this.#leave('rotated');
      else {
        said = withoutRoom(data, answers, refusal);
        frame = this.#frame(next, said, shape, answers !== undefined);
      }
    }
    const offset = this.history.add(said, isKept, answers ?? undefined);
    if (this.#held) this.#hold(this.#held, offset, said);
    else if (this.#reader && frame) this.#write(this.#reader, offset, frame);
    else if (!this.#dialect.resumable) this.#note('no-reader', 'A message had no stream to travel on.');
  }

  /** No more messages. The follower's connection ends after what was published. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.history.end();
    if (!this.#held) this.#leave('done');
    if (!this.#dialect.resumable) this.#owner.forgot(this);
    else if (!this.#reader) this.#context.retained.add(this);
  }

  /**
   * Lends the stream a connection. One that followed before is ended as `replaced`.
   * @param after the offset of the last event the client has; undefined: what no connection was given yet
   */
  follow(connection: Connection, after?: number): void {
    this.#held = undefined;
    if (this.#reader) this.#replaced(this.#reader);
    const reader = new Reader(connection, this.#owner, this.#context, this);
    this.#reader = reader;
    if (connection.isClosed) return this.#lost(reader);
    connection.onClosed = () => this.#lost(reader);
    connection.onDrain = () => reader.drained();
    this.#context.retained.remove(this);
    this.#context.heartbeats.add(this);
    const from = after ?? this.#written;
    if (this.#dialect.resumable && from < this.history.published) void this.#replay(reader, from);
    else if (this.#ended) this.#leave('done');
  }

  /** Ends the connection, if any; the stream itself stays and may be followed again. */
  drop(reason: CloseReason): void {
    this.#leave(reason);
  }

  /** It took nothing for too long, and its room is needed by others. @internal */
  tooSlow(): void {
    this.#leave('slow');
  }

  /** A heartbeat is due. Called by the engine's timer. @internal */
  beat(): void {
    const reader = this.#reader;
    if (!reader) return;
    const { pollMs } = this.#context.settings;
    const now = this.#context.runtime.now();
    if (reader.isStalled(now)) return this.#leave('slow');
    if (this.mayRotate && pollMs > 0 && now - reader.since >= pollMs) return this.#leave('rotated');
    this.#context.heartbeats.add(this);
    reader.beat(now, this.#dialect);
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

  /** What was said before. Where there is no room for it, its reader has to come back once more. */
  #send(reader: Reader, offset: number, data: Bytes): void {
    const frame = this.#frame(offset, data);
    if (!reader.refusal(frame)) this.#write(reader, offset, frame);
    else if (this.#reader === reader) this.#leave('rotated');
  }

  #frame(offset: number, data: Bytes, shape = this.#shape, isFailure = false): Bytes {
    const id = this.#dialect.resumable ? this.history.eventId(offset) : undefined;
    const now = shape.isTimed ? this.#context.runtime.now() : 0;
    return shape.encode({ data, id, isFailure }, this.#owner, now);
  }

  get #shape(): Shape {
    return this.#latest?.shape ?? this.#dialect.shape;
  }

  #write(reader: Reader, offset: number, frame: Bytes): void {
    if (this.#reader !== reader) return;
    this.#written = Math.max(this.#written, offset);
    return reader.isFull ? this.#leave('slow') : reader.write(frame);
  }

  async #replay(reader: Reader, after: number): Promise<void> {
    this.#held = new HeldEvents();
    let last = after;
    try {
      for await (const event of this.history.read(after)) {
        if (this.#reader !== reader) return;
        this.#send(reader, event.offset, event.data);
        last = event.offset;
        // A history may be longer than what may wait for one reader.
        if (reader.isPressed) await reader.caughtUp();
      }
    } catch (error) {
      if (this.#reader !== reader) return;
      last = await this.#giveAnswers(reader, last, this.#tellLost(reader, error));
    }
    if (this.#reader === reader) this.#goLive(reader, last);
  }

  /** In the turn in which holding ends, too: no gap, no doubling. */
  #goLive(reader: Reader, last: number): void {
    const held = this.#held?.events ?? [];
    this.#held = undefined;
    reader.holds(0);
    for (const { offset, data } of held)
      if (offset > last && this.#reader === reader) this.#send(reader, offset, data);
    if (this.#ended && this.#reader === reader) this.#leave('done');
  }

  async #giveAnswers(reader: Reader, after: number, last: number): Promise<number> {
    for await (const { offset, data } of this.history.answers(after, last))
      if (this.#reader === reader) this.#send(reader, offset, data);
    return last;
  }

  #tellLost(reader: Reader, error: unknown): number {
    const { words, event } = lost(error);
    this.#note('history_lost', words);
    const kept = this.#held?.events[0]?.offset ?? this.history.published + 1;
    this.#write(reader, kept - 1, this.#shape.encode(event, this.#owner, this.#context.runtime.now()));
    return kept - 1;
  }

  #hold(held: HeldEvents, offset: number, data: Bytes): void {
    const refusal = this.#reader?.refusal(data);
    // Making room may have ended this very reader.
    if (this.#held !== held) return;
    if (refusal) return this.#leave('rotated');
    this.#reader?.holds(held.add(offset, data));
    if (this.#reader?.isFull) this.#leave('slow');
  }

  #replaced(reader: Reader): void {
    this.#release(reader);
    reader.connection.close('replaced');
    reader.closed();
    this.#owner.left(this, 'replaced');
  }

  #lost(reader: Reader): void {
    if (this.#reader !== reader) return;
    this.#forgetReader(reader);
    this.#owner.left(this, 'client-gone');
  }

  #leave(reason: CloseReason): void {
    const reader = this.#reader;
    if (!reader) return;
    this.#forgetReader(reader);
    sayFarewell(reader.connection, this.#dialect, this.#shape, reason, this.#context);
    reader.connection.close(reason);
    if (reason === 'slow') this.#note('slow', 'The reader of a stream was too slow and was cut off.');
    else reader.closed();
    this.#owner.left(this, reason);
  }

  #forgetReader(reader: Reader): void {
    this.#held = undefined;
    this.#context.heartbeats.remove(this);
    if (this.#ended && this.#dialect.resumable) this.#context.retained.add(this);
    this.#release(reader);
  }

  #release(reader: Reader): void {
    const { connection } = reader;
    this.#reader = undefined;
    this.#context.expiries.forget(connection);
    this.#context.ages.forget(connection);
    connection.onClosed = connection.onDrain = undefined;
    reader.gone();
  }

  #note(code: string, message: string): void {
    const { id: session, serverName: server } = this.#owner;
    this.#context.notes.tell({ where: 'stream', code, message, server, session });
  }
}
