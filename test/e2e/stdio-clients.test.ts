/** Real stdio clients of every era, each in front of servers of every kind, by way of `sluice stdio`. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fileURLToPath } from 'node:url';
import { startAareStandIn } from '../fixtures/aare/api.ts';
import { startModernHttp } from '../fixtures/modern/listen.ts';
import { descendants } from '../support/children.ts';
import { FIXTURES, startNetworkServer } from '../support/network.ts';
import { type ClientKind, CLIENT_KINDS, type StdioClient } from '../support/stdio-clients.ts';
import { FIXTURE, folder } from '../support/stdio-face.ts';

const MODERN = fileURLToPath(new URL('../fixtures/modern/stdio.ts', import.meta.url));
const BIG = 1024 * 1024;

interface ServerKind {
  readonly name: string;
  /** Whether it is the fixture, whose tools do everything there is. */
  readonly isFixture: boolean;
  readonly start: () => Promise<{ target: readonly string[]; stop?: () => Promise<unknown> }>;
}

const place = folder();

const SERVERS: readonly ServerKind[] = [
  {
    name: 'legacy stdio',
    isFixture: true,
    start: () => Promise.resolve({ target: ['--', process.execPath, FIXTURE] }),
  },
  { name: 'legacy Streamable HTTP', isFixture: true, start: () => network('streamable20251125') },
  { name: 'legacy HTTP+SSE', isFixture: true, start: () => network('sse') },
  { name: 'Aare', isFixture: false, start: aare },
  {
    name: 'modern stdio',
    isFixture: true,
    start: () => Promise.resolve({ target: ['--', process.execPath, MODERN, 'reject'] }),
  },
  { name: 'modern HTTP', isFixture: true, start: () => modernHttp('modern') },
  { name: 'dual HTTP', isFixture: true, start: () => modernHttp('dual') },
];

async function network(which: 'sse' | 'streamable20251125') {
  const server = await startNetworkServer(FIXTURES[which]);
  return { target: [server.url], stop: () => server.stop() };
}

async function modernHttp(kind: 'modern' | 'dual') {
  const server = await startModernHttp(kind);
  return { target: [server.url], stop: () => server.close() };
}

async function aare() {
  const api = await startAareStandIn();
  const { writeFileSync } = await import('node:fs');
  const mcpServers = { aare: { builtin: 'aare', options: { baseUrl: api.url } } };
  writeFileSync(place.path('aare.json'), JSON.stringify({ mcpServers }));
  return { target: ['--config', place.path('aare.json')], stop: () => api.close() };
}

afterAll(() => place.remove());

describe.each(SERVERS)('$name', ({ isFixture, start, name }) => {
  let server: Awaited<ReturnType<ServerKind['start']>>;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(async () => {
    await server.stop?.();
    await vi.waitFor(() => expect(descendants()).toEqual([]), { timeout: 8_000 });
  });

  it.concurrent.each(CLIENT_KINDS)('[STDFACE-CLIENTS] $name', async (kind) => {
    const client = await kind.connect(server.target);
    try {
      if (isFixture) await useFixture(client, kind, name);
      else await useAare(client);
    } finally {
      await client.close();
    }
    expect(client.said()).toBe('');
  });
});

async function useAare(client: StdioClient): Promise<void> {
  expect(await client.tools()).toContain('get_current_temperature');
  const { content } = await client.call('get_current_temperature', { city: 'Bern' });
  expect(content?.[0]?.text).toMatch(/°/);
}

async function useFixture(client: StdioClient, kind: ClientKind, server: string): Promise<void> {
  expect(await client.tools()).toContain('echo');
  const { content } = await client.call('echo', { text: 'grüezi\n' });
  expect(content?.[0]?.text).toBe('grüezi\n');

  await client.call('progress', { steps: 3 }, { onprogress: () => undefined });
  expect(client.progress).toEqual([1, 2, 3]);

  const abort = new AbortController();
  const cancelled = client.call('sleep', { ms: 60_000 }, { signal: abort.signal });
  setTimeout(() => abort.abort('enough'), 20);
  await expect(cancelled).rejects.toThrow();

  if (kind.canBeAsked) {
    const asked = await client.call('ask_elicitation', { message: 'Who?' });
    expect(asked.content?.[0]?.text, server).toContain('Ada');
  }
  const big = await client.call('big', { bytes: BIG });
  expect(big.content?.[0]?.text?.length).toBe(BIG);

  const numbers = Array.from({ length: 100 }, (_, index) => String(index));
  const answers = await Promise.all(numbers.map((text) => client.call('echo', { text })));
  expect(answers.map((answer) => answer.content?.[0]?.text)).toEqual(numbers);
}
