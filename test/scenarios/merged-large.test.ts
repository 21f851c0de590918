/** Servers that list a great deal, merged with one that does not. */
import { expect, it } from 'vitest';
import { child, startTestGateway } from '../support/gateway.ts';
import { request, SseClient, textOf, toolCall } from '../support/raw-clients.ts';
import { named } from './merged-servers.ts';

const CHANGED = 'notifications/tools/list_changed';

/** Lists what the expression says: items by their number, and how many there are. */
function listing(count: number, item: string) {
  const script = `
    const item = (n) => (${item});
    const results = {
      initialize: { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } },
      'tools/list': { tools: Array.from({ length: ${count} }, (_, n) => item(n)) },
    };
    let rest = '';
    process.stdin.on('data', (chunk) => {
      const lines = (rest + chunk).split('\\n');
      rest = lines.pop();
      for (const { id, method } of lines.filter(Boolean).map((line) => JSON.parse(line)))
        if (results[method]) process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result: results[method] }) + '\\n');
    });`;
  return child(process.execPath, ['-e', script]);
}

it('[MERGE-LARGE] ten thousand tools and a schema of 10 MB: the first are had, the second is told, the rest goes on', async () => {
  const gateway = await startTestGateway({
    servers: {
      many: listing(10_000, `{ name: 'tool-' + n, inputSchema: { type: 'object' } }`),
      huge: listing(1, `{ name: 'huge', inputSchema: { type: 'object', x: 'x'.repeat(10 * 1024 * 1024) } }`),
      small: named(['one', 'tool-7']),
    },
    merge: {},
  });
  const client = await SseClient.open(gateway.sse());
  await client.initialize();
  const list = async (cursor?: string) => {
    const answer = await client.ask(
      request(`list ${cursor}`, 'tools/list', cursor === undefined ? {} : { cursor }),
    );
    return answer.result as unknown as { tools: { name: string }[]; nextCursor?: string };
  };
  const all = async () => {
    const names: string[] = [];
    for (let page = await list(); ; page = await list(page.nextCursor)) {
      expect(page.tools.length).toBeLessThanOrEqual(1_000);
      names.push(...page.tools.map(({ name }) => name));
      if (page.nextCursor === undefined) return names;
    }
  };
  let names = await all();
  // The large ones may be late; then they are announced.
  const changes = () => client.feed.messages.filter(({ method }) => method === CHANGED).length;
  for (let round = 1; names.length < 10_002; names = await all(), round++)
    await client.feed.until('a change of the list', () => changes() >= round);
  await gateway.recorder.when('refused', ({ code }) => code === 'list_failed');
  expect(names).toHaveLength(10_002);
  expect(names.filter((name) => name.includes('tool-7')).slice(0, 1)).toEqual(['many__tool-7']);
  expect(names).not.toContain('huge');
  expect(textOf(await client.ask(toolCall('call', 'small__tool-7', {})))).toBe('small tool-7 {}');
  const health = (await (await fetch(`${gateway.url}/health`)).json()) as {
    servers: Record<string, { lists?: { tools?: string } }>;
  };
  expect(health.servers['huge']?.lists?.tools).toContain('more than 10 MB');
  expect(health.servers['many']?.lists).toBeUndefined();
  client.close();
  await gateway.close();
});
