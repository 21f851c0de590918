/**
 * The handshake with a server: within a time, without redirects, and with the subprotocol `mcp` where the server
 * knows of it.
 *
 * Source: RFC 6455 section 4.1.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type ClientOptions, WebSocket } from 'ws';
import type { Runtime, UpstreamFault } from '../engine/ports.ts';
import type { Address } from './network.ts';
import { brokenConnection, type Trouble, wrongRedirect, wrongStatus } from './network-faults.ts';

const SUBPROTOCOL = 'mcp';

export interface HandshakeOptions {
  readonly name: string;
  readonly address: Address;
  readonly headers: Readonly<Record<string, string>>;
  readonly connectMs: number;
  readonly closeMs: number;
  readonly maxMessageBytes: number;
  /** Whether to offer the subprotocol. */
  readonly offers: boolean;
  readonly runtime: Runtime;
  /** Each is aborted when nobody waits any more. */
  readonly signals: readonly AbortSignal[];
}

/** Why there is no socket. */
export class HandshakeFailure extends Error {
  readonly fault: UpstreamFault;
  /** No server was reached; else one answered. */
  readonly isAway: boolean;
  /** The server took the handshake but for the subprotocol: without one it may be had. */
  readonly isPlain: boolean;
  /** What was shown is not good, or not any more. */
  readonly isUnproven: boolean;

  constructor(trouble: Trouble, how: { isAway?: boolean; isPlain?: boolean; isUnproven?: boolean } = {}) {
    super(trouble.message);
    this.name = 'HandshakeFailure';
    const { code, message, retryAfterMs } = trouble;
    const isRecoverable = how.isAway === true || retryAfterMs !== undefined;
    this.fault = { code, message, retryAfterMs, isRecoverable };
    this.isAway = how.isAway ?? false;
    this.isPlain = how.isPlain ?? false;
    this.isUnproven = how.isUnproven ?? false;
  }
}

/**
 * Opens a WebSocket. Rejects with `HandshakeFailure`.
 * @param opened called in the turn in which it is open, before anything is read from it; its result is given back
 */
export function shakeHands<T>(
  options: HandshakeOptions,
  opened: (ws: WebSocket, socket: Socket) => T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const attempt = new Attempt(options, reject);
    attempt.start((ws, socket) => resolve(opened(ws, socket)));
  });
}

class Attempt {
  readonly #options: HandshakeOptions;
  readonly #reject: (failure: HandshakeFailure) => void;
  #ws: WebSocket | undefined;
  #undo: () => void = () => {};
  #isOver = false;

  constructor(options: HandshakeOptions, reject: (failure: HandshakeFailure) => void) {
    this.#options = options;
    this.#reject = reject;
  }

  start(opened: (ws: WebSocket, socket: Socket) => void): void {
    const { runtime, connectMs, signals } = this.#options;
    const ws = connect(this.#options);
    this.#ws = ws;
    let response: IncomingMessage | undefined;
    // Listens as long as the socket lives: an error that nobody hears would end the process.
    ws.on('error', (error: Error & { code?: string }) => this.#broken(error, response));
    ws.once('unexpected-response', (_request, answer) => this.#fail(this.#refused(answer)));
    ws.once('upgrade', (answer) => (response = answer));
    ws.once('open', () => {
      this.#end();
      opened(ws, response?.socket as Socket);
    });
    const timer = runtime.after(connectMs, () => this.#fail(this.#late()));
    const abort = () => this.#fail(new HandshakeFailure(this.#unwanted()));
    for (const signal of signals) signal.addEventListener('abort', abort, { once: true });
    this.#undo = () => {
      timer.cancel();
      for (const signal of signals) signal.removeEventListener('abort', abort);
    };
  }

  #fail(failure: HandshakeFailure): void {
    if (this.#isOver) return;
    this.#end();
    this.#ws?.terminate();
    this.#reject(failure);
  }

  #end(): void {
    this.#isOver = true;
    this.#undo();
  }

  #broken(error: Error & { code?: string }, response: IncomingMessage | undefined): void {
    const { name, address, offers } = this.#options;
    if (response) {
      const isPlain = offers && response.headers['sec-websocket-protocol'] === undefined;
      const message = `The server "${name}" answered the handshake at ${address.shown} with something else; check that it speaks MCP over WebSocket there.`;
      return this.#fail(new HandshakeFailure({ code: 'not-websocket', message }, { isPlain }));
    }
    const code = error.code ?? 'ERR_HANDSHAKE';
    const trouble = brokenConnection(name, address, { code, isUnsent: true });
    this.#fail(new HandshakeFailure(trouble, { isAway: true }));
  }

  #refused(answer: IncomingMessage): HandshakeFailure {
    const { name, address } = this.#options;
    const status = answer.statusCode ?? 0;
    answer.resume();
    if (status >= 300 && status < 400) {
      return new HandshakeFailure(wrongRedirect(name, 'to another place', address));
    }
    if (status >= 400 && status !== 400 && status !== 426) {
      const isUnproven = status === 401;
      return new HandshakeFailure(wrongStatus(name, address, status, answer.headers), { isUnproven });
    }
    const message = `The server "${name}" answered ${status} at ${address.shown} and opened no WebSocket; correct its \`url\` or its \`type\`.`;
    return new HandshakeFailure({ code: 'not-websocket', message });
  }

  #late(): HandshakeFailure {
    const { name, address } = this.#options;
    const trouble = brokenConnection(name, address, { code: 'ETIMEDOUT', isUnsent: true });
    return new HandshakeFailure(trouble, { isAway: true });
  }

  #unwanted(): Trouble {
    const message = `The server "${this.#options.name}" was not connected to: nobody waits for it any more.`;
    return { code: 'closed', message };
  }
}

function connect(options: HandshakeOptions): WebSocket {
  const { address, headers, offers, maxMessageBytes, closeMs } = options;
  const own: ClientOptions & { closeTimeout: number } = {
    headers: { ...headers },
    followRedirects: false,
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    closeTimeout: closeMs,
    // Looked at when the message is read: one that is broken then costs its own caller only.
    skipUTF8Validation: true,
  };
  return new WebSocket(address.url, offers ? [SUBPROTOCOL] : [], own);
}
