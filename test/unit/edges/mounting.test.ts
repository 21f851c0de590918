/** What can go wrong where the gateway is mounted in somebody's app. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { createGateway, inprocess } from '../../../src/node.ts';

const hello = () => inprocess({ name: 'hello', handler: { 'tools/list': () => ({ tools: [] }) } });
const LIST = {
  method: 'POST',
  headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
  body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
};
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(use: (app: express.Express) => void): Promise<string> {
  const app = express();
  use(app);
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('mounted in an app', () => {
  it('[LIBRARY-BODY-READ] behind a body parser it says so, and what to do', async () => {
    const gateway = createGateway({ servers: { hello: hello() } });
    closers.push(() => gateway.close());
    const url = await serve((app) => void app.use(express.json()).use(gateway.node));
    const response = await fetch(`${url}/mcp`, LIST);
    expect(response.status).toBe(500);
    const { error } = (await response.json()) as { error: { data: { code: string; hint: string } } };
    expect(error.data.code).toBe('body_already_read');
    expect(error.data.hint).toContain('before body parsers');
  });

  it('[LIBRARY-BODY-READ] before a body parser it serves', async () => {
    const gateway = createGateway({ servers: { hello: hello() } });
    closers.push(() => gateway.close());
    const url = await serve((app) => void app.use(gateway.node).use(express.json()));
    const response = await fetch(`${url}/mcp`, LIST);
    expect(await response.json()).toEqual({ jsonrpc: '2.0', id: 1, result: { tools: [] } });
  });

  it('[SEC-EMPTY-KEYS] an empty list of keys is an error, not an open door', () => {
    expect(() => createGateway({ servers: { hello: hello() }, apiKeys: [] })).toThrow(/apiKeys.*is empty/);
  });

  it('[LIBRARY-ABORTED] a Request that was given up already opens no session', async () => {
    const opened: string[] = [];
    const gateway = createGateway({
      servers: { hello: hello() },
      observer: { sessionOpened: ({ session }) => void opened.push(session) },
    });
    closers.push(() => gateway.close());
    const headers = { accept: 'text/event-stream' };
    const gone = new Request('http://localhost/sse', { headers, signal: AbortSignal.abort() });
    expect((await gateway.fetch(gone)).status).toBe(499);
    expect(opened).toEqual([]);
    await gateway.fetch(new Request('http://localhost/sse', { headers }));
    expect(opened).toHaveLength(1);
  });
});
