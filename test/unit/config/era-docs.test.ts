/** What the pages for users show of the eras is so. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { readConfig } from '../../../src/config/read.ts';
import { everythingStdio, startTestGateway } from '../../support/gateway.ts';

const run = promisify(execFile);
const root = new URL('../../../', import.meta.url);
const path = (name: string) => new URL(name, root).href;
const eras = readFileSync(new URL('docs/eras.md', root), 'utf8');
const clients = readFileSync(new URL('docs/clients.md', root), 'utf8');

/** The only code block of that language in which the text stands. */
function block(page: string, language: string, text: string): string {
  const found = [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))];
  const [only, ...more] = found.map(([, code = '']) => code).filter((code) => code.includes(text));
  if (only === undefined || more.length > 0) throw new Error(`There should be one example with ${text}.`);
  return only;
}

test('[PLAINERA-DOCS] docs/eras.md: the entry is one without a fault', () => {
  const { servers, warnings } = readConfig(block(eras, 'jsonc', 'era'), { file: 'sluice.json', env: {} });
  expect(warnings).toEqual([]);
  expect(servers).toMatchObject([{ name: 'old', era: 'legacy' }]);
});

test('[PLAINERA-DOCS] docs/clients.md: the request of 2026-07-28 by hand is answered', async () => {
  const gateway = await startTestGateway({ servers: { everything: everythingStdio() }, apiKeys: ['sesame'] });
  const command = block(clients, 'sh', '2026-07-28').replace('http://127.0.0.1:8808', gateway.url);
  const { stdout } = await run('sh', ['-c', command], { env: { ...process.env, SLUICE_KEY: 'sesame' } });
  expect(stdout).toContain('Echo: hello');
  expect(stdout).toContain('"resultType":"complete"');
  await gateway.close();
});

const BUILD = `
  import { modernFactory } from ${JSON.stringify(path('test/fixtures/modern/server.ts'))};
  const buildMcpServer = modernFactory();`;
const ASK = `
  import { createGateway } from ${JSON.stringify(path('src/node.ts'))};
  const gateway = createGateway({ servers: { one, other } });
  const _meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} };
  const told = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'echo' };
  for (const name of ['one', 'other']) {
    for (const [headers, more] of [[{}, {}], [told, { _meta }]]) {
      const params = { name: 'echo', arguments: { text: 'hello' }, ...more };
      const response = await gateway.fetch(new Request('http://127.0.0.1/servers/' + name + '/mcp', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
      }));
      console.log(await response.text());
    }
  }
  process.exit();`;

test('[PLAINERA-DOCS] docs/eras.md: servers of the SDK in the library serve clients of both eras', async () => {
  const code = block(eras, 'ts', 'createMcpHandler').replace(
    "'sluice/node'",
    JSON.stringify(path('src/node.ts')),
  );
  const args = ['--input-type=module-typescript', '--eval', `${BUILD}\n${code}\n${ASK}`];
  const { stdout } = await run(process.execPath, args, { timeout: 30_000 });
  expect(stdout.match(/"text":"hello"/g)).toHaveLength(4);
  expect(stdout.match(/"resultType":"complete"/g)).toHaveLength(2);
});
