/** The files in `deploy/` and the READMEs: well-formed, at one with each other and with the configuration. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { readConfig } from '../../src/config/read.ts';
import { ROOT } from './gateway.ts';

const EXAMPLES = ['aareguru', 'mcp-orch', 'clg-worker', 'rails', 'rare4n'];

/** What a file holds; only what is asked for is looked at. */
interface Tree {
  readonly [name: string]: Tree & readonly Tree[] & string & number & boolean;
}

const path = (example: string, ...rest: string[]) => join(ROOT, 'examples', example, ...rest);
const text = (example: string, ...rest: string[]) => readFileSync(path(example, ...rest), 'utf8');
const deployed = (example: string) => readdirSync(path(example, 'deploy'));
const toml = (example: string, file: string) => parseToml(text(example, 'deploy', file)) as unknown as Tree;
const json = (example: string, file: string) => JSON.parse(text(example, 'deploy', file)) as Tree;
const listOf = (tree: Tree | undefined, name: string) => (tree?.[name] ?? []) as readonly Tree[];
const portOf = (example: string) => Number(/"port": (\d+)/.exec(text(example, 'sluice.json'))?.[1]);

describe('[EXAMPLE-README] the README of each example', () => {
  it.each(EXAMPLES)('%s: names its configuration, its port, and every file in deploy/', (example) => {
    const readme = text(example, 'README.md');
    expect(readme).toContain(`npx sluice serve -c examples/${example}/sluice.json`);
    for (const file of deployed(example)) expect(readme, file).toContain(`\`${file}\``);
    const ports = [...readme.matchAll(/localhost:(\d+)/g)].map(([, port]) => Number(port));
    expect([...new Set(ports)]).toEqual([portOf(example)]);
    expect(text('.', 'README.md')).toContain(`[${example}](${example})`);
  });

  it.each(EXAMPLES)('%s: its configuration is read without a warning', (example) => {
    const env = { RIVER_GUIDES_KEY: 'a', OFFICE_KEY: 'b', MCP_AUTH_TOKEN: 'c' };
    const config = readConfig(text(example, 'sluice.json'), { file: 'sluice.json', env });
    expect(config.warnings).toEqual([]);
    expect(existsSync(path(example, '../../schema/sluice.schema.json'))).toBe(true);
  });
});

describe('[EXAMPLE-DEPLOY] what stands in front', () => {
  it.each(['aareguru', 'mcp-orch', 'rails'])('%s: nginx passes streams on as they come', (example) => {
    const conf = text(example, 'deploy', 'nginx.conf').replaceAll(/#.*/g, '');
    const statements = conf.split(/[;{}]/).map((statement) => statement.trim());
    const opened = conf.split('{').length;
    expect(conf.split('}').length).toBe(opened);
    expect(conf.trim().endsWith('}')).toBe(true);
    const upstreams = statements.flatMap((statement) => /^upstream (\w+)$/.exec(statement)?.[1] ?? []);
    const passed = statements.flatMap(
      (statement) => /^proxy_pass http:\/\/(\w+)$/.exec(statement)?.[1] ?? [],
    );
    expect(passed.filter((name) => !upstreams.includes(name))).toEqual([]);
    expect(statements).toContain(`server 127.0.0.1:${portOf(example)}`);
    const stream = /location [^{]*sse[^{]*\{([^}]*)\}/.exec(conf)?.[1] ?? '';
    expect(stream).toMatch(/proxy_buffering off;[^]*gzip off;[^]*proxy_read_timeout \d+h;/);
  });

  it('aareguru: fly.toml keeps the machine, checks health under its own host name, and holds no key', async () => {
    const fly = toml('aareguru', 'fly.toml');
    const { env, http_service: service, build } = fly;
    expect([Number(env?.['PORT']), service?.['internal_port']]).toEqual([
      portOf('aareguru'),
      portOf('aareguru'),
    ]);
    expect([service?.['auto_stop_machines'], fly['kill_signal']]).toEqual(['off', 'SIGTERM']);
    const [check] = listOf(service, 'checks');
    const host = `${String(fly['app'])}.fly.dev`;
    expect([check?.['path'], check?.['headers']?.['Host']]).toEqual(['/health', host]);
    expect([env?.['PUBLIC_URL'], env?.['API_KEYS']]).toEqual([`https://${host}`, undefined]);
    expect(deployed('aareguru')).toContain(build?.['dockerfile']);
    expect(text('aareguru', 'deploy', 'Dockerfile')).toContain('"examples/aareguru/sluice.json"');
  });

  it('clg-worker: wrangler.toml and gateway.env say the same, and neither holds the token', async () => {
    const { main, vars } = toml('clg-worker', 'wrangler.toml');
    expect(deployed('clg-worker')).toContain(main);
    const lines = text('clg-worker', 'deploy', 'gateway.env').trim().split('\n');
    const env = Object.fromEntries(lines.map((line) => line.split('=', 2) as [string, string]));
    for (const name of ['SSE_ENABLED', 'SSE_HEARTBEAT_INTERVAL', 'SSE_MAX_CONNECTIONS']) {
      expect(env[name], name).toBe(String(vars?.[name]));
    }
    expect(env['PUBLIC_URL']).toBe(String(vars?.['GATEWAY_URL']));
    expect(
      [...Object.keys(env), ...Object.keys(vars ?? {})].filter((name) => /TOKEN|KEY/.test(name)),
    ).toEqual([]);
    const config = readConfig(text('clg-worker', 'sluice.json'), {
      file: 'sluice.json',
      env: { ...env, MCP_AUTH_TOKEN: 'c' },
    });
    expect([config.limits.streams, config.timeouts.heartbeat]).toEqual([100, 30_000]);
  });

  it.each([
    ['clg-worker', 'gateway.example.com', '/sse'],
    ['rare4n', 'api.example.com', '/api/mcp'],
  ])('%s: the Cloudflare rules are for its own host and path', (example, host, path) => {
    for (const file of ['waf-rule.json', 'cache-rule.json']) {
      const [rule] = listOf(json(example, file), 'rules');
      expect(rule?.['expression']).toContain(`http.host eq "${host}"`);
      expect(rule?.['expression']).toContain(`"${path}"`);
    }
    const [waf] = listOf(json(example, 'waf-rule.json'), 'rules');
    expect(waf?.['action']).toBe('skip');
    expect(waf?.['action_parameters']?.['phases']).not.toContain('http_ratelimit');
    const [cache] = listOf(json(example, 'cache-rule.json'), 'rules');
    expect([cache?.['action'], cache?.['action_parameters']]).toEqual([
      'set_cache_settings',
      { cache: false },
    ]);
  });

  it('rare4n: the tunnel leads to the port of the gateway, under its public name, in chunks', async () => {
    const [first, last] = listOf(parseYaml(text('rare4n', 'deploy', 'tunnel.yml')) as Tree, 'ingress');
    expect(first?.['service']).toBe(`http://localhost:${portOf('rare4n')}`);
    expect('/api/mcp').toMatch(new RegExp(String(first?.['path'])));
    expect(first?.['originRequest']).toMatchObject({
      httpHostHeader: first?.['hostname'],
      disableChunkedEncoding: false,
    });
    expect(last).toEqual({ service: 'http_status:404' });
  });
});
