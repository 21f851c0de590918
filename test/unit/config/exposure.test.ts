import { describe, expect, test } from 'vitest';
import { exposureFault, isLoopback } from '../../../src/config/exposure.ts';

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

describe('[SEC-BIND] the gateway may not start', () => {
  const key = { name: 'a', key: 'k' };
  test('on a wide address without keys, and is told what to do', () => {
    expect(exposureFault({ host: '0.0.0.0', apiKeys: [], apiKeyRequired: false })).toBe(
      'The address 0.0.0.0 can be reached from other machines, so a key is needed: set API_KEYS=<key>, add --api-key <key> (or --api-key auto to have one made), or listen on 127.0.0.1.',
    );
  });
  test('on a wide address with optional keys', () => {
    expect(exposureFault({ host: '::', apiKeys: [key], apiKeyRequired: false })).toContain(
      'cannot be optional',
    );
  });
  test('where a key is required and there is none', () => {
    expect(exposureFault({ host: '127.0.0.1', apiKeys: [], apiKeyRequired: true })).toContain(
      'there is none',
    );
  });
  test('but may on loopback, and on a wide address with required keys', () => {
    expect(exposureFault({ host: '127.0.0.1', apiKeys: [], apiKeyRequired: false })).toBeUndefined();
    expect(exposureFault({ host: 'localhost', apiKeys: [key], apiKeyRequired: false })).toBeUndefined();
    expect(exposureFault({ host: '0.0.0.0', apiKeys: [key], apiKeyRequired: true })).toBeUndefined();
  });
});
