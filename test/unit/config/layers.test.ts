import { describe, expect, test } from 'vitest';
import { describeConfig } from '../../../src/config/describe.ts';
import { ConfigError } from '../../../src/config/problems.ts';
import { readConfig } from '../../../src/config/read.ts';
import type { Flags } from '../../../src/config/layers.ts';
import { hashed } from './reading.ts';

const text = `{ "host": "::1", "port": 1, "apiKeys": ["file-key", "other-key"],
  "log": { "level": "warn" }, "mcpServers": { "a": { "command": "x" } } }`;

function read(env: Record<string, string>, flags: Flags = {}, from = text) {
  return readConfig(from, { file: 'sluice.json', env, flags });
}

function sourceOf(path: string, env: Record<string, string>, flags: Flags = {}, from = text) {
  return describeConfig(read(env, flags, from)).find((row) => row.path === path)?.source;
}

describe('[CONFIG-ORDER] flag before environment before file before default', () => {
  test('port', () => {
    expect(read({ PORT: '2' }, { port: '3' }).port).toBe(3);
    expect(read({ PORT: '2' }).port).toBe(2);
    expect(read({}).port).toBe(1);
    expect(read({}, {}, '{ "mcpServers": {} }').port).toBe(8808);
  });

  test('and each value knows where it came from', () => {
    expect(sourceOf('port', { PORT: '2' }, { port: '3' })).toEqual({ kind: 'flag', where: '--port' });
    expect(sourceOf('port', { PORT: '2' })).toEqual({ kind: 'environment', where: 'PORT' });
    expect(sourceOf('port', {})).toEqual({ kind: 'file', where: 'sluice.json:1:26' });
    expect(sourceOf('port', {}, {}, '{ "mcpServers": {} }')).toEqual({ kind: 'default', where: '' });
    expect(sourceOf('log.level', {})).toEqual({ kind: 'file', where: 'sluice.json:2:21' });
    expect(sourceOf('log.format', {})).toEqual({ kind: 'default', where: '' });
    expect(sourceOf('mcpServers.a.command', {})).toEqual({ kind: 'file', where: 'sluice.json:2:65' });
  });

  test('a list replaces the one beneath, and its elements have its source', () => {
    expect(read({ API_KEYS: 'k1, k2 k3' }).apiKeys).toEqual([
      { name: 'key1', key: hashed('k1') },
      { name: 'key2', key: hashed('k2') },
      { name: 'key3', key: hashed('k3') },
    ]);
    expect(read({ API_KEYS: 'k1' }, { apiKeys: ['flagged'] }).apiKeys).toEqual([
      { name: 'key1', key: hashed('flagged') },
    ]);
    expect(sourceOf('apiKeys[0].name', { API_KEYS: 'k1' })).toEqual({
      kind: 'environment',
      where: 'API_KEYS',
    });
    expect(sourceOf('apiKeys[1].name', {})).toEqual({ kind: 'file', where: 'sluice.json:1:53' });
  });

  test('[KEY-HASHED] keys are held by their hash, those of projects, too, and still scrubbed', () => {
    const config = read(
      {},
      {},
      '{ "apiKeys": ["plain-one", { "name": "a", "key": "plain-two" }], "projects": { "p": { "apiKeys": ["plain-three"] } } }',
    );
    const { secrets, ...held } = config;
    expect(JSON.stringify({ ...held, sources: [...held.sources] })).not.toContain('plain-');
    expect(secrets.filter((text) => text.startsWith('plain')).sort()).toEqual([
      'plain-one',
      'plain-three',
      'plain-two',
    ]);
    expect(config.projects[0]?.apiKeys).toEqual([{ name: 'key1', key: hashed('plain-three') }]);
  });

  test('an empty variable counts as not set', () => {
    expect(read({ PORT: '', API_KEYS: ' ' })).toMatchObject({ port: 1, apiKeys: [{}, {}] });
  });

  test('every other variable', () => {
    const config = read({
      HOST: '0.0.0.0',
      PUBLIC_URL: 'https://mcp.example.com/base/',
      ALLOWED_HOSTS: 'a.example,b.example:1',
      ALLOWED_ORIGINS: 'https://a.example',
      API_KEY_REQUIRED: 'FALSE',
      LOG_LEVEL: 'Warning',
      LOG_FORMAT: 'JSON',
    });
    expect(config).toMatchObject({
      host: '0.0.0.0',
      publicUrl: 'https://mcp.example.com/base',
      allowedHosts: ['a.example', 'b.example:1'],
      allowedOrigins: ['https://a.example'],
      apiKeyRequired: false,
      log: { level: 'warn', format: 'json' },
    });
  });

  test('[CONFIG-DOCUMENTS] the variables of older documents', () => {
    const config = read({
      SSE_ENABLED: 'false',
      SSE_HEARTBEAT_INTERVAL: '30000',
      SSE_MAX_CONNECTIONS: '100',
      RATE_LIMIT_PER_MINUTE: '60',
      SSE_SESSION_TIMEOUT_SECONDS: '3600',
      SSE_CLEANUP_INTERVAL_SECONDS: '300',
      CORS_ORIGINS: 'https://a.example,https://b.example',
    });
    expect(config).toMatchObject({
      sse: false,
      limits: { streams: 100, callsPerMinute: 60 },
      timeouts: { heartbeat: 30_000, sseIdle: 3_600_000, sweep: 300_000 },
      allowedOrigins: ['https://a.example', 'https://b.example'],
    });
    expect(sourceOf('limits.streams', { SSE_MAX_CONNECTIONS: '5' })).toEqual({
      kind: 'environment',
      where: 'SSE_MAX_CONNECTIONS',
    });
    expect(sourceOf('allowedOrigins[0]', { CORS_ORIGINS: '*' })?.where).toBe('CORS_ORIGINS');
    const both = { ALLOWED_ORIGINS: 'https://own.example', CORS_ORIGINS: '*' };
    expect(read(both).allowedOrigins).toEqual(['https://own.example']);
    const unset = read({ SSE_ENABLED: '', SSE_MAX_CONNECTIONS: ' ', CORS_ORIGINS: '' });
    expect(unset).toMatchObject({ sse: true, limits: { streams: 10_000 }, allowedOrigins: [] });
    expect(unset.limits.callsPerMinute).toBeUndefined();
    expect([unset.timeouts.sseIdle, unset.timeouts.sweep]).toEqual([undefined, undefined]);
  });

  test('a key is required as soon as there is one', () => {
    expect(read({}).apiKeyRequired).toBe(true);
    expect(read({}, {}, '{ "mcpServers": {} }').apiKeyRequired).toBe(false);
    expect(read({ API_KEY_REQUIRED: '1' }, {}, '{ "mcpServers": {} }').apiKeyRequired).toBe(true);
  });
});

describe('a wrong value names its flag or variable', () => {
  test.each<[Record<string, string>, Flags, string]>([
    [{ PORT: 'abc' }, {}, 'PORT: port must be a number.'],
    [{ PORT: '99999' }, {}, 'PORT: port must be at most 65535.'],
    [{}, { port: '-1' }, '--port: port must be a number.'],
    [
      { LOG_LEVEL: 'loud' },
      {},
      'LOG_LEVEL: log.level must be one of "trace", "debug", "info", "warn", "error", "silent".',
    ],
    [{ SSE_MAX_CONNECTIONS: '0' }, {}, 'SSE_MAX_CONNECTIONS: limits.streams must be at least 1.'],
    [{ RATE_LIMIT_PER_MINUTE: 'many' }, {}, 'RATE_LIMIT_PER_MINUTE: limits.callsPerMinute must be a number.'],
    [
      { SSE_CLEANUP_INTERVAL_SECONDS: '9999999' },
      {},
      'SSE_CLEANUP_INTERVAL_SECONDS: timeouts.sweep must be a time from 1 ms to 24 days, like 30000 (milliseconds), "30s" or "5m".',
    ],
    [{ SSE_ENABLED: 'maybe' }, {}, 'SSE_ENABLED: sse must be true or false.'],
    [{ API_KEY_REQUIRED: 'perhaps' }, {}, 'API_KEY_REQUIRED: apiKeyRequired must be true or false.'],
    [
      { API_KEYS: 'ok,ü' },
      {},
      'API_KEYS: apiKeys[1] must be 1 to 512 visible ASCII characters without spaces.',
    ],
    [
      {},
      { apiKeys: [''] },
      '--api-key: apiKeys[0] is empty, which would let nobody or anybody in; set it, or remove it.',
    ],
    [
      { PUBLIC_URL: 'x' },
      {},
      'PUBLIC_URL: publicUrl must be an address like "https://mcp.example.com", without a query.',
    ],
    [
      { ALLOWED_HOSTS: 'a b/c' },
      {},
      'ALLOWED_HOSTS: allowedHosts must be a host name like "mcp.example.com", with or without a port, or "*".',
    ],
  ])('%j %j', (env, flags, line) => {
    const error = (() => {
      try {
        return read(env, flags);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).message).toBe(line);
  });
});
