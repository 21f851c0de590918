/**
 * Lines: one line is one JSON-RPC message, in either direction. The carrier is the session: nothing names it, and
 * what was cut cannot be taken up again.
 *
 * Source: MCP 2024-11-05 … 2025-11-25, transports, stdio.
 */
import type { Dialect } from '../engine/ports.ts';
import type { Shape } from '../engine/ports-shape.ts';

const NOTHING = new Uint8Array(0);
const ACCEPTED = { status: 202, headers: {} };

const line: Shape = {
  name: 'line',
  complainsOnStream: true,
  answersInBody: false,
  // The connection ends lines, as it does for messages that belong to no session.
  encode: ({ data }) => data,
  accepted: () => ACCEPTED,
};

export const lines: Dialect = {
  name: 'stdio',
  resumable: false,
  shape: line,
  opening: () => undefined,
  // A pipe needs none.
  heartbeat: () => NOTHING,
};
