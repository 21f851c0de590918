/**
 * A connection that follows a stream, as its payers count it: one of their streams, and the bytes that it has not taken.
 *
 * Guarantees: what was taken of the accounts is given back once, however the connection ends; what is left on its way by
 * then is given back when it was taken.
 */
import type { Payers } from './account.ts';
import type { EngineContext } from './context.ts';
import { Timed } from './deadlines.ts';
import type { Bytes, Connection } from './ports.ts';
import { owe } from './unread.ts';

/** Less than that is not counted: it is in the buffers of every socket. */
const COUNTED_FROM = 16 * 1024;

export class Reader extends Timed {
  readonly connection: Connection;
  readonly #payers: Payers;
  readonly #context: EngineContext;
  #owed = 0;
  #isGone = false;

  constructor(connection: Connection, payers: Payers, context: EngineContext) {
    super();
    this.connection = connection;
    this.#payers = payers;
    this.#context = context;
    payers.take('streams');
  }

  /** Not where too much waits for it, or where some does and its payers have too much that waits. */
  get mayHaveMore(): boolean {
    if (this.connection.queued > this.#context.settings.queuedBytes) return false;
    return this.#owed === 0 || this.settle() === 0 || !this.#payers.excess('queuedBytes', 0);
  }

  /** False when the writer is to wait; see `Connection`. */
  write(frame: Bytes): boolean {
    const hasRoom = this.connection.write(frame);
    if (this.#owed > 0 || this.connection.queued > COUNTED_FROM) this.settle();
    return hasRoom;
  }

  /** Looks how much waits now. Called by the engine's timer, too. @internal */
  settle(): number {
    if (this.#isGone) return 0;
    const { queued } = this.connection;
    const owed = queued > COUNTED_FROM ? queued : 0;
    if (owed !== this.#owed) this.#payers.take('queuedBytes', owed - this.#owed);
    this.#owed = owed;
    if (owed > 0) this.#context.owing.add(this);
    return owed;
  }

  /** It follows no more. */
  gone(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#context.owing.remove(this);
    this.#payers.giveBack('streams');
    if (this.#owed > 0) this.#payers.giveBack('queuedBytes', this.#owed);
    this.#owed = 0;
  }

  /** It was closed in good order: what is on its way still waits to be taken. */
  closed(): void {
    owe(this.connection, this.#payers);
  }
}
