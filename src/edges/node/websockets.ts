/**
 * WebSockets on Node: from the `upgrade` event of an HTTP server to a session on a socket.
 *
 * Guarantees: a handshake is guarded like any request before anything is opened for it, and a refused one is answered
 * in plain HTTP and closed; what is open is bounded by the caps on sessions and on connections; a peer that breaks
 * the rules costs its own session only.
 *
 * Source: RFC 6455.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import type { Session } from '../../engine/session.ts';
import type { Front, ServerVisit } from '../http/front.ts';
import { refuse } from '../http/replies.ts';
import { follow, openSession, receiveText, SUBPROTOCOL } from '../http/websocket.ts';
import { hasOneHost, isBusy, refuseHost } from './broken-request.ts';
import { NodeRequest } from './request.ts';
import { UpgradeResponder } from './upgrade-responder.ts';
import { WebSocketConnection } from './websocket-connection.ts';

/** Takes the `upgrade` event of `node:http`. Never throws. */
export type NodeUpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Whether a request asks for a WebSocket; any other upgrade is passed over (RFC 9110 section 7.8). */
export function isHandshake(message: IncomingMessage): boolean {
  return message.method === 'GET' && message.headers.upgrade?.toLowerCase() === 'websocket';
}

/** A peer that reads answers a goodbye at once. */
const GOODBYE_MS = 1_000;

export class WebSockets {
  readonly #front: Front;
  readonly #server: WebSocketServer;

  constructor(front: Front) {
    this.#front = front;
    const options: ServerOptions & { closeTimeout: number } = {
      noServer: true,
      clientTracking: true,
      perMessageDeflate: false,
      maxPayload: front.messageBytes,
      // How long a peer may take over what was written before the last word.
      closeTimeout: front.stallMs,
      handleProtocols: (offered) => offered.has(SUBPROTOCOL) && SUBPROTOCOL,
    };
    this.#server = new WebSocketServer(options);
    // What we did not find wrong: answered as we answer, not as `ws` does.
    this.#server.on('wsClientError', (_error, socket, message) => {
      const responder = new UpgradeResponder(message, socket, undefined, front.stallMs);
      refuse(responder, 'malformed_http', 'This is no proper handshake of a WebSocket.');
    });
  }

  /** Cuts off whatever is still open. */
  cut(): void {
    for (const ws of this.#server.clients) ws.terminate();
  }

  /** The same, once peers had a moment to say goodbye in good order. */
  cutSoon(): void {
    setTimeout(() => this.cut(), GOODBYE_MS).unref();
  }

  readonly upgrade: NodeUpgradeHandler = (message, socket, head) => {
    // Nobody else listens any more, and a broken socket would end the process.
    socket.on('error', ignore);
    try {
      this.#take(message, socket, head);
    } catch {
      socket.destroy();
    }
  };

  #take(message: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (isBusy(socket)) return void socket.destroy();
    const { rules, stallMs } = this.#front;
    const request = new NodeRequest(message, rules.basePath);
    const responder = new UpgradeResponder(message, socket, this.#front.headersFor(request), stallMs);
    if (!hasOneHost(message)) return refuseHost(responder);
    const visit = this.#front.admit(request, responder);
    if (visit instanceof Promise)
      visit.then((late) => late && this.#begin(late, message, socket, head)).catch(() => socket.destroy());
    else if (visit) this.#begin(visit, message, socket, head);
  }

  #begin(visit: ServerVisit, message: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Its peer went away while it was found out who it is.
    if (socket.destroyed) return;
    const session = openSession(visit);
    if (!session) return;
    this.#server.handleUpgrade(message, socket, head, (ws) =>
      this.#open(visit, session, ws, socket as Socket),
    );
    // The peer went away before the handshake was answered.
    if (!session.standing.isFollowed) session.close('client-gone');
  }

  #open(visit: ServerVisit, session: Session, ws: WebSocket, socket: Socket): void {
    const connection = new WebSocketConnection(ws, socket, this.#front.stallMs);
    let current = visit;
    ws.on('message', (data, isBinary) => {
      if (connection.isClosed) return;
      connection.heard();
      if (isBinary) return connection.refuse(1003, 'Messages travel in text frames.');
      current = this.#front.renewed(current);
      receiveText(current, session, data as Buffer);
    });
    ws.on('error', (error) => {
      if (!connection.isClosed) noteBroken(session, error);
      connection.broken();
    });
    follow(visit, session, connection);
  }
}

/** Tells the log why a peer was cut off; a socket that broke is no fault of its. */
function noteBroken(session: Session, error: Error & { code?: string }): void {
  if (error.code?.startsWith('WS_ERR_') !== true) return;
  const { word, message } = FAULTS[error.code] ?? BAD_FRAME;
  session.note(word, message);
}

const BAD_FRAME = {
  word: 'bad_frame',
  message: 'A client sent what is no WebSocket frame, and was cut off.',
};

/** By the codes of `ws`. */
const FAULTS: Readonly<Record<string, { word: string; message: string }>> = {
  WS_ERR_INVALID_UTF8: {
    word: 'invalid_utf8',
    message: 'A text frame was no UTF-8: its client was cut off.',
  },
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: {
    word: 'too_large',
    message: 'A message was larger than it may be: its client was cut off.',
  },
};

function ignore(): void {}
