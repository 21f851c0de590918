/**
 * Requests that offer to go on in another protocol than WebSocket: served as if they did not (RFC 9110 section 7.8).
 * Java's HTTP client, for one, offers HTTP/2 with each first request.
 *
 * From Node 24.9 on such requests never come here; before that Node hands over every upgrade once somebody takes any.
 */
import type { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { isBusy } from './broken-request.ts';

/** Gives the request back to the server, as it came but for the offer. */
export function serveWithout(
  server: EventEmitter,
  message: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  if (isBusy(socket)) return void socket.destroy();
  const lines = [`${message.method} ${message.url} HTTP/${message.httpVersion}`];
  const { rawHeaders } = message;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name, value] = [rawHeaders[at] as string, rawHeaders[at + 1] as string];
    if (!/^(?:upgrade|connection|http2-settings)$/i.test(name)) lines.push(`${name}: ${value}`);
  }
  // Never so after Node's parser; a line more would be a header, or a request, that nobody sent.
  if (lines.some((line) => /[\r\n]/.test(line))) return void socket.destroy();
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('encrypted' in socket ? 'secureConnection' : 'connection', socket);
}
