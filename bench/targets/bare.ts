/**
 * Target (a): the least a `node:http` server does to serve MCP over both transports in process, with
 * `JSON.parse` and `JSON.stringify` on every message, and without any check, cap, log or time-out.
 *
 * BENCH_ANSWER=json answers a POST on `/mcp` with a JSON body; the default is a stream of one event, as the
 * SDK does. Usage: node bare.ts <port>, of which 0 is a free one.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerTo, LIST_CHANGED, type Request } from './echo.ts';

const STREAM = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' };
const asJson = process.env.BENCH_ANSWER === 'json';
const streams = new Map<string, ServerResponse>();
const sessions = new Set<string>();

const server = createServer((request, response) => {
  const url = request.url ?? '';
  if (request.method === 'GET' && url === '/sse') openSse(response);
  else if (request.method === 'POST' && url.startsWith('/messages?sessionId=')) {
    readBody(request, (body) => postMessage(url.slice(20), body, response));
  } else if (request.method === 'POST' && url === '/mcp') {
    readBody(request, (body) => postMcp(request, body, response));
  } else if (request.method === 'GET' && url === '/mcp') {
    follow(String(request.headers['mcp-session-id']), response);
    response.flushHeaders();
  } else if (request.method === 'DELETE' && url === '/mcp') {
    sessions.delete(String(request.headers['mcp-session-id']));
    response.writeHead(200).end();
  } else response.writeHead(404).end();
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => {
  // As the upstream of another target it tells its port, and goes when that one goes.
  process.send?.((server.address() as AddressInfo).port);
  process.once('disconnect', () => process.exit(0));
});

function readBody(request: IncomingMessage, done: (body: string) => void): void {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => {
    body += chunk;
  });
  request.on('end', () => done(body));
}

function follow(id: string, response: ServerResponse): void {
  response.writeHead(200, STREAM);
  streams.set(id, response);
  response.on('close', () => {
    if (streams.get(id) === response) streams.delete(id);
  });
}

function openSse(response: ServerResponse): void {
  const id = randomUUID();
  follow(id, response);
  response.write(`event: endpoint\ndata: /messages?sessionId=${id}\n\n`);
}

function postMessage(id: string, body: string, response: ServerResponse): void {
  const stream = streams.get(id);
  if (!stream) {
    response.writeHead(404).end();
    return;
  }
  const request = JSON.parse(body) as Request;
  response.writeHead(202).end('Accepted');
  const answer = answerTo(request, announce);
  if (answer) stream.write(`event: message\ndata: ${JSON.stringify(answer)}\n\n`);
}

function postMcp(request: IncomingMessage, body: string, response: ServerResponse): void {
  const message = JSON.parse(body) as Request;
  let id = request.headers['mcp-session-id'] as string | undefined;
  if (message.method === 'initialize') {
    id = randomUUID();
    sessions.add(id);
  }
  if (id === undefined || !sessions.has(id)) {
    response.writeHead(404).end();
    return;
  }
  const answer = answerTo(message, announce);
  if (!answer) response.writeHead(202).end();
  else if (asJson) {
    response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': id });
    response.end(JSON.stringify(answer));
  } else {
    response.writeHead(200, { ...STREAM, 'mcp-session-id': id });
    response.end(`event: message\ndata: ${JSON.stringify(answer)}\n\n`);
  }
}

function announce(): void {
  const frame = `event: message\ndata: ${JSON.stringify(LIST_CHANGED)}\n\n`;
  for (const stream of streams.values()) stream.write(frame);
}
