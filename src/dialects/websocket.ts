/**
 * WebSocket: one text frame is one JSON-RPC message, in either direction. The socket is the session: nothing names
 * it, and what was cut cannot be taken up again.
 *
 * Source: MCP, transports, "Custom Transports"; RFC 6455; the subprotocol `mcp` of the TypeScript SDK.
 */
import type { Dialect } from '../engine/ports.ts';

const NOTHING = new Uint8Array(0);
const ACCEPTED = { status: 202, headers: {} };

export const websocket: Dialect = {
  name: 'websocket',
  resumable: false,
  locate: () => undefined,
  opening: () => undefined,
  // A frame has a length, so line breaks inside a message are no concern.
  encode: ({ data }) => data,
  accepted: () => ACCEPTED,
  // The socket's own ping is the heartbeat.
  heartbeat: () => NOTHING,
};
