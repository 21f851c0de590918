/**
 * Streamable HTTP: one URL; a POST is answered in its own body, as JSON or as a stream; a GET is the standing
 * stream; a cut stream is taken up again by `Last-Event-ID`.
 *
 * Source: MCP 2025-03-26, 2025-06-18 and 2025-11-25, transports, "Streamable HTTP"; MCP 2026-07-28, "Receiving
 * Messages".
 */
import type { Dialect } from '../engine/ports.ts';
import type { Shape } from '../engine/ports-shape.ts';
import { encodeComment, encodeEvent } from '../protocol/sse.ts';

const encoder = new TextEncoder();
const HEARTBEAT = encodeComment('ping');
const ACCEPTED = { status: 202, headers: {} };

/** Events with ids. */
const numbered: Shape = {
  name: 'numbered',
  complainsOnStream: false,
  answersInBody: true,
  encode: (event) =>
    encodeEvent(
      event.id === undefined
        ? { event: 'message', data: event.data }
        : { event: 'message', data: event.data, id: event.id },
    ),
  accepted: () => ACCEPTED,
};

export const streamable: Dialect = {
  name: 'streamable',
  resumable: true,
  shape: numbered,
  opening: () => undefined,
  priming: (id, retryMs) => encoder.encode(`id: ${id}\nretry: ${retryMs}\ndata: \n\n`),
  retry: (ms) => encoder.encode(`retry: ${ms}\n\n`),
  heartbeat: () => HEARTBEAT,
};

/** The same for clients that never name a session: without a session there is nothing to take up again. */
export const stateless: Dialect = {
  ...streamable,
  name: 'streamable-stateless',
  resumable: false,
};

/** The answer to one request of 2026-07-28: nothing is taken up again, and nobody is told to come back. */
export const modernAnswer: Dialect = {
  name: 'streamable-modern',
  resumable: false,
  shape: numbered,
  opening: () => undefined,
  heartbeat: () => HEARTBEAT,
};
