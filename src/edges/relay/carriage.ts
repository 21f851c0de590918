/**
 * A request that landed here and is served by another node: what that says of its answer is done to the client's own
 * connection, and what becomes of the client is told there.
 *
 * Guarantees: the client is answered exactly once, also where the other node is lost; of what its connection does not
 * take, no more is asked for than the window holds.
 */
import { Timed } from '../../engine/deadlines.ts';
import type { Connection, Responder } from '../../engine/ports.ts';
import { hasIdField } from './id-field.ts';
import { encodeFrame, type Frame, headersOf, KIND, reasonOf } from './frames.ts';
import type { RelayLimits } from './limits.ts';

/** What one carriage needs of the way to its owner. */
export interface CarriageWay {
  readonly number: number;
  readonly limits: RelayLimits;
  /** Never throws. */
  say(frame: Uint8Array): void;
  /** Calls `look` after a while. */
  watch(carriage: Carriage): void;
  /** The owner has it: there is no hurry any more. */
  heard(carriage: Carriage): void;
  /** So many bytes of its body are not kept any more. */
  freed(bytes: number): void;
  /** The ids of the requests in its body. */
  idsIn(body: Uint8Array): readonly Uint8Array[];
  /** Nothing more will be said or heard of it. */
  over(carriage: Carriage): void;
}

/**
 * `lost`: it may have been carried out. Of `undone` nothing was and will be done; neither of what is `back`, as its owner says
 * that it has let go of what this is about.
 */
export type LossReason = 'lost' | 'undone' | 'back';

/** What is lost with a request. */
export interface Loss {
  /** The body of the request, where its owner may not have it. */
  readonly body: Uint8Array | undefined;
  /** The ids of its requests, unless what became of them can be asked for. */
  readonly ids: readonly Uint8Array[];
  readonly why: LossReason;
  /** What its client has of the answer. */
  readonly connection: Connection | undefined;
}

export class Carriage extends Timed {
  readonly responder: Responder;
  /** Whether something is asked, and not just followed. */
  readonly isCall: boolean;
  readonly #way: CarriageWay;
  readonly #tellLost: (loss: Loss) => void;
  /** As long as it may have to be sent once more, or, where it is small, to be said what was lost. */
  #body: Uint8Array | undefined;
  /** What is kept of a larger one that its owner has. */
  #ids: readonly Uint8Array[] = [];
  #connection: Connection | undefined;
  #head: Frame | undefined;
  #pieces: Uint8Array[] = [];
  #missing = 0;
  #isFull = false;
  #backlog: number | undefined;
  #given = 0;
  #told = 0;
  #isHeard = false;
  /** Its owner said no last word on it. */
  isLost = false;
  #isOver = false;

  constructor(
    way: CarriageWay,
    responder: Responder,
    body: Uint8Array | undefined,
    tellLost: (loss: Loss) => void,
  ) {
    super();
    this.#way = way;
    this.responder = responder;
    this.#body = body;
    this.isCall = body !== undefined;
    this.#tellLost = tellLost;
    responder.onAborted = () => this.#gone();
  }

  get number(): number {
    return this.#way.number;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** What the owner says. */
  take(frame: Frame): void {
    this.#isHeard = true;
    this.#way.heard(this);
    if (frame.kind === KIND.accepted) return this.#accepted();
    switch (frame.kind) {
      case KIND.reply:
        return this.#reply(frame);
      case KIND.stream:
        return this.#stream(frame);
      case KIND.data:
        return this.#data(frame.bytes);
      case KIND.close:
        return this.#close(frame);
      case KIND.back:
        return this.#lost(frame.small === 1 ? 'undone' : 'back');
    }
  }

  /** The owner is lost, or what it said. @param isGone it is gone: what it did not say that it has, it never does */
  lost(isGone = false): void {
    this.#lost(isGone && !this.#isHeard ? 'undone' : 'lost');
  }

  #lost(why: LossReason): void {
    if (this.#isOver) return;
    const body = this.#body;
    const ids = body ? this.#way.idsIn(body) : this.#ids;
    const loss = { body, ids, connection: this.#connection, why };
    this.isLost = true;
    this.#over();
    this.#tellLost(loss);
  }

  /** It did not leave. */
  unsent(): void {
    this.#over();
  }

  /** Nothing was heard of it for too long, or this node goes away. */
  giveUp(): void {
    this.#way.say(encodeFrame(KIND.gone, this.number));
    this.lost();
  }

  /** Tells what a slow reader took meanwhile. Called by a timer. */
  look(): void {
    const connection = this.#connection;
    if (!connection || this.#isOver || !this.#isFull) return;
    this.#way.watch(this);
    const { backlog } = connection;
    const taken = this.#taken(connection);
    if (taken > this.#told || backlog !== this.#backlog) this.#tell(taken);
    this.#backlog = backlog;
  }

  // ----------------------------------------------------------------------------------- a whole answer

  #reply(head: Frame): void {
    this.#head = head;
    this.#missing = head.amount - head.bytes.length;
    if (head.bytes.length > 0) this.#pieces.push(head.bytes);
    if (this.#missing <= 0) this.#answer(head);
  }

  #piece(head: Frame, bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.#missing -= bytes.length;
    if (this.#missing <= 0) return this.#answer(head);
    this.#way.say(encodeFrame(KIND.taken, this.number, { amount: bytes.length }));
  }

  #answer({ word: status, texts, amount }: Frame): void {
    const { responder } = this;
    const [first] = this.#pieces;
    const body = this.#pieces.length > 1 ? this.#pieces : first;
    responder.onAborted = undefined;
    responder.reply(status, headersOf(texts), body);
    this.#pieces = [];
    if (amount > this.#way.limits.uncountedBytes) this.#tellAllTaken(responder);
    else this.#over();
  }

  // ----------------------------------------------------------------------------------------- a stream

  #stream({ word: status, texts, bytes }: Frame): void {
    const { responder } = this;
    // It went away meanwhile, and its owner hears of it.
    if (responder.isDone) return this.#gone();
    responder.onAborted = undefined;
    const connection = responder.stream(status, headersOf(texts), bytes.length > 0 ? bytes : undefined);
    this.#connection = connection;
    this.#seen(bytes);
    if (connection.isClosed) return this.#gone();
    connection.onClosed = () => this.#gone();
    connection.onDrain = () => this.#drained(connection);
  }

  #data(bytes: Uint8Array): void {
    if (this.#head) return this.#piece(this.#head, bytes);
    const connection = this.#connection;
    if (!connection) return;
    this.#seen(bytes);
    this.#given += bytes.length;
    const hasRoom = connection.write(bytes);
    if (!hasRoom && !this.#isFull) {
      this.#isFull = true;
      this.#backlog = connection.backlog;
      this.#way.watch(this);
    }
    const taken = this.#taken(connection);
    if (taken - this.#told >= this.#way.limits.uncountedBytes) this.#tell(taken);
  }

  #drained(connection: Connection): void {
    this.#isFull = false;
    const taken = this.#taken(connection);
    if (taken > this.#told) this.#tell(taken);
  }

  /** Below its high-water mark a connection counts as empty: that much waits in every socket. */
  #taken(connection: Connection): number {
    return this.#isFull ? this.#given - connection.queued : this.#given;
  }

  #tell(taken: number): void {
    const amount = Math.max(0, taken - this.#told);
    this.#told += amount;
    this.#way.say(encodeFrame(KIND.taken, this.number, { amount }));
  }

  #close({ small, word }: Frame): void {
    const connection = this.#connection;
    // It was answered as a whole, which nobody takes.
    if (!connection && this.responder.isDone) return this.responder.cut?.();
    // Before any head there is nothing to end, but the wait for it.
    if (!connection) return this.lost();
    if (connection.isClosed) return connection.cut?.();
    connection.onClosed = connection.onDrain = undefined;
    connection.close(reasonOf(small));
    if (word === 1) this.#tellAllTaken(connection);
    else this.#over();
  }

  /** Streams with ids can be taken up again, from whoever has them then. */
  #seen(bytes: Uint8Array): void {
    const isKept = this.#body !== undefined || this.#ids.length > 0;
    if (isKept && hasIdField(bytes)) this.#free();
  }

  // -------------------------------------------------------------------------------------------- its end

  /** @param way has been given its last */
  #tellAllTaken(way: { readonly queued?: number; onTaken?: (() => void) | undefined }): void {
    const tell = () => {
      if (this.#isOver) return;
      this.#way.say(encodeFrame(KIND.taken, this.number, { small: 1 }));
      this.#over();
    };
    if ((way.queued ?? 0) === 0 || !('onTaken' in way)) return tell();
    this.#free();
    way.onTaken = tell;
  }

  /** It is not sent once more: a caller whose calls take long must not fill the room of all others. */
  #accepted(): void {
    const body = this.#body;
    if (!body || body.length <= this.#way.limits.wholeBytes) return;
    const ids = this.#way.idsIn(body);
    this.#free();
    this.#ids = ids;
  }

  #free(): void {
    if (this.#body) this.#way.freed(this.#body.length);
    this.#body = undefined;
    this.#ids = [];
  }

  #gone(): void {
    if (this.#isOver) return;
    this.#way.say(encodeFrame(KIND.gone, this.number));
    this.#over();
  }

  #over(): void {
    this.#isOver = true;
    this.#free();
    this.#head = undefined;
    this.#pieces = [];
    const connection = this.#connection;
    if (connection) connection.onClosed = connection.onDrain = undefined;
    this.responder.onAborted = undefined;
    this.#way.over(this);
  }
}
