/**
 * WebSocket: one text frame is one JSON-RPC message, in either direction. The socket is the session: nothing names
 * it, and what was cut cannot be taken up again.
 *
 * Source: MCP, transports, "Custom Transports"; RFC 6455; the subprotocol `mcp` of the TypeScript SDK.
 */
import type { Dialect } from '../engine/ports.ts';
import type { Shape } from '../engine/ports-shape.ts';

const NOTHING = new Uint8Array(0);
const ACCEPTED = { status: 202, headers: {} };

const frame: Shape = {
  name: 'frame',
  complainsOnStream: true,
  answersInBody: false,
  // A frame has a length, so line breaks inside a message are no concern.
  encode: ({ data }) => data,
  accepted: () => ACCEPTED,
};

export const websocket: Dialect = {
  name: 'websocket',
  resumable: false,
  shape: frame,
  opening: () => undefined,
  // The socket's own ping is the heartbeat.
  heartbeat: () => NOTHING,
};
