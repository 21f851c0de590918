/**
 * What was answered as a whole and its client has not taken yet: counted with its payers, and of one session in addition.
 * Over the cap the session is full, as it is with a stream whose reader is: what its server says further has to wait.
 */
import type { Payers } from './account.ts';
import { sizeOf } from './bytes.ts';
import type { EngineContext } from './context.ts';
import { Debt } from './debt.ts';
import type { Refusal } from './overdrawn.ts';
import type { Bytes, Responder } from './ports.ts';
import { COUNTED_FROM, noRoomFor } from './room.ts';

/** Whole answers wait longer than events: a client may take the heads of several before it reads the first body. */
const SHARE = 4;

/** How much of a session may be on its way. */
export function unreadBytes({ queuedBytes }: { readonly queuedBytes: number }): number {
  return SHARE * queuedBytes;
}

/** A responder, or a connection that is closed, as far as it can tell what its peer has not taken. */
export interface Outgoing {
  readonly queued?: number;
  /** See `Connection`. */
  readonly backlog?: number;
  /** Called once when the peer took that, or went away. To be set while some waits; without it that counts as taken. */
  onTaken?: (() => void) | undefined;
  /** Ends it at once; `onTaken` is called then, too. Without it the edge alone decides how long it is waited. */
  cut?(): void;
}

/** One answer on its way: counts whole until the last of it was taken. */
class OnItsWay extends Debt {
  readonly #way: Outgoing;
  #bytes: number;

  constructor(way: Outgoing, bytes: number, payers: Payers, context: EngineContext) {
    super(payers, context);
    this.#way = way;
    this.#bytes = bytes;
    this.settle();
  }

  taken(): void {
    this.#bytes = 0;
    this.settle();
  }

  override get mayBeCut(): boolean {
    return this.#way.cut !== undefined;
  }

  override cut(): void {
    this.#way.cut?.();
    this.taken();
  }

  protected override get waiting(): number {
    return this.#bytes;
  }

  protected override get trace(): number {
    return this.#way.backlog ?? this.#way.queued ?? 0;
  }
}

/** @param way has just been given its last, and takes nothing more @param taken told when that was taken */
export function owe(
  way: Outgoing,
  payers: Payers,
  context: EngineContext,
  taken?: (bytes: number) => void,
): number {
  const bytes = way.queued ?? 0;
  if (bytes === 0 || !('onTaken' in way)) return 0;
  const debt = new OnItsWay(way, bytes, payers, context);
  way.onTaken = () => {
    way.onTaken = undefined;
    debt.taken();
    taken?.(bytes);
  };
  return bytes;
}

/** Why an answer cannot be given as a whole; undefined where it can be. */
export function refusalOfWhole(data: Bytes, payers: Payers, context: EngineContext): Refusal | undefined {
  const size = sizeOf(data);
  return size > COUNTED_FROM ? noRoomFor(payers, size, context) : undefined;
}

export class UnreadAnswers {
  readonly #payers: Payers;
  readonly #context: EngineContext;
  readonly #cap: number;
  readonly #pressure: (full: boolean) => void;
  #bytes = 0;

  /** @param pressure told each time the cap is crossed */
  constructor(payers: Payers, cap: number, context: EngineContext, pressure: (full: boolean) => void) {
    this.#payers = payers;
    this.#cap = cap;
    this.#context = context;
    this.#pressure = pressure;
  }

  /** Bytes of whole answers that the client has not taken. */
  get bytes(): number {
    return this.#bytes;
  }

  get isFull(): boolean {
    return this.#bytes > this.#cap;
  }

  /** See `refusalOfWhole`. */
  refusal(data: Bytes): Refusal | undefined {
    return refusalOfWhole(data, this.#payers, this.#context);
  }

  /** An answer waits for others that go out with it. @returns how much of it counts, until it is let go of */
  keep(bytes: number): number {
    if (bytes <= COUNTED_FROM) return 0;
    this.#payers.take('queuedBytes', bytes);
    return bytes;
  }

  letGo(bytes: number): void {
    if (bytes > 0) this.#payers.giveBack('queuedBytes', bytes);
  }

  /** @param responder has just been given a whole answer */
  add(responder: Responder): void {
    this.#change(owe(responder, this.#payers, this.#context, (bytes) => this.#change(-bytes)));
  }

  #change(bytes: number): void {
    const wasFull = this.isFull;
    this.#bytes += bytes;
    if (this.isFull !== wasFull) this.#pressure(this.isFull);
  }
}
