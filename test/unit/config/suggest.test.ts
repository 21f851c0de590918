import { expect, test } from 'vitest';
import { suggest } from '../../../src/config/suggest.ts';
import { formatDuration, formatSize, parseDuration, parseSize } from '../../../src/config/units.ts';

const known = ['command', 'args', 'env', 'startTimeout', 'apiKeys'];

test.each([
  ['comand', 'command'],
  ['cmomand', 'command'],
  ['Command', 'command'],
  ['arg', 'args'],
  ['api_keys', 'apiKeys'],
  ['start-timeout', 'startTimeout'],
  ['enb', 'env'],
  ['url', undefined],
  ['ev', undefined],
  ['e-N-v', 'env'],
  ['completely', undefined],
  ['x'.repeat(100_000), undefined],
])('%s is near %s', (written, near) => {
  expect(suggest(written, known)).toBe(near);
});

test('a letter is near to itself alone', () => {
  expect([suggest('c', ['a', 'b']), suggest('B', ['a', 'b']), suggest('ab', ['ac'])]).toEqual([
    ...[undefined, 'b', undefined],
  ]);
});

test.each([
  ['30s', 30_000],
  ['500 ms', 500],
  ['1.5m', 90_000],
  ['2h', 7_200_000],
  ['1d', 86_400_000],
  [250, 250],
  ['30', undefined],
  ['s', undefined],
  ['-1s', undefined],
  ['1e3s', undefined],
])('the time %j is %j ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  [30_000, '30s'],
  [90_000, '90s'],
  [300_000, '5m'],
  [7_200_000, '2h'],
  [86_400_000, '1d'],
  [250, '250ms'],
  [1_500, '1500ms'],
])('%i ms are shown as %s, which reads back as the same', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  [4_194_304, '4MiB'],
  [1_536, '1536B'],
  [524_288, '512KiB'],
  [1_073_741_824, '1GiB'],
  [1, '1B'],
])('%i bytes are shown as %s, which reads back as the same', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
  expect(parseSize(text)).toBe(bytes);
});

test.each([
  ['4MiB', 4_194_304],
  ['512 KiB', 524_288],
  ['1g', 1_073_741_824],
  ['64 kb', 65_536],
  ['10B', 10],
  [7, 7],
  ['10', undefined],
  ['MiB', undefined],
  ['1TB', undefined],
])('the size %j is %j bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});
