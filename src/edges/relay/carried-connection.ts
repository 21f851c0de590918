/**
 * The connection of a client that is at another node. What that node has not handed on counts as queued here, so that
 * whoever writes meets a slow reader as it would meet its own.
 */
import { Timed } from '../../engine/deadlines.ts';
import type { Bytes, CloseReason, Connection } from '../../engine/ports.ts';
import { encodeFrame, KIND, reasonNumber } from './frames.ts';
import type { CarriedWay } from './carried.ts';
import { Outflow } from './outflow.ts';

export class CarriedConnection extends Timed implements Connection {
  onClosed: (() => void) | undefined;
  onDrain: (() => void) | undefined;
  /** For `owe`: called once what waited at the end was taken. */
  onTaken: (() => void) | undefined;
  readonly #way: CarriedWay;
  readonly #out: Outflow;
  #isClosed = false;
  #isOver = false;
  #isFull = false;
  #willFlush = false;
  #ending: CloseReason | undefined;
  #looks = 0;
  #looksThen = 0;

  constructor(way: CarriedWay) {
    super();
    this.#way = way;
    this.#out = new Outflow(way.limits, (bytes) => way.say(encodeFrame(KIND.data, way.number, { bytes })));
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get queued(): number {
    return this.#isOver ? 0 : this.#out.queued;
  }

  /** Grows with each word of the other node that the client took something. */
  get backlog(): number {
    return this.#looks;
  }

  write(bytes: Bytes): boolean {
    if (this.#isClosed) return true;
    this.#out.add(bytes);
    // What is written in one turn leaves in one frame.
    if (!this.#willFlush) {
      this.#willFlush = true;
      queueMicrotask(this.#flush);
    }
    if (this.#out.queued <= this.#way.limits.highWater) return true;
    this.#isFull = true;
    return false;
  }

  close(reason: CloseReason): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#ending = reason;
    if (reason === 'slow') this.#out.drop();
    this.#end();
  }

  /** The client took so much, or something of it where it is 0. @param isAll nothing is left of what there will be */
  taken(bytes: number, isAll: boolean): void {
    if (this.#isOver) return;
    this.#looks++;
    if (isAll) return this.#over();
    this.#out.taken(bytes);
    if (this.#ending) return this.#end();
    if (!this.#isFull || this.#out.queued > this.#way.limits.highWater / 4) return;
    this.#isFull = false;
    this.onDrain?.();
  }

  /** The client, or the node that has it, is gone. */
  gone(): void {
    if (this.#isOver) return;
    const wasClosed = this.#isClosed;
    this.#isClosed = true;
    this.#over();
    if (!wasClosed) this.onClosed?.();
  }

  /** After its end: cut off when nothing was taken since the last look. False when it is over. */
  look(): boolean {
    if (this.#isOver) return false;
    if (this.#looks !== this.#looksThen) {
      this.#looksThen = this.#looks;
      return true;
    }
    this.cut();
    return false;
  }

  cut(): void {
    if (this.#isOver) return;
    this.#isClosed = true;
    this.#way.say(encodeFrame(KIND.close, this.#way.number, { small: reasonNumber('slow') }));
    this.#over();
  }

  readonly #flush = (): void => {
    this.#willFlush = false;
    if (!this.#isOver) this.#out.flush();
  };

  /** Says the end once all before it was handed over. */
  #end(): void {
    const reason = this.#ending;
    if (reason === undefined || this.#isOver) return;
    this.#out.flush();
    if (this.#out.waiting > 0) return this.#way.linger(this);
    this.#ending = undefined;
    const isCounted = this.#out.queued > this.#way.limits.uncountedBytes;
    const word = isCounted ? 1 : 0;
    this.#way.say(encodeFrame(KIND.close, this.#way.number, { small: reasonNumber(reason), word }));
    if (isCounted) this.#way.linger(this);
    else this.#over();
  }

  #over(): void {
    this.#isOver = true;
    this.#out.drop();
    this.#way.over(this);
    const { onTaken } = this;
    this.onTaken = undefined;
    onTaken?.();
  }
}
