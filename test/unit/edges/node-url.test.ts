/** Where other gateways reach this one, and that they may call it so. */
import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { nodeUrlOf } from '../../../src/edges/node/node-url.ts';
import { accessOf } from '../../../src/edges/node/rules.ts';
import { OriginGuard } from '../../../src/access/origins.ts';
import { read } from '../config/reading.ts';

const config = (settings: object, env: Record<string, string> = {}) =>
  read(JSON.stringify({ mcpServers: {}, ...settings }), { REDIS_URL: 'redis://a', ...env });

test('[PLAY-NODE-URL] it is made of where it listens, unless it is said', () => {
  expect(nodeUrlOf(config({ host: '10.0.0.7', port: 1 }))).toBe('http://10.0.0.7:1');
  expect(nodeUrlOf(config({ host: '::1' }), 99)).toBe('http://[::1]:99');
  const tls = { cert: 'c.pem', key: 'k.pem' };
  expect(nodeUrlOf(config({ host: 'n1.example', tls }))).toBe('https://n1.example:8808');
  expect(nodeUrlOf(config({}, { SLUICE_NODE_URL: 'http://n2:8808/' }))).toBe('http://n2:8808');
  expect(nodeUrlOf(read('{"mcpServers": {}}'))).toBeUndefined();
});

test('[PLAY-NODE-URL] where it listens on all addresses, it is one of this machine', () => {
  const mine = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
  for (const host of ['0.0.0.0', '::']) {
    const url = new URL(nodeUrlOf(config({ host, port: 1 })) ?? '');
    expect(mine).toContain(url.hostname.replace(/^\[(.*)\]$/, '$1'));
  }
});

test('[PLAY-NODE-HOST] other nodes may call it by that name, and nobody loses one by it', () => {
  const judge = (settings: object, host: string) => {
    const { allowedHosts = [], isLoopback = true } = accessOf(
      config({ apiKeys: ['a'.repeat(20)], ...settings }),
    );
    const rules = { hosts: allowedHosts, origins: [], isLoopback, localPages: isLoopback };
    return new OriginGuard(rules).allowsHost(host);
  };
  const behind = {
    host: '0.0.0.0',
    publicUrl: 'https://mcp.example.com',
    cluster: { nodeUrl: 'http://10.0.0.7:8808' },
  };
  expect(judge(behind, '10.0.0.7:8808')).toBe(true);
  expect(judge(behind, 'mcp.example.com')).toBe(true);
  expect(judge(behind, 'evil.example')).toBe(false);
  expect(judge({ ...behind, publicUrl: undefined }, 'any.example')).toBe(true);
  expect(judge({ ...behind, host: '127.0.0.1', publicUrl: undefined }, '10.0.0.7:8808')).toBe(true);
  expect(judge({ ...behind, host: '127.0.0.1', publicUrl: undefined }, 'evil.example')).toBe(false);
});
