/** Texts that servers take for the same URI. */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { viewOf } from '../../../../src/engine/catalog/view.ts';
import { workedMs } from '../../../support/cpu.ts';

const SAME = [
  'file:/etc/passwd',
  'file:etc/passwd',
  'FILE://localhost/etc/passwd',
  'file://LOCALHOST/etc/passwd',
  'file:///\tetc/passwd',
  'file:///e\ntc/passwd',
  ' \u0000file:///etc/passwd',
  'file:\\\\\\etc\\passwd',
  'file:///x\\..\\etc/passwd',
  'file:///%5Cetc/passwd',
  'file:/%65tc/passwd',
];

it.each(SAME)('[SAMEURI-HIDDEN] %j is hidden where what a server takes it for is', (uri) => {
  const hidden = viewOf({ resources: { hide: ['file:///etc/*'] } });
  expect(hidden.resources.own(uri)).toBeUndefined();
  if (!uri.includes('%5C')) expect(fileURLToPath(uri)).toBe('/etc/passwd');
});

it('[SAMEURI-HIDDEN] also past what is included', () => {
  const { resources } = viewOf({ resources: { include: ['file:///docs/*', 'http://in.example/*'] } });
  expect(resources.own('file:///docs/a b.txt')).toBe('file:///docs/a b.txt');
  expect(resources.own('file:///docs/..\\etc/passwd')).toBeUndefined();
  expect(resources.own('http://in.example/a?b=c#d')).toBe('http://in.example/a?b=c#d');
  expect(resources.own('http://in.example/..\\..\\x')).toBe('http://in.example/..\\..\\x');
});

it.each([
  'win:///C:\\docs\\a',
  'note://a b',
  'urn:isbn:1',
  'file:///docs/{path}',
  'http://x:80/a',
  'mem://ü/ß',
])('[SAMEURI-PLAIN] %s fits the pattern that is written as it is', (uri) => {
  const { resources } = viewOf({ resources: { include: [uri] } });
  expect(resources.own(uri)).toBe(uri);
});

it('[SAMEURI-PLAIN] takes time in proportion to the length', () => {
  const { resources } = viewOf({ resources: { hide: ['file:///etc/*'] } });
  const started = workedMs();
  for (const part of [' ', '/', '\\', '\t', '%20', 'a '])
    resources.own(`file:${part.repeat(1_000_000 / part.length)}x`);
  expect(workedMs() - started).toBeLessThan(3_000);
});
