import { describe, expect, it } from 'vitest';
import { perPrincipal, secretOf } from '../../../src/upstreams/credentials-principal.ts';

const HASH = '#0123456789ab';

describe('[CRED-NAMED] the secret of', () => {
  it('a key is found by its name, in a project behind that of the project', () => {
    const secrets = { ann: 'A', 'acme/ann': 'B', 'ann@example.com': 'C' };
    expect(secretOf(secrets, `ann${HASH}`)).toBe('A');
    expect(secretOf(secrets, `acme/ann${HASH}`)).toBe('B');
    expect(secretOf(secrets, `other/ann${HASH}`)).toBeUndefined();
    expect(secretOf(secrets, `ann@example.com${HASH}`)).toBe('C');
  });

  it('whoever shows a token is found by the whole principal, and by no name that looks like it', () => {
    const subject = 'ann@https%3A%2F%2Flogin.example.com';
    expect(secretOf({ [subject]: 'A' }, subject)).toBe('A');
    expect(secretOf({ [subject]: 'A' }, `${subject}${HASH}`)).toBeUndefined();
    expect(secretOf({ [`acme/${subject}`]: 'A' }, subject)).toBeUndefined();
    expect(secretOf({ ann: 'A' }, subject)).toBeUndefined();
    // A subject is encoded, so it cannot hold what ends the name of a key.
    expect(secretOf({ ann: 'A' }, `ann%230123456789ab@https%3A%2F%2Flogin.example.com`)).toBeUndefined();
  });

  it('a key with a name that could mean something else is found by its hash alone', () => {
    for (const name of ['a/b/c', 'a b/c', 'x#y', '100%', '../ann', '/ann']) {
      expect(secretOf({ [name]: 'A' }, `${name}${HASH}`), name).toBeUndefined();
      expect(secretOf({ [`${name}${HASH}`]: 'A' }, `${name}${HASH}`), name).toBe('A');
    }
    expect(secretOf({ ann: 'A' }, `x/y/ann${HASH}`)).toBeUndefined();
  });

  it('a key without a name of its own is nobody else’s, nor is that of what every object has', () => {
    expect(secretOf({ key: 'A' }, `key${HASH}`)).toBeUndefined();
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      expect(secretOf({}, name)).toBeUndefined();
      expect(secretOf({}, `${name}${HASH}`)).toBeUndefined();
    }
    expect(secretOf({ ann: 'A' }, '')).toBeUndefined();
    expect(secretOf({ ann: 'A' }, 'ann')).toBe('A');
    expect(secretOf({ ann: 'A' }, 'ann#short')).toBeUndefined();
  });

  it('nobody is an empty one, or one that no header can carry', () => {
    const { shownFor } = perPrincipal('far', { secrets: { ann: '', ben: 'B' } });
    expect(() => shownFor({ principal: `ann${HASH}` })).toThrow('no credentials of this caller');
    expect(shownFor({ principal: `ben${HASH}` })).toBe('Bearer B');
    expect(() => perPrincipal('far', { secrets: { ann: 'planted\nx' } })).toThrow(
      /^The secret of "ann" for the server "far" cannot be sent(?!.*planted)/,
    );
    const plain = perPrincipal('far', { secrets: { ann: 'A' }, header: 'X-Token' });
    expect([plain.header, plain.shownFor({ principal: `ann${HASH}` })]).toEqual(['x-token', 'A']);
    const basic = perPrincipal('far', { secrets: { ann: 'A' }, scheme: 'Basic' });
    expect(basic.shownFor({ principal: `ann${HASH}` })).toBe('Basic A');
  });
});
