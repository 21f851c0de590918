/**
 * The shapes of POSTs: what acknowledges one, what its reply looks like, and what is said when it is refused.
 *
 * Source: MCP 2024-11-05, transports, "HTTP with SSE", for `plain`; the others are those of the custom clients.
 */
import type { Bytes } from '../engine/ports.ts';
import type { Complaint, SessionFacts, Shape, StreamEvent } from '../engine/ports-shape.ts';
import { ERRORS } from '../protocol/errors.ts';
import { encodeEvent } from '../protocol/sse.ts';
import { body, iso, millis, valueEvent } from './frames.ts';
import { withMembers } from './stamp.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const EMPTY = {};

/** What most shapes have in common: a reply is one `message` event, errors travel on the stream. */
const STANDARD = {
  encode: encodeOnce,
  complainsOnStream: true,
  answersInBody: false,
} as const;

/** As the specification has it. */
export const plain: Shape = {
  ...STANDARD,
  name: 'plain',
  accepted: () => ({ status: 202, headers: EMPTY }),
};

/** Acknowledged without content; who has no key is told so in words of its own. */
export const quiet: Shape = {
  ...STANDARD,
  name: 'quiet',
  unauthorized: body({ error: 'Invalid or missing API key' }),
  accepted: () => ({ status: 204, headers: EMPTY }),
};

/** Requests are answered in the body as well as on the stream, errors with HTTP 200. */
export const twofold: Shape = {
  ...STANDARD,
  name: 'twofold',
  answersInBody: true,
  unauthorized: body({ detail: 'Authentication required' }),
  accepted: () => ({ status: 202, headers: JSON_TYPE, body: body({ status: 'accepted' }) }),
};

export const clg: Shape = {
  name: 'clg',
  isTimed: true,
  complainsOnStream: false,
  answersInBody: false,
  encode: ({ data }, session, now) =>
    encodeEvent({
      event: 'mcp-response',
      data: withMembers(data, { protocol: 'sse', connectionId: session.id, timestamp: millis(now) }),
    }),
  accepted: () => ({ status: 200, headers: JSON_TYPE, body: body({ status: 'sent' }) }),
  refused: (complaint) =>
    isAboutSession(complaint)
      ? { status: 400, body: body({ error: 'Invalid or missing connectionId', code: -32001 }) }
      : { body: body({ error: complaint.message, code: ERRORS[complaint.word].code }) },
};

export const rails: Shape = {
  name: 'rails',
  isTimed: true,
  complainsOnStream: false,
  answersInBody: false,
  encode: encodeRails,
  accepted: (now) => ({
    status: 200,
    headers: JSON_TYPE,
    body: body({ status: 'sent', timestamp: iso(now) }),
  }),
  refused: (complaint, now) =>
    isAboutSession(complaint)
      ? { status: 400, body: body({ error: 'Invalid or missing connection_id', timestamp: iso(now) }) }
      : { body: body({ error: complaint.message, timestamp: iso(now) }) },
  ending: (reason, now) => {
    const message = ENDINGS[reason];
    return message === undefined ? undefined : errorEvent(reason, message, now);
  },
};

/** Ends that a client is told of; at all others it either knows or cannot be told any more. */
const ENDINGS: Readonly<Record<string, string>> = {
  draining: 'The gateway is shutting down.',
  'session-closed': 'The session was closed.',
  expired: 'The token or key has run out.',
};

function isAboutSession({ word }: Complaint): boolean {
  return word === 'missing_session' || word === 'unknown_session';
}

/** A failure that answers a request is told to whoever waits for it; any other to the connection. */
function encodeRails({ data, isFailure }: StreamEvent, _session: SessionFacts, now: number): Bytes {
  if (!isFailure) return encodeEvent({ event: 'mcp_response', data });
  const failure = JSON.parse(textOf(data)) as Failure;
  if (failure.id !== null) return encodeEvent({ event: 'mcp_error', data });
  return errorEvent(failure.error.data.code, failure.error.message, now);
}

/** An error as the gateway writes it. */
interface Failure {
  readonly id: string | number | null;
  readonly error: { readonly message: string; readonly data: { readonly code: string } };
}

function errorEvent(type: string, message: string, now: number): Uint8Array {
  return valueEvent('error', { type, message, timestamp: iso(now) });
}

function textOf(data: Bytes): string {
  const decoder = new TextDecoder();
  if (data instanceof Uint8Array) return decoder.decode(data);
  return data.map((piece) => decoder.decode(piece, { stream: true })).join('') + decoder.decode();
}

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
