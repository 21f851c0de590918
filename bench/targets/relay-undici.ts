/**
 * Target (u): a relay to a Streamable HTTP server that checks nothing: how low a gateway could go.
 *
 * A session upstream for each session, so ids pass as they are; what the server says goes to the client as the bytes
 * that came. Over undici's lowest call, with its pool. Usage: node relay-undici.ts <port>
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Dispatcher, Pool } from 'undici';
import { startUpstream } from './upstream.ts';

const STREAM = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' };
const pool = new Pool(`http://127.0.0.1:${await startUpstream()}`, { connections: 128 });
const streams = new Map<string, ServerResponse>();
/** The upstream's name of each session over SSE. */
const sessions = new Map<string, string>();

createServer((request, response) => {
  const url = request.url ?? '';
  if (request.method === 'GET') openStream(url, request, response);
  else if (request.method === 'POST' && url.startsWith('/messages?sessionId=')) {
    readBody(request, (body) => {
      response.writeHead(202).end('Accepted');
      const id = url.slice(20);
      post(body, sessions.get(id), new ToStream(id, streams.get(id) as ServerResponse));
    });
  } else if (request.method === 'POST') {
    readBody(request, (body) => {
      post(body, request.headers['mcp-session-id'] as string | undefined, new ToReply(response));
    });
  } else response.writeHead(200).end();
}).listen(Number(process.argv[2]), '127.0.0.1');

function openStream(url: string, request: IncomingMessage, response: ServerResponse): void {
  const id = url === '/sse' ? randomUUID() : String(request.headers['mcp-session-id']);
  response.writeHead(200, STREAM);
  streams.set(id, response);
  response.on('close', () => {
    streams.delete(id);
    sessions.delete(id);
  });
  if (url === '/sse') response.write(`event: endpoint\ndata: /messages?sessionId=${id}\n\n`);
  else response.flushHeaders();
}

function readBody(request: IncomingMessage, done: (body: string) => void): void {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => {
    body += chunk;
  });
  request.on('end', () => done(body));
}

function post(body: string, session: string | undefined, answer: Dispatcher.DispatchHandler): void {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  };
  if (session !== undefined) headers['mcp-session-id'] = session;
  pool.dispatch({ path: '/mcp', method: 'POST', headers, body }, answer);
}

/** What the server says goes on the standing stream of the session. */
class ToStream implements Dispatcher.DispatchHandler {
  readonly #id: string;
  readonly #stream: ServerResponse;

  constructor(id: string, stream: ServerResponse) {
    this.#id = id;
    this.#stream = stream;
  }

  onRequestStart(): void {}

  onResponseStart(_controller: unknown, _status: number, headers: Record<string, string | string[]>): void {
    if (!sessions.has(this.#id)) sessions.set(this.#id, String(headers['mcp-session-id']));
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.#stream.write(chunk);
  }

  onResponseEnd(): void {}

  onResponseError(): void {}
}

/** What the server says is the body of the reply. */
class ToReply implements Dispatcher.DispatchHandler {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  onRequestStart(): void {}

  onResponseStart(_controller: unknown, status: number, headers: Record<string, string | string[]>): void {
    const kept: Record<string, string | string[]> = {};
    for (const name of ['content-type', 'mcp-session-id']) {
      const value = headers[name];
      if (value !== undefined) kept[name] = value;
    }
    this.#response.writeHead(status, kept);
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    // Mostly the end comes in the same turn, and head, body and end leave in one write.
    if (this.#response.writableCorked === 0) {
      this.#response.cork();
      setImmediate(() => this.#response.uncork());
    }
    this.#response.write(chunk);
  }

  onResponseEnd(): void {
    this.#response.end();
  }

  onResponseError(): void {
    this.#response.destroy();
  }
}
