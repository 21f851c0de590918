/** The threat model is whole: every attack is known, described, proven, and its defences stand where they are said to. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ATTACKS } from '../attacks/attacks.ts';
import { proofs } from './proofs.ts';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const read = (path: string) => readFileSync(at(path), 'utf8');

describe('[HOUSE-ATTACKS] the threat model', () => {
  const text = read('SECURITY.md');
  const described = [...text.matchAll(/^### (.+)$/gm)].map(([, name]) => name);

  it('describes every attack that is tried, and no other', () => {
    expect(described.toSorted()).toEqual(ATTACKS.map(({ name }) => name).toSorted());
  });

  it.each(ATTACKS)('tells the proofs of: $name', ({ name, proofs: ids }) => {
    const section = text.split(`### ${name}\n`)[1]?.split(/^##/m)[0] ?? '';
    const told = [...section.matchAll(/`([A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+)`/g)].map(([, id]) => id);
    expect(told.toSorted()).toEqual(ids.toSorted());
  });

  it('has a proof for every one', () => {
    const proven = new Set(proofs().map(({ id }) => id));
    const without = ATTACKS.filter(({ proofs: ids, removals }) => ids.length === 0 || removals.length === 0);
    expect(without.map(({ name }) => name)).toEqual([]);
    expect(ATTACKS.flatMap(({ proofs: ids }) => ids.filter((id) => !proven.has(id)))).toEqual([]);
  });

  it('knows where each defence stands, and which test misses it', () => {
    const all = ATTACKS.flatMap(({ removals }) => removals);
    const astray = all.filter(({ file, find }) => read(file).split(find).length !== 2);
    expect(astray.map(({ file, find }) => `${file}: ${find}`)).toEqual([]);
    const untitled = all.filter(({ test, title }) => !read(test).includes(title));
    expect(untitled.map(({ test, title }) => `${test}: ${title}`)).toEqual([]);
  });
});
