/** Clients in bare sockets, as light as ten thousand in one process must be. */
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';

const JSON_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

export interface Answered {
  readonly status: number;
  readonly session: string | undefined;
  readonly text: string;
}

/** Sends a message, or ends a session, and reads the whole answer. */
export function tell(
  port: number,
  path: string,
  body: object | undefined,
  headers: Readonly<Record<string, string>> = {},
  method = 'POST',
): Promise<Answered> {
  const bytes = body === undefined ? '' : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        port,
        host: '127.0.0.1',
        path,
        method,
        agent,
        headers: { ...JSON_HEADERS, 'content-length': String(Buffer.byteLength(bytes)), ...headers },
      },
      (reply) => {
        const chunks: Buffer[] = [];
        reply.on('data', (chunk: Buffer) => chunks.push(chunk));
        reply.on('error', reject);
        reply.on('end', () => {
          const id = reply.headers['mcp-session-id'];
          resolve({
            status: reply.statusCode ?? 0,
            session: typeof id === 'string' ? id : undefined,
            text: Buffer.concat(chunks).toString(),
          });
        });
      },
    );
    asked.on('error', reject);
    asked.end(bytes);
  });
}

/** Lets go of the sockets that were kept for whole answers. */
export function hangUp(): void {
  agent.destroy();
}

export const hello = (id: number, protocolVersion = '2025-06-18') => ({
  jsonrpc: '2.0',
  id,
  method: 'initialize',
  params: { protocolVersion, capabilities: {}, clientInfo: { name: 'soak', version: '1' } },
});

export const INITIALIZED = { jsonrpc: '2.0', method: 'notifications/initialized' };

export const call = (id: number, name: string, args: object) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args },
});

const ENDPOINT = /(\/[^\s"]*[?&]\w+=[\w-]+)/;

/** A client of HTTP+SSE: its stream. */
export class SsePeer {
  readonly socket: Socket;
  readonly port: number;
  /** Where it posts; empty where its dialect does not say. */
  endpoint = '';
  /** What it read so far, in bytes. */
  read = 0;
  isCut = false;
  #heard = '';
  #waiting: { find: string; found: () => void; lost: (error: Error) => void } | undefined;

  /** Opens a stream and resolves with its first event. */
  static async open(port: number, path = '/sse'): Promise<SsePeer> {
    const socket = connect({ port, host: '127.0.0.1' });
    const peer = new SsePeer(socket, port);
    const opened = peer.hear('\n\n');
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n`);
    await opened;
    if (!peer.#heard.startsWith('HTTP/1.1 200')) throw new Error(`No stream: ${peer.#heard.slice(0, 300)}`);
    await peer.hear('endpoint', 200).catch(() => undefined);
    const told = peer.#heard.replace(/http:\/\/127\.0\.0\.1:\d+/g, '');
    peer.endpoint = ENDPOINT.exec(told.slice(told.indexOf('\r\n\r\n')))?.[1] ?? '';
    peer.#heard = '';
    return peer;
  }

  constructor(socket: Socket, port: number) {
    this.socket = socket;
    this.port = port;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isCut = true;
      this.#waiting?.lost(new Error('The stream was cut.'));
    });
  }

  /** Resolves once the stream says so, from now on or in what was not asked for yet. */
  hear(find: string, ms = 60_000): Promise<void> {
    if (this.#heard.includes(find)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`"${find}" was not said in ${ms} ms.`)), ms);
      const over = () => {
        clearTimeout(timer);
        this.#waiting = undefined;
        this.#heard = this.#heard.slice(-100);
      };
      this.#waiting = {
        find,
        found: () => {
          clearTimeout(timer);
          this.#waiting = undefined;
          resolve();
        },
        lost: (error) => {
          over();
          reject(error);
        },
      };
    });
  }

  post(body: object): Promise<Answered> {
    return tell(this.port, this.endpoint, body);
  }

  async initialize(): Promise<void> {
    const answered = this.hear('"id":0');
    await this.post(hello(0, '2024-11-05'));
    await answered;
    await this.post(INITIALIZED);
    this.#heard = '';
  }

  /** @returns how long that took, in ms */
  async echo(id: number): Promise<number> {
    const begun = performance.now();
    const answered = this.hear(`"id":${id},`);
    await this.post(call(id, 'echo', { text: 'x' }));
    await answered;
    this.#heard = '';
    return performance.now() - begun;
  }

  async close(): Promise<void> {
    if (this.socket.closed) return;
    const closed = once(this.socket, 'close');
    this.socket.destroy();
    await closed;
  }

  #take(chunk: Buffer): void {
    this.read += chunk.length;
    const waiting = this.#waiting;
    // Nobody asked: what an idle one hears is kept in short.
    if (!waiting) {
      if (this.#heard.length < 1_000 && this.endpoint === '') this.#heard += chunk.toString('latin1');
      return;
    }
    this.#heard += chunk.toString('latin1');
    if (this.#heard.includes(waiting.find)) waiting.found();
    else if (this.#heard.length > 4_000) this.#heard = this.#heard.slice(-1_000);
  }
}
