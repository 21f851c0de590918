/**
 * HTTP with SSE: one standing stream a session, answers to its POSTs travel on it.
 *
 * Source: MCP 2024-11-05, transports, "HTTP with SSE".
 */
import type { Dialect } from '../engine/ports.ts';
import { encodeComment, encodeEvent } from '../protocol/sse.ts';
import { queryValue } from './query.ts';

const encoder = new TextEncoder();
const HEARTBEAT = encodeComment('ping');
const ACCEPTED = { status: 202, headers: {} };

export const httpSse: Dialect = {
  name: 'http-sse',
  resumable: false,
  locate: (request) => queryValue(request.query, 'sessionId') ?? queryValue(request.query, 'session_id'),
  // A relative URI: clients refuse another origin, and a proxy's origin is not ours to know.
  opening: (session) => flat(encodeEvent({ event: 'endpoint', data: encoder.encode(session.endpoint) })),
  encode: (event) => encodeEvent({ event: 'message', data: event.data }),
  accepted: () => ACCEPTED,
  retry: (ms) => encoder.encode(`retry: ${ms}\n\n`),
  heartbeat: () => HEARTBEAT,
};

function flat(bytes: Uint8Array | readonly Uint8Array[]): Uint8Array {
  return bytes instanceof Uint8Array ? bytes : (bytes[0] as Uint8Array);
}
