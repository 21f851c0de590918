import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('[TORN-PLURAL] numbers choose their word: nothing counts `1 streams`', () => {
  const files = globSync('src/console/app/**/*.tsx');
  expect(files.length).toBeGreaterThan(50);
  const wrong = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\bcount\([^()]*\)\}\s+[a-z]+s\b/g)].map(
      ([found]) => `${file}: ${found}`,
    ),
  );
  expect(wrong).toEqual([]);
});
