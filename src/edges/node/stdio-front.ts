/**
 * The gateway as a stdio server: one client on a pair of streams.
 *
 * Guarantees: nothing but messages is written to the output; what a client sends and does not read costs bounded
 * memory: past the cap, or after a time without reading, the front ends as `slow`.
 */
import type { Readable, Writable } from 'node:stream';
import type { Gateway } from '../../engine/gateway.ts';
import { Fullness } from '../../engine/fullness.ts';
import type { Mount } from '../../engine/line.ts';
import type { Timer } from '../../engine/ports.ts';
import { LineReader } from '../../protocol/lines.ts';
import { Conversation } from '../lines/conversation.ts';
import { LineConnection, type LineEnd } from './line-connection.ts';

/** Whoever started the process is who calls. */
const PRINCIPAL = 'local';

export interface StdioFrontOptions {
  readonly gateway: Gateway;
  readonly mount: Mount;
  readonly input: Readable;
  readonly output: Writable;
}

export class StdioFront {
  /** Resolves when the client says no more; it may still read. */
  readonly inputEnded: Promise<void>;
  /** Resolves when nothing more is said to the client, with the reason. */
  readonly over: Promise<LineEnd>;
  readonly #gateway: Gateway;
  readonly #connection: LineConnection;
  readonly #conversation: Conversation;
  readonly #input: Readable;
  readonly #lines: LineReader;
  readonly #fullness = new Fullness();
  #watch: Timer | undefined;
  #tellInputEnded: () => void = () => undefined;
  #tellOver: (reason: LineEnd) => void = () => undefined;

  constructor({ gateway, mount, input, output }: StdioFrontOptions) {
    const { read, queuedBytes } = gateway.context.settings;
    this.inputEnded = new Promise((resolve) => (this.#tellInputEnded = resolve));
    this.over = new Promise((resolve) => (this.#tellOver = resolve));
    this.#gateway = gateway;
    this.#input = input;
    this.#connection = new LineConnection({
      output,
      queuedBytes,
      onEnd: (reason) => this.#over(reason),
      onFull: (full) => this.#pressed(full),
    });
    const connection = this.#connection;
    this.#conversation = new Conversation({ gateway, mount, principal: PRINCIPAL, connection });
    this.#lines = new LineReader({
      maxBytes: read.bytes,
      onDropped: (head, tail) => this.#conversation.skipped(head, tail),
    });
    input.on('data', this.#onData);
    for (const event of ['end', 'close', 'error']) input.on(event, this.#onEnd);
  }

  /** Says what is still to be said, and takes nothing more. Idempotent. */
  close(): void {
    this.#leaveInput();
    this.#connection.end();
  }

  readonly #onData = (chunk: Uint8Array): void => this.#lines.push(chunk, this.#onLine);

  readonly #onLine = (line: Uint8Array): void => {
    if (!this.#connection.isClosed) this.#conversation.take(line);
  };

  readonly #onEnd = (): void => {
    // The last line may lack its end.
    this.#lines.flush(this.#onLine);
    this.#leaveInput();
    this.#tellInputEnded();
  };

  #pressed(full: boolean): void {
    this.#watch?.cancel();
    this.#gateway.pressure(full);
    if (!full) return this.#fullness.end();
    this.#fullness.begin(this.#connection, this.#gateway.context.runtime.now());
    this.#look();
  }

  /** Looks now and then whether a client that has much to read still reads. */
  #look(): void {
    const { runtime, settings } = this.#gateway.context;
    const { heartbeatMs, stallMs } = settings;
    const every = Math.min(heartbeatMs, stallMs);
    this.#watch = runtime.after(every, () => {
      if (!this.#fullness.isStalled(this.#connection, runtime.now(), stallMs, every)) return this.#look();
      this.#connection.close('slow');
    });
  }

  #over(reason: LineEnd): void {
    this.#watch?.cancel();
    this.#leaveInput();
    this.#tellOver(reason);
    this.#conversation.gone();
  }

  #leaveInput(): void {
    this.#input.off('data', this.#onData);
    for (const event of ['end', 'close']) this.#input.off(event, this.#onEnd);
    this.#input.destroy();
  }
}
