import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortHash } from '../../../../src/engine/catalog/short-hash.ts';
import { catalogOf, meant, namesIn, type Given } from './support.ts';

const LISTED = /^[A-Za-z0-9_-]{1,64}$/;

/** Few short names, so that they meet; separators and dirt among them; some too long. */
const name = fc.oneof(
  fc.stringMatching(/^[ab_]{1,5}$/),
  fc.constantFrom(
    'search',
    'a.b',
    'a b',
    'a/b',
    'ä',
    'a__b',
    'b__a__b',
    '',
    '🙂',
    '__proto__',
    'constructor',
  ),
  fc.string({ maxLength: 12 }),
  fc.stringMatching(/^[ab]{2}[a-c_]{60,90}$/),
);
const servers = fc.uniqueArray(fc.record({ server: name, items: fc.array(name, { maxLength: 8 }) }), {
  selector: ({ server }) => server,
  maxLength: 6,
});
const mode = fc.constantFrom('collisions', 'always') as fc.Arbitrary<'collisions' | 'always'>;

describe('names of several servers', () => {
  it("are the servers' own where no two have the same", () => {
    const catalog = catalogOf('tools', [
      { server: 'git', items: ['log', 'search'] },
      { server: 'web', items: ['fetch', 'search'] },
    ]);
    expect(namesIn(catalog)).toEqual(['log', 'git__search', 'fetch', 'web__search']);
    expect(meant(catalog, 'log')).toBe('git/log');
    expect(meant(catalog, 'web__search')).toBe('web/search');
  });

  it('[MERGE-NAME-BARE] a bare name that two have is understood as that of the first', () => {
    const git: Given = { server: 'git', items: ['search'] };
    const web: Given = { server: 'web', items: ['search'] };
    expect(meant(catalogOf('tools', [git, web]), 'search')).toBe('git/search');
    expect(meant(catalogOf('tools', [web, git]), 'search')).toBe('web/search');
  });

  it('[MERGE-NAME-ALWAYS] can all have the name of their server before them', () => {
    const catalog = catalogOf('tools', [{ server: 'git', items: ['log'] }], 'always');
    expect(namesIn(catalog)).toEqual(['git__log']);
    expect(meant(catalog, 'log')).toBe('git/log');
  });

  it('[MERGE-NAME-UNIQUE] are never the same, nor longer than 64, whatever servers call their tools', () => {
    fc.assert(
      fc.property(servers, mode, (given, names) => {
        const catalog = catalogOf('tools', given, names);
        const listed = namesIn(catalog);
        expect(new Set(listed).size).toBe(listed.length);
        for (const one of listed) expect(one).toMatch(LISTED);
        catalog.entries.forEach((entry, at) => expect(catalog.find(listed[at] as string)).toBe(entry));
      }),
      { numRuns: 2_000 },
    );
  });

  it('[MERGE-NAME-STABLE] do not depend on the order in which a server tells them', () => {
    fc.assert(
      fc.property(servers, mode, fc.integer(), (given, names, seed) => {
        const shuffled = given.map(({ server, items }) => ({ server, items: shuffle(items, seed) }));
        const byItem = (all: readonly Given[]) =>
          new Map(
            catalogOf('tools', all, names).entries.map((entry) => [
              `${entry.server}\n${entry.item.key}`,
              entry.name,
            ]),
          );
        expect(byItem(shuffled)).toEqual(byItem(given));
      }),
      { numRuns: 1_000 },
    );
  });

  it('[MERGE-NAME-QUALIFIED] `server__tool` is understood for every tool, listed so or not', () => {
    fc.assert(
      fc.property(servers, mode, (given, names) => {
        const catalog = catalogOf('tools', given, names);
        for (const { server, items } of given) {
          for (const item of items) {
            const found = catalog.find(`${server}__${item}`);
            expect(`${found?.server}__${found?.item.key}`).toBe(`${server}__${item}`);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('[MERGE-NAME-LONG] that are too long are cut and told apart by a hash of the whole', () => {
    const long = 'x'.repeat(80);
    const catalog = catalogOf('tools', [
      { server: 's', items: [`${long}1`, `${long}2`] },
      { server: 'other', items: [`${long}1`] },
    ]);
    const listed = namesIn(catalog);
    for (const one of listed) expect(one).toHaveLength(64);
    expect(new Set(listed).size).toBe(3);
    expect(listed[0]).toMatch(/^s__x{52}_[a-z2-7]{8}$/);
    expect(meant(catalog, `s__${long}2`)).toBe(`s/${long}2`);
    expect(meant(catalog, `other__${long}1`)).toBe(`other/${long}1`);
  });

  it('are clean: what may not stand in the name of a tool is replaced', () => {
    const catalog = catalogOf('tools', [
      { server: 'größe', items: ['a.b', 'c'] },
      { server: 'x', items: ['a/b', 'd d'] },
    ]);
    expect(namesIn(catalog)).toEqual(['gr__e__a_b', 'c', 'x__a_b', 'd_d']);
    expect(meant(catalog, 'größe__a.b')).toBe('größe/a.b');
    expect(meant(catalog, 'd d')).toBe('x/d d');
  });

  it('give a name that two could mean to neither', () => {
    const catalog = catalogOf('tools', [
      { server: 'a', items: ['b__c'] },
      { server: 'a__b', items: ['c'] },
      { server: 'd', items: ['c', 'b__c'] },
    ]);
    for (const one of namesIn(catalog).slice(0, 2)) expect(one).toMatch(/^a__b__c_[a-z2-7]{8}$/);
    expect(namesIn(catalog).slice(2)).toEqual(['d__c', 'd__b__c']);
  });

  it('do not give a name to a tool that is called like the alias of another', () => {
    const catalog = catalogOf('tools', [
      { server: 'a', items: ['b__c', 'c'] },
      { server: 'b', items: ['c'] },
    ]);
    expect(namesIn(catalog)).toEqual(['a__b__c', 'a__c', 'b__c']);
    expect(meant(catalog, 'b__c')).toBe('b/c');
  });

  it('of a server that is not shown still count', () => {
    const catalog = catalogOf('tools', [
      { server: 'up', items: ['search'] },
      { server: 'down', items: ['search'], isShown: false },
      { server: 'new', items: undefined },
    ]);
    expect(namesIn(catalog)).toEqual(['up__search']);
    expect(meant(catalog, 'down__search')).toBe('down/search');
  });

  it('[MERGE-NAME-TOLD] that were listed keep their owner when another comes with the same', () => {
    const before = catalogOf('tools', [
      { server: 'first' },
      { server: 'second', items: ['search', 'first__x'] },
    ]);
    expect(namesIn(before)).toEqual(['search', 'first__x']);
    const both: Given[] = [
      { server: 'first', items: ['search', 'x'] },
      { server: 'second', items: ['search', 'first__x'] },
      { server: 'third', items: ['x'] },
    ];
    const after = catalogOf('tools', both, 'collisions', before);
    expect(namesIn(after)).toContain('first__search');
    expect(meant(after, 'search')).toBe('second/search');
    expect(meant(after, 'first__x')).toBe('second/first__x');
    expect(namesIn(after)).toHaveLength(5);
    expect(new Set(namesIn(after)).size).toBe(5);
    const gone = both.map((one) => (one.server === 'second' ? { ...one, items: [] } : one));
    expect(meant(catalogOf('tools', gone, 'collisions', after), 'search')).toBe('first/search');
  });

  it('that were listed are remembered up to a cap', () => {
    const items = Array.from({ length: 12_000 }, (_, i) => `t${i}`);
    const one = { server: 'one', items };
    const before = catalogOf('tools', [one]);
    const after = catalogOf('tools', [one, { server: 'two', items }], 'collisions', before);
    expect(before.told.size).toBe(12_000);
    expect(after.told.size).toBe(20_000);
    expect(meant(after, 't11999')).toBe('one/t11999');
  });

  it('of one server alone stay as they are', () => {
    const catalog = catalogOf('tools', [{ server: 's', items: ['a.b', 'x'.repeat(90)] }], 'own');
    expect(namesIn(catalog)).toEqual(['a.b', 'x'.repeat(90)]);
  });
});

describe('a short hash', () => {
  it('is the same for ever, and differs for texts that look alike', () => {
    expect(shortHash('')).toMatch(/^[a-z2-7]{8}$/);
    expect(shortHash('server__tool')).toBe(shortHash('server__tool'));
    const hashes = Array.from({ length: 20_000 }, (_, i) => shortHash(`tool-${i}`));
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

function shuffle<T>(items: readonly T[], seed: number): T[] {
  return items
    .map((item, at) => ({ item, key: Math.imul(at + 1, seed | 1) >>> 0 }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
