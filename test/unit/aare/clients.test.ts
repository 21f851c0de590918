import { Client as Client24 } from '@modelcontextprotocol/client';
import { InMemoryTransport, type JSONRPCMessage, type Transport } from '@modelcontextprotocol/server';
import { Client as Client10 } from 'sdk-1.0/client/index.js';
import { Client as Client111 } from 'sdk-1.11/client/index.js';
import { Client as Client122 } from 'sdk-1.22/client/index.js';
import { Client as Client132 } from 'sdk-1.32/client/index.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AareWorld, aareWorld } from '../../fixtures/aare/world.ts';

/** As much of a client as all generations have in common. */
interface AnyClient {
  connect(transport: Transport): Promise<void>;
  listTools(): Promise<{ tools: { name: string; outputSchema?: unknown }[] }>;
  callTool(call: { name: string; arguments?: unknown }): Promise<Record<string, unknown>>;
  listResourceTemplates(): Promise<{ resourceTemplates: unknown[] }>;
  readResource(params: { uri: string }): Promise<{ contents: { mimeType?: string }[] }>;
  close(): Promise<void>;
}

type AnyClientClass = new (info: { name: string; version: string }, options: { capabilities: {} }) => unknown;

const generations: Record<string, AnyClientClass> = {
  'SDK 1.0.4': Client10,
  'SDK 1.11.0': Client111,
  'SDK 1.22.0': Client122,
  'SDK 1.32.2': Client132,
  'client 2.4.0': Client24,
};

let world: AareWorld;

beforeEach(async () => {
  world = await aareWorld();
});

afterEach(() => world.close());

describe.each(Object.entries(generations))('%s', (_name, Client) => {
  let client: AnyClient;

  beforeEach(async () => {
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    await world.newServer().connect(ours);
    // The generations differ in types only; what is used here is the same in all.
    client = new Client({ name: 'test', version: '1' }, { capabilities: {} }) as AnyClient;
    await client.connect(theirs);
  });

  afterEach(() => client.close());

  it('[AARE-CLIENTS] lists and calls every tool, checked against its output schema where the client does that', async () => {
    const { tools } = await client.listTools();
    expect(tools).toHaveLength(7);
    for (const { name } of tools) {
      const args = name === 'get_historical_data' ? { city: 'bern', start: '-1 day', end: 'now' } : {};
      const result = await client.callTool({ name, arguments: args });
      expect([name, result.isError ?? false]).toEqual([name, false]);
      expect(result.content).toEqual([{ type: 'text', text: expect.stringMatching(/^[{[]/) }]);
    }
  });

  it('is content with nulls, remembered values and errors', async () => {
    await client.listTools();
    world.api.mode = 'nulls';
    for (const isError of [false, false, true]) {
      for (const name of ['get_current_conditions', 'list_cities', 'compare_cities', 'get_forecast']) {
        expect((await client.callTool({ name })).isError ?? false).toBe(isError);
      }
      world.api.mode = 'fail';
      world.clock.pass(80_000_000);
    }
  });

  it('reads resources', async () => {
    expect((await client.listResourceTemplates()).resourceTemplates).toHaveLength(2);
    const { contents } = await client.readResource({ uri: 'aareguru://today/bern' });
    expect(contents[0]?.mimeType).toBe('application/json');
  });
});

it('a server speaks over any object with start, send and close', async () => {
  const answered = Promise.withResolvers<JSONRPCMessage>();
  const transport: Transport = {
    start: async () => {},
    send: async (message) => answered.resolve(message),
    close: async () => transport.onclose?.(),
  };
  const server = world.newServer();
  await server.connect(transport);
  const params = {
    protocolVersion: '2024-11-05',
    capabilities: {},
    clientInfo: { name: 'old', version: '1' },
  };
  transport.onmessage?.({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
  expect(await answered.promise).toMatchObject({
    id: 0,
    result: { protocolVersion: '2024-11-05', serverInfo: { name: 'aare' }, capabilities: { tools: {} } },
  });
  await server.close();
});
