/** How a request is answered that landed on another node: what is said here is done there. */
import { sizeOf } from '../../engine/bytes.ts';
import { Timed } from '../../engine/deadlines.ts';
import type { Bytes, Connection, Responder } from '../../engine/ports.ts';
import { CarriedConnection } from './carried-connection.ts';
import { encodeFrame, type Frame, KIND, reasonNumber, textsOf } from './frames.ts';
import type { RelayLimits } from './limits.ts';
import { Outflow } from './outflow.ts';

/** What one carried request needs of the way back. */
export interface CarriedWay {
  readonly number: number;
  readonly limits: RelayLimits;
  /** Never throws. */
  say(frame: Uint8Array): void;
  /** Looks at a connection that ended now and then, until it is over. */
  linger(connection: CarriedConnection): void;
  /** Nothing more will be said or heard of it. */
  over(connection?: CarriedConnection): void;
}

export class Carried extends Timed implements Responder {
  onAborted: (() => void) | undefined;
  onTaken: (() => void) | undefined;
  readonly #way: CarriedWay;
  #extra: Readonly<Record<string, string>> | undefined;
  #connection: CarriedConnection | undefined;
  /** Of a whole answer, while its client has not taken all of it. */
  #out: Outflow | undefined;
  #queued = 0;
  #looks = 0;
  #isDone = false;

  constructor(way: CarriedWay) {
    super();
    this.#way = way;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  get queued(): number {
    return this.#queued;
  }

  /** See `CarriedConnection`. */
  get backlog(): number {
    return this.#looks;
  }

  cut(): void {
    this.#way.say(encodeFrame(KIND.close, this.#way.number, { small: reasonNumber('slow') }));
    this.#allTaken();
  }

  note(headers: Readonly<Record<string, string>>): void {
    this.#extra = this.#extra ? { ...this.#extra, ...headers } : headers;
  }

  reply(status: number, headers: Record<string, string>, body?: Bytes): void {
    if (this.#isDone) return;
    this.#isDone = true;
    const amount = body === undefined ? 0 : sizeOf(body);
    const { limits, number } = this.#way;
    const isWhole = amount <= limits.pieceBytes;
    const texts = this.#headers(headers);
    const bytes = isWhole ? body : undefined;
    this.#way.say(encodeFrame(KIND.reply, number, { word: status, amount, texts, bytes }));
    if (amount <= limits.uncountedBytes) return this.#way.over();
    this.#queued = amount;
    if (isWhole || body === undefined) return;
    this.#out = new Outflow(limits, (pieces) =>
      this.#way.say(encodeFrame(KIND.data, number, { bytes: pieces })),
    );
    this.#out.add(body);
    this.#out.flush();
  }

  stream(status: number, headers: Record<string, string>, first?: Uint8Array): Connection {
    if (this.#isDone) throw new Error('This request is answered already.');
    this.#isDone = true;
    const parts = { word: status, texts: this.#headers(headers), bytes: first };
    this.#way.say(encodeFrame(KIND.stream, this.#way.number, parts));
    this.#connection = new CarriedConnection(this.#way);
    return this.#connection;
  }

  /** Nothing was done for it. @param isHere what it is about may still be here: it was not certain for a moment */
  giveBack(isHere = false): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#way.say(encodeFrame(KIND.back, this.#way.number, { small: isHere ? 1 : 0 }));
    this.#way.over();
  }

  /** It takes long: whoever waits for it is told that it is here. */
  accept(): void {
    if (!this.#isDone) this.#way.say(encodeFrame(KIND.accepted, this.#way.number));
  }

  taken({ amount, small }: Frame): void {
    if (this.#connection) return this.#connection.taken(amount, small === 1);
    this.#looks++;
    if (small === 1) this.#allTaken();
    else this.#out?.taken(amount);
  }

  /** The client, or the node that has it, is gone. */
  gone(): void {
    if (this.#connection) return this.#connection.gone();
    if (this.#isDone) return this.#allTaken();
    this.#isDone = true;
    this.#way.over();
    this.onAborted?.();
  }

  #allTaken(): void {
    if (this.#queued === 0) return;
    this.#queued = 0;
    this.#out?.drop();
    this.#way.over();
    this.onTaken?.();
  }

  #headers(headers: Record<string, string>): string[] {
    return textsOf(this.#extra ? { ...headers, ...this.#extra } : headers);
  }
}
