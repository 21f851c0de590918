/** What is left of an answer after its last byte was written, and how long it may wait for the peer. */
import type { ServerResponse } from 'node:http';

/**
 * Ends the connection when the peer takes nothing of what still waits for `stallMs` milliseconds. Does nothing,
 * and costs nothing, when the kernel took everything already. To be called after `end`.
 */
export function limitLinger(response: ServerResponse, stallMs: number): void {
  // Node counts the time anew while bytes leave, and undoes this for the next request of the connection.
  if ((response.socket?.writableLength ?? 0) > 0) response.setTimeout(stallMs);
}
