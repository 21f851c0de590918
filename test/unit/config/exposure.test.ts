import { describe, expect, test } from 'vitest';
import { clearTextWarning, exposureFault, isLoopback } from '../../../src/config/exposure.ts';
import { read } from './reading.ts';

describe('loopback', () => {
  test.each([
    'localhost',
    'LOCALHOST',
    '127.0.0.1',
    '127.9.8.7',
    '::1',
    '[::1]',
    '::ffff:127.0.0.1',
    '0:0:0:0:0:0:0:1',
  ])('%s is', (host) => expect(isLoopback(host)).toBe(true));
  test.each([
    '0.0.0.0',
    '::',
    '',
    '10.0.0.1',
    '127.0.0.1.example.com',
    '127.0.0.999',
    '127.1',
    'localhost.example',
    '1127.0.0.1',
    '*',
  ])('%s is not', (host) => expect(isLoopback(host)).toBe(false));
});

test('[TLS-CLEAR] keys that travel in the clear to other machines are warned of', () => {
  const warning = (more: object) =>
    clearTextWarning({ host: '0.0.0.0', port: 80, publicUrl: undefined, ...more });
  expect(warning({})).toMatch(/^What passes over 0\.0\.0\.0:80 can be read by others .* set tls /);
  expect(warning({ publicUrl: 'http://mcp.example.com' })).toBeDefined();
  expect(warning({ publicUrl: 'https://mcp.example.com' })).toBeUndefined();
  expect(warning({ host: '127.0.0.1' })).toBeUndefined();
  expect(warning({ tls: { cert: 'c', key: 'k', clientCertificates: 'none' } })).toBeUndefined();
});

describe('[SEC-BIND] the gateway may not start', () => {
  const key = { name: 'a', key: 'k' };
  const fault = (config: Omit<Parameters<typeof exposureFault>[0], 'servers' | 'projects'>) =>
    exposureFault({ servers: [], projects: [], ...config });
  test('on a wide address without keys, and is told what to do', () => {
    expect(fault({ host: '0.0.0.0', apiKeys: [], apiKeyRequired: false })).toBe(
      'The address 0.0.0.0 can be reached from other machines, so a key is needed: run sluice keys add <name>, set API_KEYS=<key>, add --api-key auto to have one made, or listen on 127.0.0.1.',
    );
  });
  test('on a wide address with optional keys', () => {
    expect(fault({ host: '::', apiKeys: [key], apiKeyRequired: false })).toContain('cannot be optional');
  });
  test('where a key is required and there is none', () => {
    expect(fault({ host: '127.0.0.1', apiKeys: [], apiKeyRequired: true })).toContain('there is none');
  });
  test('but may on loopback, and on a wide address with required keys', () => {
    expect(fault({ host: '127.0.0.1', apiKeys: [], apiKeyRequired: false })).toBeUndefined();
    expect(fault({ host: 'localhost', apiKeys: [key], apiKeyRequired: false })).toBeUndefined();
    expect(fault({ host: '0.0.0.0', apiKeys: [key], apiKeyRequired: true })).toBeUndefined();
  });
  test('but may on a wide address where all there is stands behind keys of projects', () => {
    const text = (more: string) =>
      `{ "host": "0.0.0.0", ${more} "projects": { "a": { "mcpServers": { "x": { "builtin": "aare" } }, "apiKeys": ["ka"] } } }`;
    expect(exposureFault(read(text('')))).toBeUndefined();
    expect(exposureFault(read(text('"mcpServers": { "y": { "builtin": "aare" } },')))).toContain(
      'a key is needed',
    );
    expect(exposureFault(read(text('').replace(', "apiKeys": ["ka"]', '')))).toContain('a key is needed');
  });
});
