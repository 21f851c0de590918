/**
 * The Tasks extension between a modern client and a modern server: the gateway knows nothing of it and changes nothing.
 * The server is written by hand, because no published one has the extension; it keeps what it was asked, headers included.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { streamableAt } from '../support/network-servers.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { answerIn, modernHeaders, modernRequest } from '../support/modern-face.ts';

const TASKS = { 'io.modelcontextprotocol/tasks': {} };
const TRACE = '00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01';
const META = {
  'io.modelcontextprotocol/clientCapabilities': { extensions: TASKS },
  traceparent: TRACE,
  baggage: 'userId=alice',
};

interface Asked {
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

interface Wire {
  readonly id: number;
  readonly method: string;
  readonly params: Record<string, unknown>;
}

const asked: Asked[] = [];
let server: Server;
let gateway: TestGateway;

beforeAll(async () => {
  server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  gateway = await startTestGateway({ servers: { tasks: streamableAt(`http://127.0.0.1:${port}/mcp`) } });
});

afterAll(async () => {
  await gateway.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const { id, method } = JSON.parse(text) as Wire;
  if (method !== 'server/discover') asked.push({ headers: request.headers, text });
  response.setHeader('content-type', 'application/json');
  response.end(`{"jsonrpc":"2.0","id":${id},"result":${RESULTS.get(method) ?? '{}'}}`);
}

/** As raw text: what comes out of the gateway must be this, byte for byte. */
const RESULTS: ReadonlyMap<string, string> = new Map([
  [
    'server/discover',
    `{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{},"extensions":${JSON.stringify(TASKS)}},"ttlMs":0,"cacheScope":"private"}`,
  ],
  [
    'tools/call',
    '{"resultType":"task","taskId":"t-1","status":"working","ttlMs":60000, "pollIntervalMs":1e3,"createdAt":"2026-11-20T00:00:00Z"}',
  ],
  [
    'tasks/get',
    '{"resultType":"complete","taskId":"t-1","status":"input_required","inputRequests":{"a":{"method":"roots/list"}}}',
  ],
  ['tasks/update', '{"resultType":"complete"}'],
  ['tasks/cancel', '{ "resultType" : "complete" }'],
]);

async function post(method: string, params: Record<string, unknown>, name: string, id = 41) {
  const body = modernRequest(id, method, params, META);
  const headers = { ...modernHeaders(body), 'mcp-name': name };
  const reply = await fetch(gateway.mcp(), { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: reply.status, text: answerIn(await reply.text()) };
}

describe('the Tasks extension passes through', () => {
  it('[NATIVE-TASKS] handles, polls, updates and cancellations travel as they are, with the header that routes them', async () => {
    const steps = [
      ['tools/call', { name: 'slow', arguments: {} }, 'slow'],
      ['tasks/get', { taskId: 't-1' }, 't-1'],
      ['tasks/update', { taskId: 't-1', inputResponses: { a: { roots: [] } } }, 't-1'],
      ['tasks/cancel', { taskId: 't-1' }, 't-1'],
    ] as const;
    for (const [method, params, name] of steps) {
      asked.length = 0;
      const { status, text } = await post(method, params, name);
      expect([status, text]).toEqual([200, `{"jsonrpc":"2.0","id":41,"result":${RESULTS.get(method)}}`]);
      expect(asked).toHaveLength(1);
      expect(asked[0]?.headers).toMatchObject({ 'mcp-method': method, 'mcp-name': name });
      expect((JSON.parse(asked[0]?.text ?? '{}') as Wire).params).toMatchObject({ ...params, _meta: META });
    }
  });

  it('[NATIVE-TRACE] the context of a trace in `_meta` reaches the server', async () => {
    asked.length = 0;
    await post('tools/call', { name: 'slow', arguments: {} }, 'slow');
    const { _meta } = (JSON.parse(asked[0]?.text ?? '{}') as Wire).params;
    expect(_meta).toMatchObject({ traceparent: TRACE, baggage: 'userId=alice' });
  });

  it('[NATIVE-TASKS] a task that the header contradicts is not asked for', async () => {
    asked.length = 0;
    const { status, text } = await post('tasks/get', { taskId: 't-1' }, 't-2');
    expect([status, (JSON.parse(text) as { error: { code: number } }).error.code]).toEqual([400, -32020]);
    expect(asked).toEqual([]);
  });
});
