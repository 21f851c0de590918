import { describe, expect, it } from 'vitest';
import {
  type Authenticator,
  eitherOf,
  isRefused,
  NO_PROOF,
  openDoor,
  type Proof,
  within,
} from '../../../src/access/principal.ts';
import type { RequestHead } from '../../../src/engine/ports.ts';

const HEAD: RequestHead = { method: 'GET', path: '/', query: '', header: () => undefined };
const AT = { prefix: '', leg: 'mcp' };

function door(name: string, proof: Proof | Promise<Proof>, isRequired = true): Authenticator {
  return {
    isRequired,
    authenticate: () => proof,
    recall: (principal) => (principal === name ? { principal } : undefined),
    challenge: () => `of ${name}`,
  };
}

const refused = { isRefused: true, error: 'invalid_token' } as const;

describe('[GUARD-DOORS] several doors side by side', () => {
  it.each([
    ['at once', [door('a', NO_PROOF), door('b', { principal: 'b' })]],
    ['later', [door('a', Promise.resolve(NO_PROOF)), door('b', Promise.resolve({ principal: 'b' }))]],
    ['later, then at once', [door('a', Promise.resolve(refused)), door('b', { principal: 'b' })]],
  ] as const)('let in whom one of them lets in, %s', async (_, doors) => {
    expect(await eitherOf(doors).authenticate(HEAD, AT)).toEqual({ principal: 'b' });
  });

  it('do not spend a turn where all can tell at once', () => {
    expect(
      eitherOf([door('a', NO_PROOF), door('b', { principal: 'b' })]).authenticate(HEAD, AT),
    ).not.toBeInstanceOf(Promise);
  });

  it.each([
    ['the first', [door('a', refused), door('b', NO_PROOF)]],
    ['the last', [door('a', NO_PROOF), door('b', Promise.resolve(refused))]],
  ] as const)('tell the refusal of who knew most, in the words of the last: %s', async (_, doors) => {
    const both = eitherOf(doors);
    const proof = await both.authenticate(HEAD, AT);
    expect(isRefused(proof) && [proof.error, both.challenge(HEAD, AT, proof)]).toEqual([
      'invalid_token',
      'of b',
    ]);
  });

  it('know whom one of them knows, and ask for a proof where all do', () => {
    const both = eitherOf([door('a', NO_PROOF), door('b', NO_PROOF)]);
    expect(['a', 'b', 'c'].map((name) => both.recall(name)?.toString())).toEqual([
      '[object Object]',
      '[object Object]',
      undefined,
    ]);
    expect([both.isRequired, eitherOf([door('a', NO_PROOF), openDoor]).isRequired]).toEqual([true, false]);
  });
});

describe('[GUARD-DOORS] a door within a project', () => {
  const caller = { principal: 'ann', until: 7 };

  it.each([caller, Promise.resolve(caller)])(
    'lets the same in as somebody else, with all that came with the proof',
    async (proof) => {
      const inside = within('acme', door('ann', proof));
      expect(await inside.authenticate(HEAD, AT)).toEqual({ principal: 'acme/ann', until: 7 });
      expect(inside.recall('acme/ann')).toEqual({ principal: 'acme/ann' });
      expect([inside.recall('ann'), inside.recall('beta/ann'), inside.recall('acme/ben')]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    },
  );

  it('is one caller for one proof', () => {
    const inside = within('acme', door('ann', caller));
    expect(inside.authenticate(HEAD, AT)).toBe(inside.authenticate(HEAD, AT));
  });
});
