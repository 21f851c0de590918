/** Servers over HTTP on loopback, to be put behind a gateway or called by a driver. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export interface WebServer {
  /** The origin, like `http://127.0.0.1:40123`. */
  readonly url: string;
  readonly port: number;
  readonly server: Server;
  /** Connections made so far. */
  readonly connections: number;
  /** Cuts every connection without a word. */
  cut(): void;
  /** Ends it; what is open is cut. Idempotent. */
  close(): Promise<void>;
}

/** Serves on loopback until the test is over. @param port to serve on again where one was before */
export async function webServer(handler: Handler, port = 0): Promise<WebServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((request, response) => void handler(request, response));
  server.on('connection', (socket) => {
    connections++;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const at = (server.address() as AddressInfo).port;
  let closing: Promise<void> | undefined;
  const started: WebServer = {
    url: `http://127.0.0.1:${at}`,
    port: at,
    server,
    get connections() {
      return connections;
    },
    cut: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    close: () =>
      (closing ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      })),
  };
  onTestFinished(() => started.close());
  return started;
}

/** The whole body of a request. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}
