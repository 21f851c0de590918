/** What is left of an answer after its last byte was written, and how long it may wait for the peer. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Ends the connection when the peer takes nothing of what still waits for `stallMs` milliseconds. Does nothing,
 * and costs nothing, when the kernel took everything already. To be called after `end`.
 */
export function limitLinger(response: ServerResponse, stallMs: number): void {
  // Node counts the time anew while bytes leave, and undoes this for the next request of the connection.
  if ((response.socket?.writableLength ?? 0) > 0) response.setTimeout(stallMs);
}

/** How long a peer may go on sending a body that was refused. */
const REST_MS = 2_000;

/**
 * Ends a response whose request is still being sent: once that is over, or after a moment. A socket that is closed
 * while bytes come in is reset, and many peers then never read the answer that was on its way to them. To be called
 * after the last `write`; does what `end` and `limitLinger` do.
 */
export function endAfterRest(request: IncomingMessage, response: ServerResponse, stallMs: number): void {
  const end = (): void => {
    clearTimeout(timer);
    request.off('end', end).off('close', end);
    response.end();
    limitLinger(response, stallMs);
  };
  const timer = setTimeout(end, REST_MS).unref();
  request.once('end', end).once('close', end);
  // Read and thrown away.
  request.resume();
}
