import { describe, expect, it } from 'vitest';
import { fits, patternOf } from '../../../../src/engine/catalog/patterns.ts';
import { spellingsOf } from '../../../../src/engine/catalog/spellings.ts';
import { isNarrowed, viewOf } from '../../../../src/engine/catalog/view.ts';
import { catalogOf, meant, namesIn } from './support.ts';
import { workedMs } from '../../../support/cpu.ts';

describe('a pattern', () => {
  it.each([
    ['read_*', 'read_file', true],
    ['read_*', 'read_', true],
    ['read_*', 'unread_file', false],
    ['*_file', 'read_file', true],
    ['*a*b*', 'xxaxxbxx', true],
    ['*a*b*', 'xxbxxaxx', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['ab*ba', 'aba', false],
    ['a*bc*c', 'abcc', true],
    ['a*bc*c', 'abc', false],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['a.c', 'abc', false],
    ['file:///a?b', 'file:///a?b', true],
  ])('%s with %s: %s', (pattern, text, is) => {
    expect(fits(text, patternOf(pattern))).toBe(is);
  });

  it('takes no longer for texts made to make it try again', () => {
    const started = workedMs();
    expect(fits('a'.repeat(20_000), patternOf(`${'a*'.repeat(500)}b`))).toBe(false);
    expect(fits(`${'a'.repeat(20_000)}b`, patternOf(`*${'a*'.repeat(500)}c*b`))).toBe(false);
    expect(workedMs() - started).toBeLessThan(1_000);
  });
});

describe('what of a server is offered', () => {
  const offer = {
    tools: {
      include: ['read_*', 'list', 'swap_*'],
      hide: ['*_secret'],
      rename: { read_file: 'open', swap_a: 'swap_b', swap_b: 'swap_a' },
      descriptions: { list: 'What there "is".', read_file: 'Opens.' },
    },
  };
  const items = [
    'read_file',
    'read_secret',
    'write',
    'swap_a',
    'swap_b',
    { json: '{ "description" : "old", "name":"list"}' },
  ];

  it('[MERGE-VIEW-HIDDEN] what is hidden is understood by none of its names', () => {
    const catalog = catalogOf('tools', [
      { server: 's', items, offer },
      { server: 't', items: ['write'] },
    ]);
    expect(namesIn(catalog)).toEqual(['open', 'swap_b', 'swap_a', 'list', 'write']);
    for (const hidden of ['read_secret', 's__read_secret', 's__write', 'read_file', 's__read_file'])
      expect(catalog.find(hidden), hidden).toBeUndefined();
    expect(meant(catalog, 'write')).toBe('t/write');
  });

  it('[MERGE-VIEW-RENAMED] a tool is listed and called by the name it was given', () => {
    const catalog = catalogOf('tools', [{ server: 's', items, offer }]);
    expect(meant(catalog, 'open')).toBe('s/read_file');
    expect(meant(catalog, 's__open')).toBe('s/read_file');
    expect(meant(catalog, 'swap_a')).toBe('s/swap_b');
  });

  it('gives a name to one item only: who had it before is not offered', () => {
    const catalog = catalogOf('tools', [
      { server: 's', items: ['a', 'b'], offer: { tools: { rename: { a: 'b' } } } },
    ]);
    expect(namesIn(catalog)).toEqual(['b']);
    expect(meant(catalog, 'b')).toBe('s/a');
  });

  it('is told without any list, both ways', () => {
    const { tools } = viewOf(offer);
    for (const [own, shown] of [
      ['read_file', 'open'],
      ['read_other', 'read_other'],
      ['swap_a', 'swap_b'],
    ] as const) {
      expect(tools.shown(own)).toBe(shown);
      expect(tools.own(shown)).toBe(own);
    }
    for (const name of ['read_file', 'write', 'read_secret']) expect(tools.own(name)).toBeUndefined();
  });

  it('hides resources by every spelling of their URIs', () => {
    const { resources } = viewOf({ resources: { include: ['file:///docs/*'], hide: ['*/secret*'] } });
    expect(resources.shown('file:///docs/a')).toBe('file:///docs/a');
    for (const uri of [
      'file:///etc/passwd',
      'file:///docs/../etc/passwd',
      'file:///docs/%2e%2e/etc/passwd',
      'file:///docs/%252e%252E/etc/passwd',
      'file:///docs/%73ecret',
      'file:///docs//secret',
      'FILE:///docs/a',
    ])
      expect(resources.shown(uri), uri).toBeUndefined();
  });

  it('says whether anything is offered otherwise than as it is', () => {
    expect(isNarrowed(undefined)).toBe(false);
    expect(isNarrowed({ tools: { include: [], hide: [], rename: {} }, resources: {} })).toBe(false);
    expect(isNarrowed({ tools: { rename: { a: 'b' } } })).toBe(true);
    expect(isNarrowed({ resources: { hide: ['x'] } })).toBe(true);
  });
});

describe('other spellings of a URI', () => {
  it.each([
    ['file:///a/./b/../c', 'file:///a/c'],
    ['HTTP://Host/A', 'http://host/A'],
    ['file:///a%2Fb', 'file:///a/b'],
    ['x:a/../../b', 'x:b'],
    ['file:///a//b/', 'file:///a/b/'],
  ])('%s is also %s', (uri, other) => {
    expect(spellingsOf(uri)).toEqual([uri, other]);
  });

  it.each(['file:///a/b', 'note://x?y=1#z', 'plain', '', 'file:///ä/%C3%A4'])('%s is only itself', (uri) => {
    expect(spellingsOf(uri)).toEqual([uri]);
  });
});
