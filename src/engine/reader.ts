/**
 * A connection that follows a stream, as its payers count it: one of their streams, and the bytes that it has not taken.
 *
 * Guarantees: what was taken of the accounts is given back once, however the connection ends; what is left on its way by
 * then is given back when it was taken.
 */
import type { Payers } from './account.ts';
import { sizeOf } from './bytes.ts';
import type { EngineContext } from './context.ts';
import { Debt } from './debt.ts';
import { Fullness } from './fullness.ts';
import type { Refusal } from './overdrawn.ts';
import type { Bytes, Connection, Dialect } from './ports.ts';
import { AROUND, COUNTED_FROM, noRoomFor } from './room.ts';
import { owe } from './unread.ts';

/** The stream, as far as it can be told to let go. */
export interface Followed {
  tooSlow(): void;
}

/** Whose stream it is. */
export interface FollowedOwner {
  readonly payers: Payers;
  /** See `StreamOwner`. */
  pressure(full: boolean): void;
}

export class Reader extends Debt {
  readonly connection: Connection;
  /** When it began to follow. */
  readonly since: number;
  readonly #payers: Payers;
  readonly #context: EngineContext;
  readonly #followed: Followed;
  readonly #owner: FollowedOwner;
  readonly #fullness = new Fullness();
  #onCaughtUp: (() => void) | undefined;
  /** Of what is held back for it until it has what was before. */
  #held = 0;
  #isGone = false;

  constructor(connection: Connection, owner: FollowedOwner, context: EngineContext, followed: Followed) {
    const { payers } = owner;
    super(payers, context);
    this.connection = connection;
    this.since = context.runtime.now();
    this.#payers = payers;
    this.#owner = owner;
    this.#context = context;
    this.#followed = followed;
    payers.take('streams');
  }

  /** Bytes that wait for it. */
  get queued(): number {
    return this.connection.queued + this.#held;
  }

  /** Whether more waits for it than may for any. */
  get isFull(): boolean {
    return this.queued > this.#context.settings.queuedBytes;
  }

  /** It is shown that the way is alive, unless something waits for it anyway. */
  beat(now: number, dialect: Dialect): void {
    if (this.isPressed) return;
    if (this.connection.beat) this.connection.beat(now);
    else this.connection.write(dialect.heartbeat(now));
  }

  /** Why it cannot be given these bytes; undefined where it can be. */
  refusal(bytes: Bytes): Refusal | undefined {
    const waiting = this.connection.queued + this.#held + sizeOf(bytes) + AROUND;
    if (waiting <= COUNTED_FROM) return undefined;
    this.settle();
    return noRoomFor(this.#payers, waiting - this.owed, this.#context);
  }

  write(frame: Bytes): void {
    const isStill = this.owed > 0 && this.isStill;
    const hasRoom = this.connection.write(frame);
    if (isStill) this.staysStill();
    if (this.owed > 0 || this.connection.queued > COUNTED_FROM) this.settle();
    if (hasRoom || this.#fullness.isFull) return;
    this.#fullness.begin(this.connection, this.#context.runtime.now());
    this.#owner.pressure(true);
  }

  /** Whether the writer is asked to wait. */
  get isPressed(): boolean {
    return this.#fullness.isFull;
  }

  /** See `Fullness`. */
  isStalled(now: number): boolean {
    const { stallMs, heartbeatMs } = this.#context.settings;
    return this.#fullness.isStalled(this.connection, now, stallMs, heartbeatMs);
  }

  /** It took what waits. */
  drained(): void {
    if (!this.#fullness.isFull) return;
    this.#fullness.end();
    this.#owner.pressure(false);
    this.#onCaughtUp?.();
    this.#onCaughtUp = undefined;
  }

  /** When it took what waits, or follows no more. */
  caughtUp(): Promise<void> {
    return new Promise((resolve) => (this.#onCaughtUp = resolve));
  }

  /** So much is held back for it now. */
  holds(bytes: number): void {
    this.#held = bytes;
    this.settle();
  }

  /** It follows no more. */
  gone(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.forgiven();
    this.#payers.giveBack('streams');
    this.drained();
  }

  /** It was closed in good order: what is on its way still waits to be taken. */
  closed(): void {
    owe(this.connection, this.#payers, this.#context);
  }

  override cut(): void {
    this.#followed.tooSlow();
  }

  protected override get waiting(): number {
    if (this.#isGone) return 0;
    const waiting = this.connection.queued + this.#held;
    return waiting > COUNTED_FROM ? waiting : 0;
  }

  protected override get trace(): number {
    return this.connection.backlog ?? this.connection.queued;
  }
}
