/**
 * Modern calls on one carrier of lines, by their ids: a line says which call is called off by its id alone.
 *
 * Bounded by what the desk takes in: a call that it refuses is answered, and so forgotten, at once.
 */
import { ModernCall, type CallCarrier, type CallFacts } from '../../engine/modern/modern-call.ts';
import type { Bytes, Connection } from '../../engine/ports.ts';
import type { Message, Span } from '../../protocol/message.ts';

export class LineCalls {
  readonly #connection: Connection;
  readonly #open = new Map<string, ModernCall>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Undefined when a call of that id is in flight. */
  begin(facts: CallFacts): ModernCall | undefined {
    const { bytes, id } = facts.message;
    const key = keyOf(bytes, id);
    // One that was called off by its server is over without a word to us.
    if (this.#open.get(key)?.isOver === false) return undefined;
    const call = new ModernCall(facts, new LineCarrier(this.#connection, () => this.#open.delete(key)));
    this.#open.set(key, call);
    return call;
  }

  /** The client calls one off; false when there is none of that id. */
  cancel({ bytes, requestId }: Message): boolean {
    if (requestId.end === 0) return false;
    const key = keyOf(bytes, requestId);
    const call = this.#open.get(key);
    if (!call) return false;
    this.#open.delete(key);
    call.cancel('The client called it off.');
    return true;
  }

  /** Nobody reads the answers any more. */
  cancelAll(): void {
    const calls = [...this.#open.values()];
    this.#open.clear();
    for (const call of calls) call.cancel('The client went away.');
  }
}

/** What belongs to a call, as lines among all others. */
class LineCarrier implements CallCarrier {
  readonly #connection: Connection;
  readonly #over: () => void;

  constructor(connection: Connection, over: () => void) {
    this.#connection = connection;
    this.#over = over;
  }

  get isFollowed(): boolean {
    return !this.#connection.isClosed;
  }

  event(data: Bytes): void {
    this.#connection.write(data);
  }

  answer(data: Bytes): void {
    this.#over();
    this.#connection.write(data);
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The raw scalar: `1` and `"1"` are two ids. */
function keyOf(bytes: Uint8Array, { start, end }: Span): string {
  return decoder.decode(bytes.subarray(start, end));
}
