/**
 * A server over Streamable HTTP that counts: how often each call was carried out, and what it announces in each conversation.
 * Started as a process; prints `listening <port>`.
 *
 * Tool `run` { key, steps, ms }: counts the key, tells so many steps of progress spread over `ms`, answers `key conversation`.
 * Then it says a numbered line on the conversation's standing stream. `/runs` tells of each call when it began and in which
 * conversation, and how many conversations are open. Tool `twice` is the same and says it is idempotent.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Conversation {
  readonly id: string;
  standing: ServerResponse | undefined;
  said: number;
  readonly unsaid: string[];
}

interface Asked {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: {
    readonly name?: string;
    readonly arguments?: { readonly key?: string; readonly steps?: number; readonly ms?: number };
    readonly _meta?: { readonly progressToken?: number | string };
  };
}

/** In the order in which they began. */
const runs: { readonly key: string; readonly conversation: string; readonly at: number }[] = [];
const conversations = new Map<string, Conversation>();
const TOOLS = [
  { name: 'run', inputSchema: { type: 'object' } },
  { name: 'twice', inputSchema: { type: 'object' }, annotations: { idempotentHint: true } },
];

const server = createServer((request, response) => void serve(request, response));
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening ${(server.address() as AddressInfo).port}\n`);
});

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url === '/runs') return void json(response, { runs, open: conversations.size });
  const id = request.headers['mcp-session-id'];
  const known = typeof id === 'string' ? conversations.get(id) : undefined;
  if (request.method === 'GET') return follow(known, response);
  if (request.method === 'DELETE') {
    if (known) conversations.delete(known.id);
    known?.standing?.end();
    return void response.writeHead(known ? 200 : 404).end();
  }
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const asked = JSON.parse(body) as Asked;
  if (asked.method === 'initialize') return greet(asked, response);
  if (!known) return void response.writeHead(404).end();
  if (asked.id === undefined) return void response.writeHead(202).end();
  await answer(asked, known, response);
}

function greet({ id }: Asked, response: ServerResponse): void {
  const made: Conversation = { id: randomUUID(), standing: undefined, said: 0, unsaid: [] };
  conversations.set(made.id, made);
  const result = {
    protocolVersion: '2025-11-25',
    capabilities: { tools: {}, logging: {} },
    serverInfo: { name: 'counting', version: '1' },
  };
  json(response, { jsonrpc: '2.0', id, result }, { 'mcp-session-id': made.id });
}

function follow(known: Conversation | undefined, response: ServerResponse): void {
  if (!known) return void response.writeHead(404).end();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  known.standing = response;
  for (const line of known.unsaid.splice(0)) response.write(line);
}

async function answer(
  { id, method, params }: Asked,
  known: Conversation,
  response: ServerResponse,
): Promise<void> {
  if (method === 'tools/list') return json(response, { jsonrpc: '2.0', id, result: { tools: TOOLS } });
  if (method !== 'tools/call') return json(response, { jsonrpc: '2.0', id, result: {} });
  const { key = '', steps = 0, ms = 0 } = params?.arguments ?? {};
  runs.push({ key, conversation: known.id, at: Date.now() });
  const token = params?._meta?.progressToken;
  if (steps > 0) response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (let step = 1; step <= steps; step++) {
    await new Promise((resolve) => setTimeout(resolve, ms / steps));
    const told = { progressToken: token, progress: step, total: steps };
    event(response, { jsonrpc: '2.0', method: 'notifications/progress', params: told });
  }
  const result = { content: [{ type: 'text', text: `${key} ${known.id}` }] };
  if (steps > 0) response.end(`data: ${JSON.stringify({ jsonrpc: '2.0', id, result })}\n\n`);
  else json(response, { jsonrpc: '2.0', id, result });
  announce(known);
}

function announce(known: Conversation): void {
  const data = { conversation: known.id, number: ++known.said };
  const message = { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data } };
  const line = `data: ${JSON.stringify(message)}\n\n`;
  if (known.standing) known.standing.write(line);
  else known.unsaid.push(line);
}

function event(response: ServerResponse, message: object): void {
  response.write(`data: ${JSON.stringify(message)}\n\n`);
}

function json(response: ServerResponse, value: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}
