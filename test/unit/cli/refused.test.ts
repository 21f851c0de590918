/** What `list` and `call` make of servers that refuse them before MCP begins. */
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { certificate } from '../../support/certificates.ts';
import { Workplace } from './sluice.ts';

let place: Workplace | undefined;
let server: Server | undefined;
afterEach(async () => {
  await place?.clear();
  server?.closeAllConnections();
  server?.close();
});

async function portOf(listening: Server): Promise<number> {
  server = listening;
  await new Promise<void>((done) => void listening.listen(0, '127.0.0.1', done));
  return (listening.address() as AddressInfo).port;
}

test('[OPERATOR-REFUSED] who is told to wait does not knock again by another way', async () => {
  place = await Workplace.make();
  const asked: string[] = [];
  const port = await portOf(
    createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      request.resume();
      response.writeHead(429, { 'content-type': 'application/json' });
      response.end('{"jsonrpc":"2.0","id":0,"error":{"code":-32000,"message":"Come back in 7 s."}}');
    }),
  );
  const { code, err } = await place.run(['list', `http://127.0.0.1:${port}/mcp`]);
  expect([code, err]).toEqual([4, expect.stringContaining('answered with status 429: Come back in 7 s.')]);
  expect(asked).toEqual(['POST /mcp']);
});

test('[OPERATOR-REFUSED] a certificate that nobody here trusts is told with the way out, which works', async () => {
  place = await Workplace.make();
  const { cert, key, certFile } = await certificate('localhost');
  const port = await portOf(createTlsServer({ cert, key }, (_, response) => response.writeHead(401).end()));
  const list = (env = {}) => place?.run(['list', `https://localhost:${port}/mcp`], env);
  const refused = await list();
  expect(refused?.code).toBe(4);
  expect(refused?.err).toMatch(/certificate .*NODE_EXTRA_CA_CERTS/);
  const trusting = await list({ NODE_EXTRA_CA_CERTS: certFile });
  expect(trusting?.err).toContain('wants a key');
});
