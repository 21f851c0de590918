/** A ring of keys that are configured and keys that come and go. */
import { describe, expect, it } from 'vitest';
import { isSame, KeyIndex } from '../../../src/access/key-index.ts';
import { SourceKeys } from '../../../src/access/key-source.ts';
import { type ApiKey, KeyRing, type KeyRingPorts } from '../../../src/access/keys.ts';
import { isRefused, type Refused } from '../../../src/access/principal.ts';
import { PlayedSource, sha256 } from './key-source.ts';

function world(own: readonly ApiKey[] = [], more: Partial<KeyRingPorts> = {}) {
  const source = new PlayedSource();
  const clock = { now: 1_000 };
  const ring = new KeyRing(own, {
    sha256,
    now: () => clock.now,
    source: new SourceKeys(source),
    ...more,
  });
  const show = (key: string) =>
    ring.authenticate({
      method: 'GET',
      path: '/',
      query: '',
      header: (name) => ({ 'x-api-key': key })[name],
    });
  const opens = (key: string) => {
    const proof = show(key);
    return isRefused(proof) ? undefined : proof.principal;
  };
  return { source, clock, ring, show, opens };
}

describe('[KEY-CONSTANT] a hash', () => {
  it('is compared to its last character, wherever the first difference is', () => {
    const hash = sha256('a');
    for (let at = 0; at < hash.length; at++) {
      const other = hash.slice(0, at) + (hash[at] === '0' ? '1' : '0') + hash.slice(at + 1);
      expect([isSame(hash, other), isSame(other, hash)]).toEqual([false, false]);
    }
    expect([isSame(hash, hash), isSame(hash, hash.slice(1)), isSame(hash.slice(1), hash)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('reads as many characters of two that differ in the first as of two that are the same', () => {
    const reads = (b: string) => {
      let count = 0;
      const counted = Object.assign(Object.create(null) as { length: number }, {
        length: 64,
        charCodeAt: (at: number) => {
          count++;
          return b.charCodeAt(at);
        },
      });
      isSame(sha256('a'), counted as unknown as string);
      return count;
    };
    expect([reads(sha256('a')), reads(`x${sha256('a').slice(1)}`), reads(sha256('b'))]).toEqual([64, 64, 64]);
  });

  it('that begins like another is still another', () => {
    const [first, second] = ['0', '1'].map((last) => ({ name: last, sha256: 'a'.repeat(63) + last }));
    const index = new KeyIndex([first, second].flatMap((key) => (key ? [key] : [])));
    expect(['0', '1', '2'].map((last) => index.find('a'.repeat(63) + last)?.key.name)).toEqual([
      '0',
      '1',
      undefined,
    ]);
  });
});

describe('[KEY-FORMED] a source', () => {
  it('is asked only for what has the form of its keys; what is configured may be any text', () => {
    const given = ['slc_right', 'anything', 'slc_', 'x'.repeat(512)];
    const played = new PlayedSource();
    let asked = 0;
    class Counting extends SourceKeys {
      override get index() {
        asked++;
        return super.index;
      }
    }
    const own = given.map((key, at) => ({ name: `own-${at}`, sha256: sha256(key) }));
    const { opens, show } = world(own, { source: new Counting(played) });
    const key = played.add('ann');
    expect(given.map(opens)).toEqual(own.map(({ name, sha256 }) => `${name}#${sha256.slice(0, 12)}`));
    const wrong = `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`;
    expect([opens(wrong), opens('slc_wrong'), opens('')]).toEqual([undefined, undefined, undefined]);
    expect((show(wrong) as Refused).fact).toContain('checksum');
    expect(asked).toBe(0);
    expect(opens(key)).toBe(`ann#${sha256(key).slice(0, 12)}`);
    expect(asked).toBe(1);
  });
});

describe('[KEY-EXPIRED] a key', () => {
  it('opens up to its last moment, and then is answered like one that is unknown; the log says why', () => {
    const own = [{ name: 'own', sha256: sha256('own-key'), expires: 2_000 }];
    const { source, clock, ring, show, opens } = world(own);
    const kept = source.add('kept', { expires: 3_000 });
    const [first, second] = ['own-key', kept].map((key) => ({ key, principal: opens(key) ?? '' }));
    expect([first, second].map((each) => ring.recall(each?.principal ?? '')?.until)).toEqual([2_000, 3_000]);
    clock.now = 1_999.9;
    expect(opens('own-key')).toBe(first?.principal);
    clock.now = 2_000;
    const over = show('own-key') as Refused;
    const { fact: unknown, ...words } = show('no-key') as Refused;
    expect(over).toEqual({ ...words, fact: 'the key is expired' });
    expect(unknown).not.toBe(over.fact);
    expect([first, second].map((each) => ring.recall(each?.principal ?? ''))).toMatchObject([
      undefined,
      { principal: second?.principal },
    ]);
    clock.now = 3_000;
    expect((show(kept) as Refused).fact).toBe('the key is expired');
    expect(ring.recall(second?.principal ?? '')).toBeUndefined();
  });
});

describe('[KEY-REVOKED] a key', () => {
  it('opens nothing any more, also where it is configured, and what it opened is not its any more', () => {
    const { source, opens } = world();
    const key = source.add('ann');
    const copied = world([{ name: 'copied', sha256: sha256(key) }], { source: new SourceKeys(source) });
    const principal = copied.opens(key) ?? '';
    expect([principal, copied.ring.recall(principal)?.principal]).toEqual([opens(key), opens(key)]);
    source.revoke('ann');
    expect([opens(key), copied.opens(key)]).toEqual([undefined, undefined]);
    expect(copied.ring.recall(principal)).toBeUndefined();
    expect(copied.ring.recall(`copied#${sha256(key).slice(0, 12)}`)).toBeUndefined();
    expect((copied.show(key) as Refused).fact).toBe('the key is revoked');
  });

  it('that is configured is still one where it was added for elsewhere', () => {
    const { source, opens } = world();
    const key = source.add('ann', { projects: ['acme'] });
    const elsewhere = world([{ name: 'copied', sha256: sha256(key) }], {
      source: new SourceKeys(source),
      opens: ({ projects = [] }) => projects.length === 0,
    });
    expect(elsewhere.opens(key)).toMatch(/^copied#/);
    expect(opens(key)).toMatch(/^ann#/);
  });
});

describe('[KEY-FIRST] a door without a key', () => {
  it('is open until the first key, and then shut for good, also when all are gone', () => {
    const { source, ring, show } = world([], { isRequired: 'from-first' });
    expect([ring.isRequired, show('x'), ring.recall('anybody')?.principal]).toEqual([
      false,
      { principal: 'anybody' },
      'anybody',
    ]);
    source.add('ann');
    expect([ring.isRequired, isRefused(show('x')), ring.recall('anybody')]).toEqual([true, true, undefined]);
    source.revoke('ann');
    source.clear();
    expect([ring.isRequired, isRefused(show('x'))]).toEqual([true, true]);
  });
});

it('[KEY-USED] each use is told, and none that was refused', () => {
  const { source, clock, opens } = world();
  const [ann, ben] = [source.add('ann'), source.add('ben', { expires: 2_000 })];
  for (const key of [ann, ben, ann, 'slc_wrong']) opens(key);
  clock.now = 2_000;
  opens(ben);
  source.revoke('ann');
  opens(ann);
  expect(source.uses).toEqual(['ann', 'ben', 'ann']);
});
