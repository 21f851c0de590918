/**
 * Modern calls on one carrier of lines, by their ids: a line says which call is called off by its id alone.
 *
 * Bounded by what the desk takes in: a call that it refuses is answered, and so forgotten, at once.
 */
import { ModernCall, type CallCarrier, type CallFacts } from '../../engine/modern/modern-call.ts';
import { LISTEN } from '../../engine/modern/listens.ts';
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
    const listen = facts.message.method === LISTEN ? key : undefined;
    const carrier = new LineCarrier(this.#connection, listen, () => this.#open.delete(key));
    const call = new ModernCall(facts, carrier);
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
    call.cancel('The client called it off.', true);
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
  readonly #listen: string | undefined;
  readonly #over: () => void;

  /** @param listen the raw id of a subscription; undefined for any other call */
  constructor(connection: Connection, listen: string | undefined, over: () => void) {
    this.#connection = connection;
    this.#listen = listen;
    this.#over = over;
  }

  get isFollowed(): boolean {
    return !this.#connection.isClosed;
  }

  event(data: Bytes): void {
    this.#connection.write(data);
  }

  answer(data: Bytes, code: number | undefined): void {
    this.#over();
    this.#connection.write(data);
    // Where no stream ends with it, a subscription that we end is called off, too (MCP 2026-07-28, cancellation).
    if (this.#listen !== undefined && code === undefined) this.#connection.write(calledOff(this.#listen));
  }
}

function calledOff(id: string): Uint8Array {
  const params = `{"requestId":${id},"reason":"The server ended the subscription."}`;
  return encoder.encode(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":${params}}`);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The raw scalar: `1` and `"1"` are two ids. */
function keyOf(bytes: Uint8Array, { start, end }: Span): string {
  return decoder.decode(bytes.subarray(start, end));
}
