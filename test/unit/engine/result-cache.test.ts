/** The store behind the cache. */
import { describe, expect, it } from 'vitest';
import { cacheKeyOf } from '../../../src/engine/cache-key.ts';
import { ResultCache } from '../../../src/engine/result-cache.ts';
import { bytesOf, call, textOf } from './support.ts';

const V = '2025-06-18';

function key(method: string, params?: unknown) {
  const found = cacheKeyOf(call(1, method, params ?? {}), V);
  if (!found) throw new Error('no key');
  return found;
}

function text(bytes: Uint8Array | undefined): string | undefined {
  return bytes && textOf(bytes);
}

describe('what is kept', () => {
  it('[CACHE-WISHES] is only what is asked for by nothing but a cursor or a URI', () => {
    for (const [method, params] of [
      ['tools/call', { name: 't' }],
      ['tools/list', { _meta: { progressToken: 1 } }],
      ['tools/list', { cursor: 3 }],
      ['tools/list', { other: 1 }],
      ['resources/read', {}],
      ['resources/read', { uri: 'a:b', more: 1 }],
      ['resources/read', { uri: `a:${'x'.repeat(20_000)}` }],
    ] as const)
      expect(cacheKeyOf(call(1, method, params), V)).toBeUndefined();
    expect(cacheKeyOf(call(1, 'tools/list', { cursor: 'c' }), V)).toEqual({
      method: 'tools/list',
      about: 'c',
      version: V,
    });
  });

  it('[CACHE-HINTS] follows the server where the entry says nothing', () => {
    const cache = new ResultCache({});
    const list = key('tools/list');
    cache.keep(list, 'a', bytesOf({ tools: [] }), 0, 0);
    expect(cache.find(list, 'a', 0)).toBeUndefined();
    cache.keep(list, 'a', bytesOf({ tools: [], ttlMs: 10 }), 0, 0);
    expect(text(cache.find(list, 'a', 9))).toContain('ttlMs');
    expect(cache.find(list, 'b', 9)).toBeUndefined();
    expect(cache.find(list, 'a', 10)).toBeUndefined();
    cache.keep(list, 'a', bytesOf({ tools: [], ttlMs: 10, cacheScope: 'public' }), 0, 0);
    expect(cache.find(list, 'b', 9)).toBeDefined();
  });

  it('[CACHE-PRINCIPAL] belongs to its principal, whatever the server says, where the entry says so', () => {
    const cache = new ResultCache({ listsMs: 10, isPublic: false });
    cache.keep(key('tools/list'), 'a', bytesOf({ ttlMs: 10, cacheScope: 'public' }), 0, 0);
    expect(cache.find(key('tools/list'), 'b', 1)).toBeUndefined();
    expect(cache.find(key('tools/list'), 'a', 1)).toBeDefined();
  });

  it('[CACHE-BOUNDED] in number, in bytes and in the size of one; the one used longest ago gives way', () => {
    const cache = new ResultCache({ readsMs: 1_000 }, { entries: 2, bytes: 40, itemBytes: 30 });
    const [a, b, c] = ['a:', 'b:', 'c:'].map((uri) => key('resources/read', { uri })) as [
      ReturnType<typeof key>,
      ReturnType<typeof key>,
      ReturnType<typeof key>,
    ];
    const ten = new TextEncoder().encode('"12345678"');
    cache.keep(a, 'p', ten, 0, 0);
    cache.keep(b, 'p', ten, 0, 0);
    cache.find(a, 'p', 1);
    cache.keep(c, 'p', ten, 0, 0);
    expect([a, b, c].map((k) => cache.find(k, 'p', 1) !== undefined)).toEqual([true, false, true]);
    cache.keep(b, 'p', new Uint8Array(31), 0, 0);
    expect(cache.find(b, 'p', 1)).toBeUndefined();
    cache.keep(b, 'p', new Uint8Array(30), 0, 0);
    expect([cache.size, cache.bytes]).toEqual([2, 40]);
    cache.clear();
    expect([cache.size, cache.bytes]).toEqual([0, 0]);
  });

  it('[CACHE-CHANGED] goes with what was announced, and nothing else does', () => {
    const fill = () => {
      const cache = new ResultCache({ listsMs: 10, readsMs: 10 });
      const all = [
        key('tools/list'),
        key('prompts/list'),
        key('resources/list'),
        key('resources/templates/list'),
        key('resources/read', { uri: 'f:a' }),
        key('resources/read', { uri: 'f:a/b' }),
        key('resources/read', { uri: 'f:c' }),
      ];
      for (const k of all) cache.keep(k, 'p', bytesOf({}), 0, 0);
      return { cache, left: () => all.map((k) => (cache.find(k, 'p', 1) ? 1 : 0)).join('') };
    };
    const left = (method: string, uri?: string) => {
      const { cache, left: rest } = fill();
      cache.announced(`notifications/${method}`, uri);
      return rest();
    };
    expect(left('tools/list_changed')).toBe('0111111');
    expect(left('prompts/list_changed')).toBe('1011111');
    expect(left('resources/list_changed')).toBe('1100000');
    expect(left('resources/updated', 'f:a')).toBe('1111001');
    expect(left('resources/updated', 'f:a/b')).toBe('1111001');
    expect(left('resources/updated')).toBe('1111000');
  });
});
