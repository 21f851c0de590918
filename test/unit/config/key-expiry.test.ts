import { expect, test } from 'vitest';
import { describeConfig, valueText } from '../../../src/config/describe.ts';
import { formatInstant, parseInstant } from '../../../src/config/instants.ts';
import { hashed, read, refused } from './reading.ts';

const withExpiry = (expires: string) =>
  `{ "apiKeys": [\n{ "name": "ci", "key": "a-key", "expires": ${expires} }], "mcpServers": {} }`;

test('[KEY-EXPIRES] a key may end, on a day (as it begins, UTC) or at an instant', () => {
  const config = read(withExpiry('"2027-01-31"'));
  expect(config.apiKeys).toEqual([{ name: 'ci', key: hashed('a-key'), expires: Date.UTC(2027, 0, 31) }]);
  const row = describeConfig(config).find(({ path }) => path === 'apiKeys[0].expires');
  expect(row && valueText(row)).toBe('"2027-01-31"');
  const instant = read(withExpiry('"2027-01-31T18:00:00+02:00"')).apiKeys[0]?.expires;
  expect(instant).toBe(Date.UTC(2027, 0, 31, 16));
  expect([instant ?? 0, Date.UTC(2027, 0, 31)].map(formatInstant)).toEqual([
    '2027-01-31T16:00:00.000Z',
    '2027-01-31',
  ]);
});

test.each(['"2027-02-30"', '"tomorrow"', '"2027-01-31T18:00"', '1801353600000', '"31.1.2027"', 'null', '""'])(
  '[KEY-EXPIRES] %s is told with its line',
  (expires) => {
    expect(refused(withExpiry(expires))).toEqual([
      expect.stringMatching(/^sluice\.json:2:\d+: apiKeys\[0\]/),
    ]);
  },
);

test('[KEY-EXPIRES] of what looks like a day only one that there is counts', () => {
  const days = ['2028-02-29', '2027-02-29', '2027-04-31', '2027-00-10', '2027-12-32', '9999-12-31'];
  expect(days.map((day) => parseInstant(day) !== undefined)).toEqual([
    true,
    false,
    false,
    false,
    false,
    true,
  ]);
});

test.each(['a\\u0007b', 'a\\u202eb', 'a\\nb', 'a\\u200bb', ''])('a name like %j is refused', (name) => {
  const text = `{ "apiKeys": [{ "name": "${name}", "key": "a-key" }], "mcpServers": {} }`;
  expect(refused(text)).toHaveLength(1);
});

test.each([
  ['a list', '{ "apiKeys": [], "mcpServers": {} }', {}, 'sluice.json:1:14'],
  ['a variable', '{ "mcpServers": {} }', { API_KEYS: ' , ' }, 'API_KEYS'],
])('[SEC-EMPTY-KEYS] %s without a key is a mistake, not an open door', (_what, text, env, where) => {
  const [line, ...more] = refused(text, env);
  expect(line).toContain(where);
  expect(line).toContain('apiKeys must hold a key; leave it out where nobody is to be asked for one.');
  expect(more).toEqual([]);
});
