/** A server over WebSocket that does what a test says, over the `ws` package; and one of bare bytes. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import {
  createServer as createBareServer,
  type AddressInfo,
  type Server as BareServer,
  type Socket,
} from 'node:net';
import type { Duplex } from 'node:stream';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import type { Wire } from './harness.ts';

export interface Behaviour {
  /** As `ws` takes them; the default takes the subprotocol `mcp`. */
  readonly options?: Partial<ServerOptions>;
  /** Called for each socket; the default answers each request with `{}`. */
  readonly connected?: (ws: WebSocket, request: IncomingMessage) => void;
  /** Answers the handshake itself in place of `ws`; the empty text never does. */
  readonly refusal?: (request: IncomingMessage) => string | undefined;
  readonly port?: number;
}

export class SocketServer {
  readonly url: string;
  readonly port: number;
  readonly sockets: WebSocket[] = [];
  readonly requests: IncomingMessage[] = [];
  readonly #http: Server;
  readonly #held: Duplex[] = [];

  static async start(behaviour: Behaviour = {}): Promise<SocketServer> {
    const http = createServer();
    http.listen(behaviour.port ?? 0, '127.0.0.1');
    await once(http, 'listening');
    return new SocketServer(http, behaviour);
  }

  constructor(http: Server, behaviour: Behaviour) {
    const { options, connected = answering(() => ({})), refusal = () => undefined } = behaviour;
    this.#http = http;
    this.port = (http.address() as AddressInfo).port;
    this.url = `ws://127.0.0.1:${this.port}/ws`;
    const server = new WebSocketServer({ noServer: true, ...options });
    http.on('upgrade', (request, socket, head) => {
      this.requests.push(request);
      socket.on('error', () => {});
      const answer = refusal(request);
      if (answer !== undefined) return void (answer === '' ? this.#held.push(socket) : socket.end(answer));
      server.handleUpgrade(request, socket, head, (ws) => {
        ws.on('error', () => {});
        this.sockets.push(ws);
        connected(ws, request);
      });
    });
  }

  async close(): Promise<void> {
    for (const ws of this.sockets) ws.terminate();
    for (const socket of this.#held) socket.destroy();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }
}

/** Answers requests; undefined leaves one open. */
export function answering(result: (message: Wire) => unknown): (ws: WebSocket) => void {
  return (ws) =>
    void ws.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString('utf8')) as Wire;
      const value = message.id === undefined ? undefined : result(message);
      if (value !== undefined) ws.send(JSON.stringify({ jsonrpc: '2.0', id: message.id, result: value }));
    });
}

/** Takes the handshake by hand, and says these bytes after it. */
export async function bareServer(
  after: (socket: Socket) => void,
): Promise<{ url: string; server: BareServer }> {
  const server = createBareServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (head: Buffer) => {
      const key = /sec-websocket-key: (\S+)/i.exec(head.toString('latin1'))?.[1] ?? '';
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: mcp\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      after(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`, server };
}
