/** Real servers over HTTP behind a gateway. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { fixtureStreamable, streamableAt } from '../support/network-servers.ts';
import { StreamableClient, textOf, toolCall } from '../support/raw-clients.ts';
import { webServer } from '../support/web-server.ts';

describe('a server of SDK 1.32 over Streamable HTTP', () => {
  it.each(['session', 'principal', 'shared'] as const)(
    '[STREAMUP-SDK] answers calls, quick and polled (%s)',
    async (sharing) => {
      const gateway = await startTestGateway({ servers: { far: fixtureStreamable({ sharing }) } });
      const client = await StreamableClient.start(gateway.mcp());
      expect(textOf(await client.ask(toolCall(1, 'echo', { text: 'grüezi' })))).toBe('grüezi');
      expect(textOf(await client.ask(toolCall(2, 'test_reconnection')))).toContain(
        'after the stream was closed',
      );
      expect((await (await client.delete()).text()).length).toBe(0);
      await gateway.close();
    },
  );
});

/** As much of an SDK as a server without sessions needs; all of 1.x have it. */
interface Sdk {
  readonly McpServer: new (info: {
    name: string;
    version: string;
  }) => {
    tool(name: string, run: () => Promise<unknown>): unknown;
    connect(transport: unknown): Promise<void>;
    close(): Promise<void>;
  };
  readonly StreamableHTTPServerTransport: new (options: {
    sessionIdGenerator: undefined;
    enableJsonResponse: boolean;
  }) => {
    handleRequest(request: IncomingMessage, response: ServerResponse): Promise<void>;
    close(): Promise<void>;
  };
}

async function load(alias: string): Promise<Sdk> {
  const [mcp, transport] = (await Promise.all([
    import(`${alias}/server/mcp.js`),
    import(`${alias}/server/streamableHttp.js`),
  ])) as [Sdk, Sdk];
  return {
    McpServer: mcp.McpServer,
    StreamableHTTPServerTransport: transport.StreamableHTTPServerTransport,
  };
}

/** A fresh server for each request, as the SDK's own example of a server without sessions. */
async function stateless(alias: string, enableJsonResponse: boolean): Promise<string> {
  const { McpServer, StreamableHTTPServerTransport } = await load(alias);
  const { url } = await webServer(async (request, response) => {
    if (request.method !== 'POST') return void response.writeHead(405, { allow: 'POST' }).end();
    const server = new McpServer({ name: 'stateless', version: '1' });
    server.tool('hello', () => Promise.resolve({ content: [{ type: 'text', text: 'grüezi' }] }));
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: undefined,
      enableJsonResponse,
    });
    response.on('close', () => void server.close());
    await server.connect(transport);
    await transport.handleRequest(request, response);
  });
  return `${url}/mcp`;
}

describe.each(['sdk-1.11', 'sdk-1.22', 'sdk-1.32'])('a server of %s without sessions', (alias) => {
  it.each([
    ['JSON', true],
    ['streams', false],
  ])('[STREAMUP-SDK] answers in %s', async (_how, isJson) => {
    const url = await stateless(alias, isJson);
    const gateway = await startTestGateway({ servers: { far: streamableAt(url) } });
    for (const version of ['2025-11-25', '2025-03-26']) {
      const client = await StreamableClient.start(gateway.mcp(), version);
      for (const id of [1, 2, 3]) expect(textOf(await client.ask(toolCall(id, 'hello')))).toBe('grüezi');
      expect((await client.ask(toolCall(4, 'no-such-tool'))).error ?? 'in the result').toBeTruthy();
    }
    expect(gateway.recorder.of('refused')).toEqual([]);
    await gateway.close();
  });
});
