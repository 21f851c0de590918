/** What strangers write into requests, and servers into their lists, leads the gateway nowhere. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server } from 'sdk-1.32/server/index.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from 'sdk-1.32/types.js';
import { expect, it } from 'vitest';
import { ROUTES } from '../../src/edges/http/routes.ts';
import { inprocess } from '../../src/node.ts';
import { fixtureInprocess, startTestGateway } from '../support/gateway.ts';
import { send } from '../support/raw.ts';
import { BOTH_TYPES, hello, JSON_TYPE } from '../support/raw-clients.ts';
import { ROADS } from '../support/roads.ts';
import { webServer } from '../support/web-server.ts';

/** Where nobody may be led. */
async function trap() {
  const asked: string[] = [];
  const { url } = await webServer((request, response) => {
    asked.push(request.url ?? '');
    response.setHeader('content-type', 'application/json');
    response.end('{ "type": "object" }');
  });
  return { url, asked };
}

it('[EGRESS-ROUTES] no request brings a command, an argument or an address with it', async () => {
  const { url, asked } = await trap();
  const folder = mkdtempSync(join(tmpdir(), 'sluice-egress-'));
  const file = join(folder, 'touched');
  const planted = { command: 'touch', args: [file], url, issuer: url, env: { A: 'b' }, type: 'stdio' };
  const at = await startTestGateway({ servers: { own: fixtureInprocess() } });
  const query = `?url=${encodeURIComponent(url)}&command=touch&args=${encodeURIComponent(file)}&transportType=stdio`;
  const message = hello(1, '2025-11-25');
  const body = JSON.stringify({
    ...message,
    ...planted,
    mcpServers: { evil: planted },
    params: { ...message.params, ...planted, mcpServers: { evil: planted } },
  });
  const headers = {
    ...JSON_TYPE,
    ...BOTH_TYPES,
    'x-mcp-url': url,
    'mcp-server-url': url,
    'x-forwarded-host': new URL(url).host,
    'custom-auth-headers': '["authorization"]',
  };
  const paths = [...ROUTES.keys()].flatMap((path) => [
    `/${path}`,
    `/servers/own/${path}`,
    `/projects/a/${path}`,
  ]);
  for (const path of paths)
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const reply = await send(`${at.url}${path}${query}`, {
        method,
        headers,
        ...(method === 'GET' ? {} : { body }),
        alone: true,
      });
      expect(reply.status, `${method} ${path}`).toBeLessThan(500);
      reply.cut();
    }
  await at.close();
  expect(asked).toEqual([]);
  expect(existsSync(file)).toBe(false);
  rmSync(folder, { recursive: true });
  // Legs that take messages for servers, and those that tell how things are: a further one has to be thought about.
  expect(new Set([...ROUTES.values()].map(({ leg }) => leg))).toEqual(
    new Set([
      ...['sse', 'mcp', 'ws', 'messages', 'tickets', 'health', 'healthz', 'readyz', 'resource-metadata'],
      // Operators name servers that are configured, and bring none.
      ...['metrics', 'console', 'admin'],
    ]),
  );
});

it('[EGRESS-REF] a schema that stands elsewhere is not fetched, whoever refers to it', async () => {
  const { url, asked } = await trap();
  const far = { $ref: `${url}/ref.json` };
  const inputSchema = {
    $schema: `${url}/dialect.json`,
    $id: `${url}/id.json`,
    type: 'object' as const,
    properties: { a: far, b: { $dynamicRef: `${url}/dynamic.json#x` } },
    allOf: [far],
  };
  const create = () => {
    const server = new Server({ name: 'far', version: '1' }, { capabilities: { tools: {} } });
    server.setRequestHandler(ListToolsRequestSchema, () => ({
      tools: [
        { name: 'echo', inputSchema, outputSchema: { type: 'object' as const, properties: { a: far } } },
      ],
    }));
    server.setRequestHandler(CallToolRequestSchema, () => ({ content: [{ type: 'text', text: 'said' }] }));
    return server;
  };
  const at = await startTestGateway({
    servers: { far: ({ name, observer }) => ({ driver: inprocess({ name, create, observer }) }) },
    policy: { checkArguments: true },
  });
  for (const road of ROADS) {
    const answer = await road.ask(at, { headers: {}, tool: 'echo', args: { a: 1, b: far } });
    expect(answer.result ?? answer.error, road.name).toBeDefined();
  }
  await at.close();
  expect(asked).toEqual([]);
});
