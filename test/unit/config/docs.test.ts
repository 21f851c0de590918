/** The pages for users say what is so: their tables, their examples, their snippets. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { fillTables } from '../../../scripts/docs-tables.ts';
import { EXIT } from '../../../src/cli/exit.ts';
import { readConfig } from '../../../src/config/read.ts';
import { publishedSchema } from '../../../src/config/schema.ts';
import { everythingStdio, startTestGateway } from '../../support/gateway.ts';

const run = promisify(execFile);
const root = new URL('../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const configuration = read('docs/configuration.md');
const clients = read('docs/clients.md');

/** The code blocks of one language. */
function blocks(page: string, language: string): string[] {
  const found = page.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'));
  return [...found].map(([, code = '']) => code);
}

const STATE_KEYS = { STATE_KEY: '0123456789abcdef'.repeat(4), OLD_STATE_KEY: 'fedcba9876543210'.repeat(4) };

describe('docs/configuration.md', () => {
  test('its tables are up to date (npm run schema)', async () => {
    expect(await fillTables(configuration, publishedSchema())).toBe(configuration);
  });

  test('its examples are configurations without a fault', () => {
    const examples = blocks(configuration, 'jsonc');
    expect(examples).toHaveLength(4);
    for (const example of examples) {
      const env = {
        HOME: '/home/anna',
        SEARCH_TOKEN: 'abc',
        SLUICE_KEY: 'def',
        ACME_KEY: 'ghi',
        ...STATE_KEYS,
      };
      expect(readConfig(example, { file: 'sluice.json', env }).warnings).toEqual([]);
    }
  });

  test('its variables give the settings that it says', () => {
    const values: Record<string, string> = {
      PUBLIC_URL: 'https://mcp.example.com',
      ALLOWED_ORIGINS: 'https://app.example.com',
      TRUSTED_PROXIES: 'loopback',
      ALLOWED_ADDRESSES: '10.0.0.0/8',
      TLS_CLIENT_CERTIFICATES: 'optional',
      API_KEY_REQUIRED: 'no',
      ADMIN_ENABLED: 'yes',
      ADMIN_KEY: 'a key that is long enough'.replaceAll(' ', '-'),
      LOG_LEVEL: 'warn',
      LOG_FORMAT: 'json',
      SSE_ENABLED: 'no',
      METRICS_ENABLED: 'no',
      METRICS_LISTEN: '127.0.0.1:9464',
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://127.0.0.1:4318/v1/metrics',
      OTEL_SDK_DISABLED: 'true',
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:4318/v1/traces',
      OTEL_TRACES_SAMPLER: 'always_on',
      OTEL_TRACES_SAMPLER_ARG: '0.5',
      OAUTH_ISSUER: 'https://auth.example.com',
      REDIS_URL: 'redis://redis.example.com',
      REDIS_CLUSTER: 'yes',
      SLUICE_NODE_URL: 'http://10.0.0.7:8808',
      OAUTH_JWKS_URI: 'https://auth.example.com/jwks',
    };
    const rows = [...configuration.matchAll(/^\| `([\w.]+)` \| (?:`--[\w-]+`)? ?\| `([A-Z_]+)`/gm)];
    expect(rows.length).toBeGreaterThan(8);
    for (const [, path = '', variable = ''] of rows) {
      // Files of certificates go together, and nothing is said of tokens without their issuer.
      const files = { TLS_CERT_FILE: 'c', TLS_KEY_FILE: 'k', TLS_CA_FILE: 'a' };
      const issuer = { OAUTH_ISSUER: values['OAUTH_ISSUER'] ?? '' };
      const env = {
        ...(path.startsWith('tls.') ? files : {}),
        ...(path.startsWith('oauth.') ? issuer : {}),
        [variable]: values[variable] ?? '127',
      };
      const { sources } = readConfig('{ "mcpServers": {} }', { file: 'sluice.json', env });
      expect(sources.get(path)).toEqual({ kind: 'environment', where: variable });
    }
  });

  test('it tells every exit code', () => {
    const told = [...configuration.matchAll(/^\| `(\d+)` \|/gm)].map(([, code]) => Number(code));
    expect(told).toEqual(Object.values(EXIT));
  });
});

describe('the tables of docs/configuration.md', () => {
  const everything = /<!-- (\w+)[^>]*-->\n[^]*?<!-- \/\1 -->/g;

  test('follow the schema', async () => {
    const schema = structuredClone(publishedSchema()) as {
      properties: Record<string, { default?: unknown }>;
    };
    schema.properties['port'] = { ...schema.properties['port'], default: 9999 };
    expect(await fillTables(configuration, schema)).toMatch(/^\| `port` \| 0 to 65,535 \| `9999` \|/m);
  });

  test('all need a place', async () => {
    const filling = fillTables(configuration.replace(everything, ''), publishedSchema());
    await expect(filling).rejects.toThrow('The page has no place for the table "settings"');
  });

  test('leave no place empty', async () => {
    const filling = fillTables(`${configuration}<!-- other -->\n<!-- /other -->\n`, publishedSchema());
    await expect(filling).rejects.toThrow('There is no table "other" to put into the page.');
  });
});

describe('docs/clients.md', () => {
  test('what is to be pasted is JSON that names the demo', () => {
    const files = blocks(clients, 'json').map((file) => JSON.parse(file) as Record<string, object>);
    expect(files).toHaveLength(4);
    for (const { mcpServers, servers } of files) {
      const { everything } = (mcpServers ?? servers) as { everything: { url?: string; args?: string[] } };
      expect(everything.url ?? everything.args?.at(-1)).toContain('/servers/everything/');
    }
  });

  const snippets = blocks(clients, 'ts');

  test('it has a snippet for each transport', () => {
    expect(snippets).toHaveLength(3);
  });

  test.each(snippets.map((snippet) => [/[\w@/]+Transport/.exec(snippet)?.[0], snippet]))(
    'the snippet with %s calls a tool, with a key',
    async (_name, snippet) => {
      const gateway = await startTestGateway({
        servers: { everything: everythingStdio() },
        apiKeys: ['sesame'],
      });
      const code = snippet
        .replace('http://127.0.0.1:8808', gateway.url)
        .replace('ws://127.0.0.1:8808', gateway.url.replace('http', 'ws'))
        // Installed under another name here, beside other versions.
        .replaceAll('@modelcontextprotocol/sdk/', 'sdk-1.32/');
      const { stdout } = await run(process.execPath, ['--input-type=module-typescript', '--eval', code], {
        env: { ...process.env, SLUICE_KEY: 'sesame' },
        timeout: 20_000,
      });
      expect(stdout).toContain('Echo: hello');
      await gateway.close();
    },
  );
});

test('README.md: the library in a few lines serves what it says', async () => {
  const [snippet = ''] = blocks(read('README.md'), 'ts');
  const code = snippet
    .replace("'sluice/node'", JSON.stringify(new URL('src/node.ts', root).href))
    .replace("listen(8808, '127.0.0.1')", "listen(0, '127.0.0.1', ask)");
  const ask = `async function ask() {
    const response = await fetch('http://127.0.0.1:' + this.address().port + '/servers/hello/mcp', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
    });
    console.log(await response.text());
    process.exit();
  }`;
  const args = ['--input-type=module-typescript', '--eval', `${code}\n${ask}`];
  const { stdout } = await run(process.execPath, args, { timeout: 20_000 });
  expect(JSON.parse(stdout)).toEqual({ jsonrpc: '2.0', id: 1, result: { tools: [] } });
});
