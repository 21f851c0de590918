/**
 * HTTP with SSE: one standing stream a session, answers to its POSTs travel on it.
 *
 * Source: MCP 2024-11-05, transports, "HTTP with SSE".
 */
import type { Bytes, Dialect, StreamEvent } from '../engine/ports.ts';
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
  encode: encodeOnce,
  accepted: () => ACCEPTED,
  retry: (ms) => encoder.encode(`retry: ${ms}\n\n`),
  heartbeat: () => HEARTBEAT,
};

/** The last small message and its frame: what goes to a thousand sessions is encoded for the first one only. */
let lastData: Bytes | undefined;
let lastFrame: Bytes | undefined;
/** A larger one is not worth keeping alive for this. */
const SMALL = 8 * 1024;

function encodeOnce({ data }: StreamEvent): Bytes {
  if (data === lastData && lastFrame) return lastFrame;
  const frame = encodeEvent({ event: 'message', data });
  const isSmall = frame instanceof Uint8Array && frame.length < SMALL;
  lastData = isSmall ? data : undefined;
  lastFrame = isSmall ? frame : undefined;
  return frame;
}

function flat(bytes: Uint8Array | readonly Uint8Array[]): Uint8Array {
  return bytes instanceof Uint8Array ? bytes : (bytes[0] as Uint8Array);
}
