/** The SDK's modern client before legacy servers: every question of theirs reaches its own caller. */
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterEach, describe, expect, test } from 'vitest';
import { fixtureInprocess, fixtureStdio, startTestGateway } from '../support/gateway.ts';
import { fixtureStreamable } from '../support/network-servers.ts';
import { eventually } from '../support/raw.ts';

const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});

/** A client that can answer everything, with its own name in each answer. */
async function connect(url: string, name = 'Ada'): Promise<Client> {
  const capabilities = { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} };
  const versionNegotiation = { mode: { pin: '2026-07-28' } } as const;
  const client = new Client({ name, version: '1' }, { versionNegotiation, capabilities });
  clients.push(client);
  client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { name } }));
  client.setRequestHandler('roots/list', () => ({ roots: [{ uri: `file:///${name}` }] }));
  client.setRequestHandler('sampling/createMessage', () => ({
    role: 'assistant',
    content: { type: 'text', text: `I am ${name}.` },
    model: 'm',
  }));
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  return client;
}

async function said(client: Client, name: string, args: Record<string, unknown> = {}): Promise<unknown> {
  const { content } = await client.callTool({ name, arguments: args });
  return JSON.parse((content as { text: string }[])[0]?.text ?? '');
}

describe.each([
  ['stdio', () => fixtureStdio()],
  ['Streamable HTTP', () => fixtureStreamable()],
  ['no carrier, in process', () => fixtureInprocess()],
] as const)('before a legacy server over %s', (_carrier, server) => {
  test('[SEAT-CLIENT] the client of the SDK is served in its own words', async () => {
    const at = await startTestGateway({ servers: { srv: server() } });
    const client = await connect(at.mcp());
    expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28');
    expect(client.getServerCapabilities()).toMatchObject({ tools: {}, resources: {}, prompts: {} });
    const { tools } = await client.listTools();
    expect(tools.length).toBeGreaterThan(20);
    const echoed = await client.callTool({ name: 'echo', arguments: { text: 'Gr\u00fcezi' } });
    expect(echoed.content).toEqual([{ type: 'text', text: 'Gr\u00fcezi' }]);
    const steps: number[] = [];
    const onprogress = ({ progress }: { progress: number }) => void steps.push(progress);
    await client.callTool({ name: 'progress', arguments: { steps: 5 } }, { onprogress });
    expect(steps).toEqual([1, 2, 3, 4, 5]);
    await expect(client.readResource({ uri: 'nothing://here' })).rejects.toMatchObject({ code: -32602 });
    await expect(client.callTool({ name: 'no such tool', arguments: {} })).rejects.toMatchObject({
      code: -32602,
    });
  });

  test('[SEAT-CLIENT] what the server asks is answered by the client, in one round or in several', async () => {
    const at = await startTestGateway({ servers: { srv: server() } });
    const client = await connect(at.mcp());
    expect(await said(client, 'ask_elicitation')).toEqual({ action: 'accept', content: { name: 'Ada' } });
    expect(await said(client, 'ask_elicitation_url')).toMatchObject({ action: 'accept' });
    expect(await said(client, 'ask_sampling')).toMatchObject({ content: { text: 'I am Ada.' } });
    expect(await said(client, 'ask_roots')).toEqual({ roots: [{ uri: 'file:///Ada' }] });
    expect(await said(client, 'ask_together')).toMatchObject({
      name: { content: { name: 'Ada' } },
      sample: { content: { text: 'I am Ada.' } },
      roots: { roots: [{ uri: 'file:///Ada' }] },
    });
    expect(await said(client, 'ask_rounds', { rounds: 4 })).toEqual({ names: Array(4).fill('Ada') });
    expect(await said(client, 'ping_client')).toEqual({});
  });

  test('[SEAT-CLIENT] many at once each hear their own questions', async () => {
    const at = await startTestGateway({ servers: { srv: server() } });
    const names = Array.from({ length: 8 }, (_, n) => `client-${n}`);
    const all = await Promise.all(names.map((name) => connect(at.mcp(), name)));
    const told = await Promise.all(all.map((client) => said(client, 'ask_rounds', { rounds: 3 })));
    expect(told).toEqual(names.map((name) => ({ names: [name, name, name] })));
  });
});

test('[SEAT-CLIENT] one that gives up stops the tool', async () => {
  const journal = join(await mkdtemp(join(tmpdir(), 'journal-')), 'journal');
  const at = await startTestGateway({
    servers: { srv: fixtureStdio({ env: { FIXTURE_JOURNAL: journal } }) },
  });
  const client = await connect(at.mcp());
  const abort = new AbortController();
  const held = client.callTool(
    { name: 'hold', arguments: { key: 'k' } },
    { onprogress: () => abort.abort(), signal: abort.signal },
  );
  await expect(held).rejects.toThrow();
  await eventually('the tool was stopped', async () =>
    (await readFile(journal, 'utf8')).includes('cancelled k'),
  );
});
