/** What the gateway says to a client in its own name. */
import { ERRORS, type ErrorWord } from '../protocol/errors.ts';

const encoder = new TextEncoder();

/** A `notifications/message` of level warning from the logger `sluice` (MCP, server utilities, logging). */
export function notice(word: ErrorWord, message: string): Uint8Array {
  const params = {
    level: 'warning',
    logger: 'sluice',
    data: { code: word, message, hint: ERRORS[word].hint },
  };
  return encoder.encode(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params }));
}

/** An empty answer, as `ping`, `subscribe` and their like have it. */
export function emptyResult(id: Uint8Array): Uint8Array {
  return result(id, '{}');
}

/** An answer with a result that is JSON text already. */
export function result(id: Uint8Array, json: string): Uint8Array {
  const tail = encoder.encode(`,"result":${json}}`);
  const head = encoder.encode('{"jsonrpc":"2.0","id":');
  const bytes = new Uint8Array(head.length + id.length + tail.length);
  bytes.set(head, 0);
  bytes.set(id, head.length);
  bytes.set(tail, head.length + id.length);
  return bytes;
}

/** The same in pieces, for a result that is kept and must not be copied for each caller. */
export function resultParts(id: Uint8Array, json: Uint8Array): readonly Uint8Array[] {
  return [RESULT_HEAD, id, RESULT_MIDDLE, json, RESULT_TAIL];
}

const RESULT_HEAD = encoder.encode('{"jsonrpc":"2.0","id":');
const RESULT_MIDDLE = encoder.encode(',"result":');
const RESULT_TAIL = encoder.encode('}');

/** A notification in the gateway's own name; `params` must be plain JSON values. */
export function notification(method: string, params?: Record<string, unknown>): Uint8Array {
  return encoder.encode(JSON.stringify({ jsonrpc: '2.0', method, ...(params ? { params } : {}) }));
}

/** A request in the gateway's own name; `params` is JSON text already. */
export function request(id: number, method: string, params: string): Uint8Array {
  return encoder.encode(`{"jsonrpc":"2.0","id":${id},"method":"${method}","params":${params}}`);
}
