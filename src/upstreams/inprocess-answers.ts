/** Values of a server in the same process as messages. */
import { errorResponse } from '../protocol/errors.ts';
import { type Message, type Span, readMessage } from '../protocol/message.ts';
import type { Line } from './inprocess-link.ts';

const encoder = new TextEncoder();
const ABSENT: Span = { start: 0, end: 0 };
const ID_START = '{"jsonrpc":"2.0","id":'.length;

/**
 * An answer, whose envelope we write ourselves, so that nothing has to be read to know it.
 * @param id the id as JSON text in ASCII @param value the JSON text of the result or error
 */
export function answerMessage(kind: 'response' | 'error', id: string, value: string): Message {
  const member = kind === 'response' ? 'result' : 'error';
  const head = `{"jsonrpc":"2.0","id":${id},"${member}":`;
  const bytes = encoder.encode(`${head}${value}}`);
  return {
    bytes,
    kind,
    id: { start: ID_START, end: ID_START + id.length },
    method: '',
    params: ABSENT,
    target: undefined,
    targetSpan: ABSENT,
    progressToken: ABSENT,
    requestId: ABSENT,
    outcome: { start: head.length, end: bytes.length - 1 },
    claims: undefined,
  };
}

/** The error that stands for an answer which could not be given; details stay with us. */
export function failedMessage(id: unknown, sentence: string): Message {
  return readMessage(errorResponse(encoder.encode(idText(id)), 'internal_error', sentence));
}

/** An id as JSON text in ASCII. */
export function idText(id: unknown): string {
  if (typeof id === 'number') return String(id);
  return JSON.stringify(String(id)).replace(
    /[\u0080-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * Says a whole JSON-RPC message given as a value. What is no JSON (cycles, big integers) or over the limits is
 * reported; where it was an answer, its caller gets an error in its stead.
 */
export function sayValue(line: Line, value: unknown, related?: number): Promise<void> | undefined {
  let message: Message;
  try {
    message = readMessage(encoder.encode(JSON.stringify(value)), line.limits, 'envelope');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    line.refusals.report('bad_message', `What the server said could not be sent: ${why}`);
    const id = answeredId(value);
    if (id === undefined) return undefined;
    message = failedMessage(id, `The server "${line.name}" gave an answer that cannot be sent.`);
  }
  return line.say(message, related);
}

/** The id of the request that a value answers. */
function answeredId(value: unknown): string | number | undefined {
  if (typeof value !== 'object' || value === null || 'method' in value || !('id' in value)) return undefined;
  return typeof value.id === 'string' || typeof value.id === 'number' ? value.id : undefined;
}
