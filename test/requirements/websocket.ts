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
  ['OTHERS', 'An offer to speak any other protocol is passed over.', 'RFC 9110 section 7.8'],
  ['MOUNTED', 'A gateway in an app of somebody else serves the handshakes it is handed.', 'PROMISE library'],
  [
    'BAD-MESSAGE',
    'A message that cannot be taken is told in an error on the socket, and the session goes on.',
  ],
  ['BATCH', 'A batch is taken where the revision has batches, else refused on the socket.', 'MCP 2025-03-26'],
  ['GONE', 'When its socket goes, a session ends: its calls are called off and its server is let go.'],
  [
    'FRAMES',
    'Frames are put together however they come; a peer that breaks the rules ends its own session only.',
  ],
  ['FUZZ', 'Whatever comes on a socket ends with it, and harms nobody else.', 'PROMISE isolated'],
  ['DRIP', 'A message that does not end within the stall time ends its session.', 'PROMISE caps'],
  ['FLOOD', 'A peer that floods pings and reads no pong is cut off.', 'PROMISE caps'],
  ['PING', 'A peer that shows no sign of life within the stall time after a ping is cut off.'],
  ['SLOW', 'A reader that is too slow is cut off; what waits for it is dropped.', 'PROMISE caps'],
  [
    'DRAIN',
    'While the gateway drains, calls are answered; then the socket is closed with 1012 and the reason.',
  ],
  ['CLOSED', 'A session that the gateway ends is told with 1000.'],
]);

export const websocketUpstream = area('WSUP', 'RFC 6455', [
  [
    'CLIENTS',
    'A server over WebSocket serves clients of every transport, with all it has.',
    'PROMISE any server',
  ],
  [
    'HANDSHAKE',
    'A handshake carries the headers of the entry and ours; of the caller only those let through.',
    'PROMISE credentials are not mixed',
  ],
  ['PLAIN', 'A server that does not know the subprotocol is connected to without it.', 'FIELD supergateway'],
  ['REFUSED', 'A handshake that is refused is told by what it was answered; no redirect is followed.'],
  ['AWAY', 'A server that cannot be reached is told with what to do.'],
  ['SLOW-START', 'A handshake takes a bounded time, and ends when nobody waits for it any more.'],
  ['BACKOFF', 'A server that fails again and again is not tried for a while.', 'PROMISE caps'],
  ['CAP', 'Connections to one server are capped.', 'PROMISE caps'],
  ['BYTES', 'Messages travel one a text frame and come back byte for byte.', 'PROMISE bytes stay bytes'],
  ['BINARY', 'A message in a binary frame is taken as if it were in a text frame.', 'PROMISE lenient'],
  ['BAD-ANSWER', 'What is no proper message costs its own caller at most.', 'PROMISE isolated'],
  ['FLOOD', 'A server that sends rubbish without end costs a bounded part of our time.', 'PROMISE caps'],
  ['PAUSE', 'A server is held up while those who read its answers are slow.', 'PROMISE caps'],
  ['FULL', 'What waits for a server is bounded; what never left is told as unsent.', 'PROMISE caps'],
  ['CLOSED', 'The end of a link is told once, and whether to try again by its close code.'],
  ['TOO-LARGE', 'A message over the cap ends its link, and says what to raise.', 'PROMISE caps'],
  ['GOODBYE', 'A link is closed with 1000, and cut when the server does not answer in time.'],
  ['PING', 'A server that is gone without a word is noticed.'],
  ['HEALTH', 'How a server is, and what went wrong last, is shown.', 'PROMISE honest'],
  ['LOOP', 'A gateway that is its own server is found out by the handshake.', 'RFC 8586'],
  ['RESTART', 'A server that was restarted is connected to again; what may have run is told, not repeated.'],
]);
