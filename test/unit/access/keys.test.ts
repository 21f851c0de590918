import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KeyRing } from '../../../src/access/keys.ts';
import { isRefused, openDoor } from '../../../src/access/principal.ts';
import type { RequestHead } from '../../../src/engine/ports.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const ports = { sha256, now: () => 1_700_000_000_000 };

function head(headers: Record<string, string>): RequestHead {
  return { method: 'GET', path: '/', query: 'api_key=slc_right', header: (name) => headers[name] };
}

/** The principal that a ring finds. */
function principalIn(ring: KeyRing, headers: Record<string, string>): string | undefined {
  const proof = ring.authenticate(head(headers));
  return isRefused(proof) ? undefined : proof.principal;
}

const ring = new KeyRing(
  [
    { name: 'ann', sha256: sha256('slc_right') },
    { name: 'ben', sha256: sha256('slc_other') },
  ],
  ports,
);

describe('a key', () => {
  it('is taken from either header, and tells whose it is', () => {
    const [ann, ben] = [`ann#${sha256('slc_right').slice(0, 12)}`, `ben#${sha256('slc_other').slice(0, 12)}`];
    expect(principalIn(ring, { authorization: 'Bearer slc_right' })).toBe(ann);
    expect(principalIn(ring, { authorization: 'bearer   slc_other' })).toBe(ben);
    expect(principalIn(ring, { 'x-api-key': 'slc_right' })).toBe(ann);
    expect(principalIn(ring, { authorization: 'Basic eDp5', 'x-api-key': 'slc_right' })).toBe(ann);
  });

  it('[SEC-KEY-IDENTITY] is who it is, whatever it is called: a name that passes to another key takes nothing along', () => {
    const moved = new KeyRing([{ name: 'ann', sha256: sha256('slc_other') }], ports);
    const before = principalIn(ring, { 'x-api-key': 'slc_right' });
    expect(principalIn(moved, { 'x-api-key': 'slc_other' })).not.toBe(before);
    expect(principalIn(moved, { 'x-api-key': 'slc_right' })).toBeUndefined();
    expect([ring, moved].map((each) => each.recall(before ?? '')?.principal)).toEqual([before, undefined]);
  });

  it('[SEC-KEY-IDENTITY] without a name of its own stays who it is when the list is cut', () => {
    const other = { sha256: sha256('slc_other') };
    const [second, first] = ['key2', 'key1'].map((name) => new KeyRing([{ name, ...other }], ports));
    const asked = head({ 'x-api-key': 'slc_other' });
    expect(second?.authenticate(asked)).toEqual(first?.authenticate(asked));
  });

  it.each([
    {},
    { authorization: '' },
    { authorization: 'Bearer' },
    { authorization: 'Bearer ' },
    { authorization: 'slc_right' },
    { authorization: 'Basic slc_right' },
    { authorization: 'Bearer slc_right, Bearer slc_other' },
    { authorization: 'Bearer slc_right slc_other' },
    { authorization: 'BearerX slc_right' },
    { authorization: 'Bearer slc_righ' },
    { authorization: 'Bearer slc_rightt' },
    { authorization: 'Bearer SLC_RIGHT' },
    { authorization: `Bearer ${sha256('slc_right')}` },
    { 'x-api-key': '' },
    { 'x-api-key': 'slc_right ' },
    { 'x-api-key': 'slc_right, slc_right' },
    { 'x-api-key': 'x'.repeat(513) },
    { authorization: 'Bearer wrong', 'x-api-key': 'slc_right' },
  ])('that is not quite right proves nothing: %j', (headers) => {
    expect(principalIn(ring, headers as Record<string, string>)).toBeUndefined();
  });

  it('that is too long is not even hashed', () => {
    let hashed = 0;
    const counting = new KeyRing([], {
      ...ports,
      sha256: (text) => {
        hashed++;
        return sha256(text);
      },
    });
    counting.authenticate(head({ 'x-api-key': 'x'.repeat(513) }));
    counting.authenticate(head({ 'x-api-key': 'x'.repeat(512) }));
    expect(hashed).toBe(1);
  });

  it('is asked for by a ring, even an empty one, and not by an open door', () => {
    expect([ring.isRequired, openDoor.isRequired]).toEqual([true, false]);
    expect(principalIn(new KeyRing([], ports), { 'x-api-key': 'x' })).toBeUndefined();
    expect(openDoor.authenticate()).toEqual({ principal: 'anybody' });
  });
});
