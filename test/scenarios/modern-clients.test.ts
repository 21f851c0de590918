/** The SDK's modern client before a modern server, by both entries. */
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type ClientOptions, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterEach, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { modernHttp, modernStdio } from '../support/modern-servers.ts';
import { eventually } from '../support/raw.ts';

const PINNED = { mode: { pin: '2026-07-28' } } as const;
const AUTO = { mode: 'auto' } as const;

const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});

type Fetch = NonNullable<ConstructorParameters<typeof StreamableHTTPClientTransport>[1]>['fetch'];

/** By the gateway's own `fetch`, without a socket. */
function without({ gateway }: TestGateway): Fetch {
  return (url, init) => gateway.fetch(new Request(url, init));
}

async function connect(url: string, options: ClientOptions, fetch?: Fetch): Promise<Client> {
  const client = new Client({ name: 'modern', version: '1' }, options);
  clients.push(client);
  await client.connect(new StreamableHTTPClientTransport(new URL(url), fetch ? { fetch } : {}));
  return client;
}

describe.each([
  ['stdio', () => modernStdio()],
  ['HTTP', () => modernHttp()],
] as const)('before a modern server over %s', (_carrier, server) => {
  test.each([
    ['pinned, at /mcp', PINNED, 'mcp', false],
    ['auto, at /sse', AUTO, 'sse', false],
    ['pinned, by fetch', PINNED, 'sse', true],
    ['auto, by fetch', AUTO, 'mcp', true],
  ] as const)('[FACE-CLIENT] the client of the SDK: %s', async (_how, versionNegotiation, leg, isFetched) => {
    const at = await startTestGateway({ servers: { srv: server() } });
    const options = { versionNegotiation, capabilities: { elicitation: { form: {} } } };
    const client = await connect(at[leg](), options, isFetched ? without(at) : undefined);
    client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { name: 'Ada' } }));
    expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28');
    const { tools } = await client.listTools();
    expect(tools.length).toBeGreaterThan(20);
    const echoed = await client.callTool({ name: 'echo', arguments: { text: 'Gr\u00fcezi' } });
    expect(echoed.content).toEqual([{ type: 'text', text: 'Gr\u00fcezi' }]);
    const steps: number[] = [];
    const onprogress = ({ progress }: { progress: number }) => void steps.push(progress);
    await client.callTool({ name: 'progress', arguments: { steps: 5 } }, { onprogress });
    expect(steps).toEqual([1, 2, 3, 4, 5]);
    const asked = await client.callTool({ name: 'test_input_required_result_elicitation', arguments: {} });
    expect(JSON.stringify(asked.content)).toContain('Ada');
    const headers = { region: 'Z\u00fcrich', priority: 7, query: 'q' };
    const said = await client.callTool({ name: 'test_custom_headers', arguments: headers });
    expect(JSON.stringify(said.content)).toContain('Z\u00fcrich');
    await expect(client.callTool({ name: 'no such tool', arguments: {} })).rejects.toMatchObject({
      code: -32602,
    });
  });
});

test('[FACE-CLIENT] one that gives up stops the tool', async () => {
  const home = await mkdtemp(join(tmpdir(), 'journal-'));
  const journal = join(home, 'journal');
  const at = await startTestGateway({
    servers: { srv: modernStdio({ env: { FIXTURE_JOURNAL: journal } }) },
  });
  const client = await connect(at.mcp(), { versionNegotiation: PINNED });
  const abort = new AbortController();
  const onprogress = () => abort.abort();
  const held = client.callTool(
    { name: 'hold', arguments: { key: 'k' } },
    { onprogress, signal: abort.signal },
  );
  await expect(held).rejects.toThrow();
  const lines = () => readFile(journal, 'utf8');
  await eventually('the tool was stopped', async () => (await lines()).includes('cancelled k'));
});
