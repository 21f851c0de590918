/**
 * Target (r): a relay to one shared stdio child that checks nothing: how low a gateway could go.
 *
 * The id is spliced, never parsed; lines for the child and frames for a stream that are ready in one turn of
 * the loop leave in one write; large results stay bytes. It trusts `"id":` to be the first of its kind in a
 * message, has no session for an unknown client, no caps, no errors. Usage: node relay.ts <port> <command…>
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

interface Waiting {
  readonly id: string;
  readonly stream: ServerResponse;
  /** Whether the answer is all there is on the stream (Streamable HTTP). */
  readonly once: boolean;
}

const STREAM = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' };
const FRAME = Buffer.from('event: message\ndata: ');
const END = Buffer.from('\n\n');
const [port, command, ...args] = process.argv.slice(2);
const streams = new Map<string, ServerResponse>();
const waiting = new Map<number, Waiting>();
let nextId = 1;
let lines = '';
let pieces: Buffer[] = [];

const child = spawn(command as string, args, { stdio: ['pipe', 'pipe', 'inherit'] });
child.stdout.on('data', readChild);
process.on('SIGTERM', () => {
  child.kill();
  process.exit(0);
});

createServer((request, response) => {
  const url = request.url ?? '';
  if (request.method === 'GET') openStream(url, request, response);
  else if (request.method === 'POST' && url.startsWith('/messages?sessionId=')) {
    const stream = streams.get(url.slice(20)) as ServerResponse;
    readBody(request, (body) => {
      response.writeHead(202).end('Accepted');
      toChild(body, stream, false);
    });
  } else if (request.method === 'POST') {
    readBody(request, (body) => {
      const id = request.headers['mcp-session-id'] ?? randomUUID();
      response.writeHead(body.includes('"id":') ? 200 : 202, { ...STREAM, 'mcp-session-id': id });
      toChild(body, response, true);
    });
  } else response.writeHead(200).end();
}).listen(Number(port), '127.0.0.1');

function openStream(url: string, request: IncomingMessage, response: ServerResponse): void {
  const id = url === '/sse' ? randomUUID() : String(request.headers['mcp-session-id']);
  response.writeHead(200, STREAM);
  streams.set(id, response);
  response.on('close', () => streams.delete(id));
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

/** Where the raw value of the first `"id":` stands. */
function spanOfId(text: string): [number, number] {
  const start = text.indexOf('"id":') + 5;
  if (start < 5) return [-1, -1];
  let end = start;
  while (text.charCodeAt(end) !== 44 && text.charCodeAt(end) !== 125) end++;
  return [start, end];
}

function toChild(body: string, stream: ServerResponse, once: boolean): void {
  const [start, end] = spanOfId(body);
  if (lines.length === 0) setImmediate(flushChild);
  if (start < 0) {
    lines += `${body}\n`;
    if (once) stream.end();
    return;
  }
  const own = nextId++;
  waiting.set(own, { id: body.slice(start, end), stream, once });
  lines += `${body.slice(0, start)}${own}${body.slice(end)}\n`;
}

function flushChild(): void {
  child.stdin.write(lines);
  lines = '';
}

function readChild(chunk: Buffer): void {
  const corked = new Set<ServerResponse>();
  let from = 0;
  for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
    pieces.push(chunk.subarray(from, at));
    toClient(pieces, corked);
    pieces = [];
    from = at + 1;
  }
  if (from < chunk.length) pieces.push(chunk.subarray(from));
  for (const stream of corked) stream.uncork();
}

function toClient(parts: Buffer[], corked: Set<ServerResponse>): void {
  const large = parts.length > 1;
  const first = parts[0] as Buffer;
  const last = parts.at(-1) as Buffer;
  const head = first.toString('latin1', 0, Math.min(first.length, large ? 200 : first.length));
  let [start, end] = spanOfId(head);
  let part = first;
  if (start < 0) {
    // The id may come last: look for it from the end of the message.
    const at = last.lastIndexOf('"id":');
    if (at < 0) return announce(Buffer.concat(parts));
    [start, end] = spanOfId(last.toString('latin1', at));
    start += at;
    end += at;
    part = last;
  }
  const own = Number(part.toString('latin1', start, end));
  const call = waiting.get(own);
  if (!call) return;
  waiting.delete(own);
  if (!large) {
    const line = part.toString('utf8');
    const frame = `event: message\ndata: ${line.slice(0, start)}${call.id}${line.slice(end)}\n\n`;
    if (call.once) call.stream.end(frame);
    else cork(call.stream, corked).write(frame);
    return;
  }
  const stream = cork(call.stream, corked);
  stream.write(FRAME);
  for (const bytes of parts) {
    if (bytes !== part) stream.write(bytes);
    else {
      stream.write(Buffer.concat([bytes.subarray(0, start), Buffer.from(call.id), bytes.subarray(end)]));
    }
  }
  stream.write(END);
  if (call.once) {
    corked.delete(stream);
    stream.uncork();
    stream.end();
  }
}

function cork(stream: ServerResponse, corked: Set<ServerResponse>): ServerResponse {
  if (!corked.has(stream)) {
    corked.add(stream);
    stream.cork();
  }
  return stream;
}

function announce(message: Buffer): void {
  const frame = Buffer.concat([FRAME, message, END]);
  for (const stream of streams.values()) stream.write(frame);
}
