/** The audit trail in the configuration. */
import { expect, it } from 'vitest';
import { describeConfig, valueText } from '../../../src/config/describe.ts';
import { diffConfig, inForce } from '../../../src/config/diff.ts';
import { configured } from '../../support/configured.ts';

const served = (audit?: object) =>
  configured({ mcpServers: { a: { command: 'x' } }, ...(audit ? { audit } : {}) });

it('[AUDIT-CONFIG] is off by default, and set up in a line', () => {
  const DAY = 86_400_000;
  const off = { enabled: false, arguments: 'hash', methods: ['*'], retention: 30 * DAY, maxSize: 1024 ** 3 };
  expect(served().audit).toEqual(off);
  expect(served({ enabled: true }).audit).toEqual({ ...off, enabled: true });
  const set = { arguments: 'redacted', methods: ['tools/*'], retention: '90d', maxSize: '64MiB' };
  const { audit } = served(set);
  expect(audit).toMatchObject({ ...set, retention: 90 * DAY, maxSize: 64 * 1024 ** 2 });
  const shown = describeConfig(served(set)).filter(({ path }) => path.startsWith('audit.'));
  expect(shown.map((row) => `${row.path} ${valueText(row)}`)).toEqual([
    ...['audit.enabled false', 'audit.arguments "redacted"', 'audit.methods[0] "tools/*"'],
    ...['audit.retention "90d"', 'audit.maxSize "64MiB"'],
  ]);
});

it('[AUDIT-CONFIG] a value that cannot be used is told with its place', () => {
  const fault = 'must be a time from one hour to ten years, like "30d" or "12h"';
  for (const retention of ['59m', '4000d', 'long', 5])
    expect(() => served({ retention })).toThrow(`audit.retention ${fault}`);
  expect(() => served({ arguments: 'all' })).toThrow(/audit\.arguments must be/);
  expect(() => served({ maxSize: '0B' })).toThrow(/audit\.maxSize must be a size/);
  expect(() => served({ on: true })).toThrow(/"on"|audit\.on/);
});

it('[AUDIT-CONFIG] a change takes a restart', () => {
  const [before, after] = [served(), served({ enabled: true })];
  expect(diffConfig(before, after).restart).toEqual(['audit']);
  expect(inForce(before, after).audit).toEqual(before.audit);
});
