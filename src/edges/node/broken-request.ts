/** What is said to a peer whose bytes are no HTTP request, or come too slowly to be one. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Responder } from '../../engine/ports.ts';
import { errorResponse, type ErrorWord } from '../../protocol/errors.ts';
import { refuse } from '../http/replies.ts';
import { isUnshaken } from './tls-socket.ts';

interface Refusal {
  readonly status: string;
  readonly word: ErrorWord;
  readonly message: string;
}

const MALFORMED: Refusal = {
  status: '400 Bad Request',
  word: 'malformed_http',
  message: 'This is not a well-formed HTTP/1.1 request.',
};

/** By the codes of Node's errors; everything else is malformed. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    word: 'headers_too_large',
    message: 'The head of the request is larger than 16 KiB.',
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: '413 Payload Too Large',
    word: 'too_large',
    message: 'The chunk extensions of the body are larger than 16 KiB.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    word: 'headers_timeout',
    message: 'The head of the request did not arrive in time.',
  },
};

/**
 * Handles `clientError` of a server: answers where an answer can still be read as one, and closes. What follows
 * on the same connection is never read, so nothing can be smuggled behind a broken request.
 */
export function answerBroken(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || isAnswering(socket) || isUnshaken(socket)) return void socket.destroy();
  const { status, word, message } = REFUSALS[error.code ?? ''] ?? MALFORMED;
  const body = errorResponse(undefined, word, message);
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`;
  socket.write(head);
  socket.write(body);
  socket.destroySoon();
}

/** Whether the head of an answer has left already: more bytes would be taken for its body. */
function isAnswering(socket: Socket & { _httpMessage?: ServerResponse | null }): boolean {
  // Node keeps the current answer here, and looks at it in the same way when nobody handles `clientError`.
  return socket._httpMessage?.headersSent === true;
}

export function refuseHost(responder: Responder): void {
  const message = 'A request must name exactly one host, in one `Host` header.';
  refuse(responder, 'malformed_http', message, { connection: 'close' });
}

/** Whether an earlier request on the connection is not answered yet: nobody may speak on it meanwhile. */
export function isBusy(socket: Duplex & { _httpMessage?: ServerResponse | null }): boolean {
  return (socket._httpMessage ?? null) !== null;
}

/** A target that names a host must name that of the header: which of two was meant is nobody's guess (section 3.2.2). */
function namesHost(target: string, host: string | undefined): boolean {
  if (target.startsWith('/')) return true;
  const [, scheme, named] = /^(https?):\/\/([^/?#]*)/i.exec(target.toLowerCase()) ?? [];
  if (named === undefined) return true;
  const usual = scheme === 'http' ? /:80$/ : /:443$/;
  return named.replace(usual, '') === host?.toLowerCase().replace(usual, '');
}

/** Exactly one `Host`, but for HTTP/1.0, which need not have one (RFC 9112 section 3.2). */
export function hasOneHost(message: IncomingMessage): boolean {
  const { rawHeaders } = message;
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  if (hosts === 1) return namesHost(message.url ?? '', message.headers.host);
  return hosts === 0 && message.httpVersionMinor === 0;
}
