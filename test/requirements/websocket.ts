/** WebSocket: clients over it, and servers behind it. */
import { area } from './row.ts';

export const websocket = area('WS', 'RFC 6455', [
  [
    'SESSION',
    'A socket is a session: one message a text frame, calls, questions and announcements both ways.',
    'MCP, transports, custom transports',
  ],
  ['SERVERS', 'A socket is had at the root and under `/servers/{server}`.', 'PROMISE any client'],
  ['SUBPROTOCOL', 'The subprotocol is `mcp`; a client that offers none is served, one with only others not.'],
  ['GUARD', 'A handshake is guarded by host, origin and key as any request, and refused in plain HTTP.'],
  ['HANDSHAKE', 'What is no proper handshake is refused in plain HTTP, and nothing is opened for it.'],
  [
    'CAPS',
    'Sessions over a socket count like any others; over the cap the handshake is 503.',
    'PROMISE caps',
  ],
  [
    'BAD-MESSAGE',
    'A message that cannot be taken is told in an error on the socket, and the session goes on.',
  ],
  ['BATCH', 'A batch is taken where the revision has batches, else refused on the socket.', 'MCP 2025-03-26'],
  ['GONE', 'When its socket goes, a session ends: its calls are called off and its server is let go.'],
  ['PING', 'A peer that shows no sign of life within the stall time after a ping is cut off.'],
  ['SLOW', 'A reader that is too slow is cut off; what waits for it is dropped.', 'PROMISE caps'],
  ['DRAIN', 'While the gateway drains, calls are answered; then the socket is closed with 1001.'],
  ['CLOSED', 'A session that the gateway ends is told with 1000.'],
]);
