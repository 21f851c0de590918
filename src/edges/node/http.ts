/** The gateway as a handler of `node:http`, and as a server of its own. */
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Front } from '../http/front.ts';
import { refuse } from '../http/replies.ts';
import { answerBroken, hasOneHost, refuseHost } from './broken-request.ts';
import { type ConnectionLimits, limitConnections } from './connections.ts';
import { serveWithout } from './other-upgrades.ts';
import { watchPeers } from './silent-peers.ts';
import { NodeRequest } from './request.ts';
import { NodeResponder } from './responder.ts';
import type { TlsIdentity } from './tls-identity.ts';
import { isHandshake, type WebSockets } from './websockets.ts';

export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** A handler for `createServer`, Express, Connect and Fastify (`request.raw`). Never throws. */
export function nodeHandler(front: Front): NodeHandler {
  const isLeaving = () => front.isDraining;
  return (message, response) => {
    const request = new NodeRequest(message);
    const extra = front.headersFor(request);
    const responder = new NodeResponder(message, response, extra, front.stallMs, isLeaving);
    if (hasOneHost(message)) front.handle(request, responder);
    else refuseHost(responder);
  };
}

/** Nothing but `100-continue` can be expected of us (RFC 9110 section 10.1.1). */
function refuseExpectation(message: IncomingMessage, response: ServerResponse): void {
  const responder = new NodeResponder(message, response, undefined, 0);
  refuse(responder, 'expectation_failed', 'This expectation cannot be met here.', { connection: 'close' });
}

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** How long the head of a request may take, in ms. */
  readonly headersMs: number;
  /** How long a connection without a request is kept, in ms. */
  readonly keepAliveMs?: number;
  /** How long the system of a peer may acknowledge nothing of what it is sent, in ms; default: as long as this one waits. */
  readonly silentMs?: number;
  /** Sockets at once; one more is told so and closed. */
  readonly connections?: ConnectionLimits | undefined;
  /** Serves https and wss, and nothing in the clear. */
  readonly identity?: TlsIdentity | undefined;
}

export interface Listening {
  readonly server: Server | SecureServer;
  readonly port: number;
  /**
   * Takes no more connections, ends the idle ones, and resolves when all are gone: after a second at the latest,
   * when whatever still holds one (a peer that does not read, a request that never ends) is cut off.
   */
  close(): Promise<void>;
  /**
   * Over TLS: reads its files again, and shows what they hold to whom comes from now on.
   * @returns what may be used and should not be
   * @throws TlsFault where they cannot be used: what they held before stays in force
   */
  readonly renew: () => Promise<readonly string[]>;
}

/** A server, and what ends all that is connected to it. */
export interface Made {
  readonly server: Listening['server'];
  readonly cut: () => void;
  readonly renew: Listening['renew'];
}

/**
 * Rejects with the error of `listen` (`EADDRINUSE`, `EACCES`, …).
 * @param sockets where handshakes of WebSockets go; without it none is taken
 */
export async function listen(
  handler: NodeHandler,
  options: ListenOptions,
  sockets?: WebSockets,
): Promise<Listening> {
  const made = await serverOf(handler, options);
  const { server } = made;
  if (sockets) {
    server.on('upgrade', (message, socket, head) =>
      isHandshake(message)
        ? sockets.upgrade(message, socket, head)
        : serveWithout(server, message, socket, head),
    );
  }
  server.on('clientError', answerBroken);
  server.on('checkExpectation', refuseExpectation);
  limitConnections(server, options.connections ?? {}, options.identity !== undefined);
  watchPeers(server, options.silentMs ?? 0);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  const cut = () => {
    made.cut();
    sockets?.cut();
  };
  return { server, port, renew: made.renew, close: () => close(server, cut) };
}

/** Then a peer is asked every second whether it is there, ten times. */
const KEEP_ALIVE_MS = 30_000;

/** What a server over TLS needs is loaded only for one. */
async function serverOf(handler: NodeHandler, options: ListenOptions): Promise<Made> {
  const rules: ServerOptions = {
    // For peers that vanish while nothing is sent to them; what is sent finds them by itself.
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
    // Streams live as long as they like; bodies have a time-out of their own.
    requestTimeout: 0,
    headersTimeout: options.headersMs,
    keepAliveTimeout: options.keepAliveMs ?? 75_000,
    connectionsCheckingInterval: Math.min(options.headersMs, 5_000),
    noDelay: true,
    // Checked by the handler, which says what was wrong.
    requireHostHeader: false,
    shouldUpgradeCallback: isHandshake,
  };
  const { identity, headersMs } = options;
  if (!identity) {
    const server = createServer(rules, handler);
    return { server, cut: () => server.closeAllConnections(), renew: () => Promise.resolve([]) };
  }
  const { createSecureServer } = await import('./https.ts');
  return createSecureServer(rules, identity, headersMs, handler);
}

/** For the last bytes of answers to leave; what the kernel took by then arrives in any case. */
const LINGER_MS = 1_000;

function close(server: Server | SecureServer, cut: () => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(cut, LINGER_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
