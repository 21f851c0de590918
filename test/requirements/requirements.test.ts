/** The table of requirements is whole: every row has a proof, every proof a row, no row twice. */
import { describe, expect, it } from 'vitest';
import { leftOut, proofs } from './proofs.ts';
import { REQUIREMENTS } from './requirements.ts';

const all = proofs();
const ids = REQUIREMENTS.map(({ id }) => id);

describe('the requirements', () => {
  it('[HOUSE-PROOFS] are told apart by their ids, and each is one sentence', () => {
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(ids.filter((id) => !/^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$/.test(id))).toEqual([]);
    expect(REQUIREMENTS.filter(({ text }) => !/^\S.*\.$/.test(text)).map(({ id }) => id)).toEqual([]);
    expect(REQUIREMENTS.filter(({ source }) => source === '').map(({ id }) => id)).toEqual([]);
  });

  it('[HOUSE-PROOFS] each have a proof', () => {
    const proven = new Set(all.map(({ id }) => id));
    const open = ids.filter((id) => !proven.has(id));
    process.stdout.write(`${ids.length - open.length} of ${ids.length} requirements have a proof.\n`);
    expect(open).toEqual([]);
  });

  it('[HOUSE-PROOFS] are all that tests claim to prove', () => {
    const known = new Set(ids);
    expect(all.filter(({ id }) => !known.has(id))).toEqual([]);
  });

  it('[HOUSE-PROOFS] are proven by tests that run', () => {
    expect(leftOut()).toEqual([]);
  });
});
