/** Whether the admin API is there, and what may open it. */
import { describe, expect, it } from 'vitest';
import { describeConfig } from '../../../src/config/describe.ts';
import { readConfig } from '../../../src/config/read.ts';

const KEY = 'a-key-of-operators-that-is-long';
const read = (file: object, env: Record<string, string> = {}) =>
  readConfig(JSON.stringify({ mcpServers: {}, ...file }), { file: 'sluice.json', env });
const wide = { host: '0.0.0.0', apiKeys: ['slc_somebody-somebody'] };

describe('[ADMIN-SETTINGS]', () => {
  it.each([
    [{}, {}, true],
    [{ admin: { enabled: false } }, {}, false],
    [wide, {}, false],
    [wide, { ADMIN_KEY: KEY }, true],
    [wide, { ADMIN_KEY: KEY, ADMIN_ENABLED: 'no' }, false],
  ])('[ADMIN-SETTINGS] %j with %j is on: %s', (file, env, enabled) => {
    expect(read(file, env).admin.enabled).toBe(enabled);
  });

  it.each([
    [{ ...wide, admin: { enabled: true } }, 'set admin.key'],
    [{ admin: { key: 'short' } }, '16 to 512'],
    [{ admin: { key: 'a key with spaces in it' } }, '16 to 512'],
    [{ admin: { key: 'sha256:12' } }, '64 hexadecimal'],
    [{ apiKeys: [KEY], admin: { key: KEY } }, 'is a key of callers'],
    [{ projects: { acme: { mcpServers: {}, apiKeys: [KEY] } }, admin: { key: KEY } }, 'is a key of callers'],
  ])('[ADMIN-SETTINGS] %j is refused', (file, told) => {
    expect(() => read(file)).toThrow(told);
  });

  it('[ADMIN-SETTINGS] the key is kept as a hash, and never shown', () => {
    const config = read({}, { ADMIN_KEY: KEY });
    expect(config.admin.key).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(config.secrets).toContain(KEY);
    const rows = describeConfig(config).filter(({ path }) => path === 'admin.key');
    expect(rows).toMatchObject([{ value: '***', source: { kind: 'environment', where: 'ADMIN_KEY' } }]);
  });
});
