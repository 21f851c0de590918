import { describe, expect, it } from 'vitest';
import type { Catalog } from '../../../../src/engine/catalog/catalog.ts';
import { pageOf } from '../../../../src/engine/catalog/page.ts';
import { makes, templateOf } from '../../../../src/engine/catalog/uri-template.ts';
import { catalogOf, meant, namesIn, type Given } from './support.ts';
import { workedMs } from '../../../support/cpu.ts';

const WIDE = { items: 1_000, bytes: 1_000_000 };

function textOfPage(catalog: Catalog, cursor?: string, limits = WIDE): string {
  const page = pageOf(catalog, cursor, limits);
  return page ? new TextDecoder().decode(page) : 'refused';
}

interface Page {
  readonly tools: readonly { readonly name: string }[];
  readonly nextCursor?: string;
}

function pageAt(catalog: Catalog, cursor: string | undefined, items: number): Page {
  return JSON.parse(textOfPage(catalog, cursor, { items, bytes: 1_000_000 })) as Page;
}

const namesOn = (page: Page) => page.tools.map(({ name }) => name);

describe('a page of a merged list', () => {
  it('[MERGE-LIST-BYTES] gives every item as its server wrote it, but for its name', () => {
    const own = '{"inputSchema": {"maximum":12345678901234567890,"x":1.0}, "name" : "sea\\u0072ch"}';
    const catalog = catalogOf('tools', [
      { server: 'a', items: [{ json: own }, { json: '{ "name":"other" }' }] },
      { server: 'b', items: ['search'] },
    ]);
    expect(textOfPage(catalog)).toBe(
      `{"tools":[${own.replace('"sea\\u0072ch"', '"a__search"')},{ "name":"other" },{"name":"b__search"}]}`,
    );
  });

  it('overrides descriptions, also of items that have none', () => {
    const offer = { tools: { descriptions: { a: 'new "a"', b: 'new b' }, rename: { b: 'c' } } };
    const items = [{ json: '{"name":"a", "description":"old","x":[]}' }, { json: '{ "x":1,"name":"b"}' }];
    expect(textOfPage(catalogOf('tools', [{ server: 's', items, offer }], 'own'))).toBe(
      '{"tools":[{"name":"a", "description":"new \\"a\\"","x":[]},{"description":"new b", "x":1,"name":"c"}]}',
    );
  });

  it('is bounded in items and bytes, and its cursor leads on', () => {
    const items = Array.from({ length: 25 }, (_, i) => `tool-${i}`);
    const catalog = catalogOf('tools', [
      { server: 'a', items: items.slice(0, 12) },
      { server: 'b', items: items.slice(12) },
    ]);
    const seen: string[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = pageAt(catalog, cursor, 10);
      seen.push(...namesOn(page));
      cursor = page.nextCursor;
      pages++;
    } while (cursor !== undefined);
    expect(pages).toBe(3);
    expect(seen).toEqual(items);
    const small = JSON.parse(textOfPage(catalog, undefined, { items: 1_000, bytes: 40 })) as Page;
    expect(small.tools).toHaveLength(2);
  });

  it('has one item at least, however large', () => {
    const json = `{"name":"a","description":"${'x'.repeat(5_000)}"}`;
    const catalog = catalogOf('tools', [{ server: 's', items: [{ json }, 'b'] }]);
    const page = JSON.parse(textOfPage(catalog, undefined, { items: 10, bytes: 100 })) as Page;
    expect(namesOn(page)).toEqual(['a']);
    expect(page.nextCursor).toBeDefined();
  });

  it('[MERGE-CURSOR] a cursor from before a change leaves nothing out', () => {
    const given = (a: string[], b: string[]): Given[] => [
      { server: 'a', items: a },
      { server: 'b', items: b },
    ];
    const { nextCursor } = pageAt(catalogOf('tools', given(['a1', 'a2'], ['b1', 'ü2', 'b3'])), undefined, 4);
    const then = (a: string[], b: string[]) =>
      namesOn(pageAt(catalogOf('tools', given(a, b)), nextCursor, 100));
    expect(then(['a1', 'a2', 'a3'], ['b1', 'ü2', 'new', 'b3'])).toEqual(['new', 'b3']);
    expect(then([], ['ü2', 'b3'])).toEqual(['b3']);
    // Its item is gone: what its server has is told again.
    expect(then(['a1'], ['b1', 'b3'])).toEqual(['b1', 'b3']);
    expect(then(['a1'], [])).toEqual(['a1']);
    expect(then([], [])).toEqual([]);
  });

  it.each(['', 'x', '!!!', 'e30', 'W10', 'WzEsMl0', '\u{1f642}', 'WyJhIl0'])(
    'refuses the cursor %j, which is none of ours',
    (cursor) => {
      expect(textOfPage(catalogOf('tools', [{ server: 'a', items: ['b'] }]), cursor)).toBe('refused');
    },
  );
});

describe('resources of several servers', () => {
  it('[MERGE-URI-TWICE] one that two servers list is the first one’s, and is listed once', () => {
    const catalog = catalogOf('resources', [
      { server: 'a', items: ['x://1', 'x://2'] },
      { server: 'b', items: ['x://2', 'x://3', 'x://3'] },
    ]);
    expect(namesIn(catalog)).toEqual(['x://1', 'x://2', 'x://3']);
    expect(meant(catalog, 'x://2')).toBe('a/x://2');
    expect(catalog.doubles).toBe(2);
  });

  it('[MERGE-URI-TEMPLATE] a URI is of the server whose template says most about it', () => {
    const catalog = catalogOf('templates', [
      { server: 'all', items: ['file:///{+path}', 'broken{'] },
      { server: 'docs', items: ['file:///docs/{name}'] },
    ]);
    expect(meant(catalog, 'file:///docs/a')).toBe('docs/file:///docs/{name}');
    expect(meant(catalog, 'file:///docs/a/b')).toBe('all/file:///{+path}');
    expect(meant(catalog, 'file:///docs/{name}')).toBe('docs/file:///docs/{name}');
    expect(meant(catalog, 'http://x')).toBeUndefined();
  });
});

describe('a template', () => {
  it.each([
    ['a://{x}', 'a://b', true],
    ['a://{x}', 'a://', false],
    ['a://{x}', 'a://b/c', false],
    ['a://{x}/c', 'a://b/c', true],
    ['a://{x}-{y}.txt', 'a://1-2-3.txt', true],
    ['a://{x}{y}', 'a://b', false],
    ['a://{+x}/end', 'a://b/c/end', true],
    ['a://{+x}/end', 'a://b/c/end/', false],
    ['a://{+x}/{y}', 'a://b/c/d', true],
    ['a://b{/x,y}', 'a://b/1/2', true],
    ['a://b{/x}', 'a://b', true],
    ['a://b{/x}', 'a://bc', false],
    ['a://b{?q,r}', 'a://b?q=1&r=2', true],
    ['a://b{?q}', 'a://b', true],
    ['a://b?x=1{&q}', 'a://b?x=1&q=2', true],
    ['a://b{.ext}', 'a://b.txt', true],
    ['a://b{#f}', 'a://b#c', true],
    ['a://b{;p}', 'a://b;p=1', true],
    ['a://b', 'a://b', true],
    ['a://b', 'a://bc', false],
    ['{+any}', 'whatever://it/is?x', true],
  ])('%s makes %s: %s', (source, uri, is) => {
    const template = templateOf(source);
    expect(template && makes(template, uri)).toBe(is);
  });

  it('is not taken when it is broken, or too large to be one', () => {
    expect(templateOf('a{b')).toBeUndefined();
    expect(templateOf('{a}'.repeat(65))).toBeUndefined();
    expect(templateOf('a'.repeat(8_193))).toBeUndefined();
  });

  it('takes no longer for URIs made to make it try again', () => {
    const template = templateOf('{+a}x'.repeat(30));
    const started = workedMs();
    expect(template && makes(template, `${'x'.repeat(8_000)}y`)).toBe(false);
    expect(workedMs() - started).toBeLessThan(1_000);
  });
});
