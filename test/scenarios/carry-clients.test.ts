/** The clients of the SDKs at several nodes in turn, without a balancer that knows them. */
import { randomBytes } from 'node:crypto';
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client';
import { Client } from 'sdk-1.32/client/index.js';
import { SSEClientTransport } from 'sdk-1.32/client/sse.js';
import { StreamableHTTPClientTransport } from 'sdk-1.32/client/streamableHttp.js';
import { ElicitRequestSchema, LoggingMessageNotificationSchema } from 'sdk-1.32/types.js';
import { describe, expect, it } from 'vitest';
import { fixtureInprocess } from '../support/gateway.ts';
import { type RelayNodes, startRelayNodes } from '../support/relay-nodes.ts';

const state = { keys: [{ id: 'k', secret: randomBytes(32).toString('base64') }] };
const fixture = () => startRelayNodes(3, { servers: { srv: fixtureInprocess() }, state });

/** Each request goes to the next node, whatever it is. */
function inTurn(all: RelayNodes): (url: string | URL, init?: RequestInit) => Promise<Response> {
  return (url, init) => {
    const { pathname, search } = new URL(url);
    return fetch(new URL(pathname + search, all.next().url), init);
  };
}

const INFO = { name: 'c', version: '1' };

async function use(client: Client, steps: number, delayMs = 0): Promise<void> {
  const logs: unknown[] = [];
  client.setNotificationHandler(
    LoggingMessageNotificationSchema,
    ({ params }) => void logs.push(params.data),
  );
  client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'accept', content: { name: 'Ada' } }));
  for (let call = 0; call < 6; call++) {
    const { content } = await client.callTool({ name: 'echo', arguments: { text: `${call}` } });
    expect(content).toEqual([{ type: 'text', text: `${call}` }]);
  }
  const seen: number[] = [];
  const onprogress = ({ progress }: { progress: number }) => void seen.push(progress);
  await client.callTool({ name: 'progress', arguments: { steps, delayMs } }, undefined, { onprogress });
  // Over HTTP+SSE the SDK forgets who waits for progress at an answer that comes in the same chunk.
  expect(seen.length).toBeGreaterThanOrEqual(delayMs > 0 ? steps - 1 : steps);
  expect(seen).toEqual(seen.map((_, n) => n + 1));
  const asked = await client.callTool({ name: 'ask_elicitation', arguments: {} });
  expect(JSON.stringify(asked.content)).toContain('Ada');
  await client.callTool({ name: 'test_tool_with_logging', arguments: {} });
  expect(logs).toHaveLength(3);
  expect((await client.listTools()).tools.length).toBeGreaterThan(5);
}

describe('three nodes in turn', () => {
  it('[CARRY-CLIENTS] [CARRY-ORDER] the client of SDK 1.32 over Streamable HTTP: a thousand messages come in order', async () => {
    const all = await fixture();
    const client = new Client(INFO, { capabilities: { elicitation: {} } });
    const transport = new StreamableHTTPClientTransport(new URL('http://nodes/mcp'), { fetch: inTurn(all) });
    await client.connect(transport as Parameters<Client['connect']>[0]);
    await use(client, 1_000);
    await transport.terminateSession();
    expect(all.nodes.map(({ gateway }) => gateway.sessions)).toEqual([0, 0, 0]);
    expect(all.carried()).toBeGreaterThan(5);
    await client.close();
    await all.close();
  });

  it('[CARRY-CLIENTS] the client of SDK 1.32 over HTTP+SSE', async () => {
    const all = await fixture();
    const client = new Client(INFO, { capabilities: { elicitation: {} } });
    const transport = new SSEClientTransport(new URL('http://nodes/sse'), { fetch: inTurn(all) });
    await client.connect(transport as Parameters<Client['connect']>[0]);
    await use(client, 5, 5);
    expect(all.carried()).toBeGreaterThan(5);
    await client.close();
    await all.close();
  });

  it('[CARRY-MODERN] a modern client is asked by one node and answers at others', async () => {
    const all = await fixture();
    const client = new ModernClient(INFO, {
      versionNegotiation: { mode: { pin: '2026-07-28' } },
      capabilities: { elicitation: { form: {}, url: {} } },
    });
    client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { name: 'Ada' } }));
    await client.connect(new ModernTransport(new URL('http://nodes/mcp'), { fetch: inTurn(all) }));
    for (let round = 0; round < 3; round++) {
      const { content } = await client.callTool({ name: 'ask_elicitation', arguments: {} });
      expect(JSON.stringify(content)).toContain('Ada');
    }
    const { content } = await client.callTool({ name: 'ask_rounds', arguments: { rounds: 3 } });
    expect(JSON.parse((content as { text: string }[])[0]?.text ?? '')).toEqual({
      names: ['Ada', 'Ada', 'Ada'],
    });
    expect(all.carried()).toBeGreaterThan(3);
    await client.close();
    await all.close();
  });
});
