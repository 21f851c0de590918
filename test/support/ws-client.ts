/** An MCP client over the `ws` package that does just what it is told, and keeps what comes. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type ClientOptions, WebSocket } from 'ws';
import type { Rpc } from './raw-events.ts';
import { within } from './raw.ts';
import { hello } from './raw-clients.ts';

export interface Goodbye {
  readonly code: number;
  readonly reason: string;
}

export class WsClient {
  readonly ws: WebSocket;
  readonly messages: Rpc[] = [];
  /** Resolves when the socket is closed, with what was said last. */
  readonly closed: Promise<Goodbye>;
  readonly #waiters = new Set<() => void>();

  /** Connects, offering the subprotocol `mcp` unless told otherwise. Rejects as `ws` does. */
  static async open(url: string, protocols: string[] = ['mcp'], options: ClientOptions = {}) {
    const client = new WsClient(new WebSocket(url, protocols, options));
    await within(once(client.ws, 'open'), `a WebSocket at ${url}`);
    return client;
  }

  constructor(ws: WebSocket) {
    this.ws = ws;
    ws.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) throw new Error('A binary frame came.');
      this.messages.push(JSON.parse(data.toString('utf8')) as Rpc);
      for (const waiter of this.#waiters) waiter();
    });
    ws.on('error', () => {});
    this.closed = new Promise((resolve) =>
      ws.on('close', (code, reason) => resolve({ code, reason: reason.toString('utf8') })),
    );
  }

  send(message: Rpc | readonly Rpc[] | string): void {
    this.ws.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** The first message that fits, now or when it comes. */
  async until(what: string, fits: (message: Rpc) => boolean): Promise<Rpc> {
    let look = () => {};
    const found = new Promise<Rpc>((resolve) => {
      look = () => {
        const message = this.messages.find(fits);
        if (message) resolve(message);
      };
      this.#waiters.add(look);
      look();
    });
    try {
      return await within(found, what);
    } finally {
      this.#waiters.delete(look);
    }
  }

  /** The answer to a request, once it comes. */
  answer(id: Rpc['id']): Promise<Rpc> {
    return this.until(`an answer to ${String(id)}`, (message) => message.id === id && !message.method);
  }

  ask(message: Rpc): Promise<Rpc> {
    this.send(message);
    return this.answer(message.id);
  }

  async initialize(version = '2025-11-25'): Promise<Rpc> {
    const answer = await this.ask(hello('hello', version));
    this.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    return answer;
  }

  /** What was said last. */
  goodbye(ms?: number): Promise<Goodbye> {
    return within(this.closed, 'the end of a WebSocket', ms);
  }
}

export interface Refused {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Asks for a WebSocket that is refused; the answer in plain HTTP. */
export function refusedHandshake(
  url: string,
  protocols: string[] = ['mcp'],
  options: ClientOptions = {},
): Promise<Refused> {
  const ws = new WebSocket(url, protocols, options);
  const refused = new Promise<Refused>((resolve, reject) => {
    ws.on('unexpected-response', (_request, response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => {
        const body = Buffer.concat(pieces).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    ws.on('open', () => {
      ws.terminate();
      reject(new Error(`The handshake at ${url} was taken.`));
    });
    ws.on('error', reject);
  });
  return within(refused, `a refusal of the handshake at ${url}`);
}
