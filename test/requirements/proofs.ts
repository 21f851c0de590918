/** Finds what the tests prove: ids in square brackets at the beginning of a title. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { allCells } from '../matrix/cells.ts';
import { featureOf, NO_COMPLAINT } from '../matrix/features.ts';
import { ERA_ROWS } from '../matrix/eras/cells.ts';
import { KIND_ROWS } from '../matrix/kinds.ts';

export interface Proof {
  readonly id: string;
  /** The file, relative to the folder of the tests. */
  readonly file: string;
}

const TESTS = fileURLToPath(new URL('..', import.meta.url));
/** A text that begins with ids: `'[SSE-FLUSH] [SSE-HEADERS] the head comes at once'`. */
const TITLE = /['"`]((?:\[[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+\] ?)+)/g;

export function testFiles(): string[] {
  return readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') || /^contract.*\.ts$/.test(file))
    .map((file) => join(TESTS, file))
    .toSorted();
}

/** All proofs: those written in titles, and those that the matrix makes from its data. */
export function proofs(): Proof[] {
  return [...testFiles().flatMap(written), ...generated()];
}

function written(path: string): Proof[] {
  const file = relative(TESTS, path);
  return [...readFileSync(path, 'utf8').matchAll(TITLE)].flatMap(([, ids = '']) =>
    [...ids.matchAll(/\[([^\]]+)\]/g)].map(([, id = '']) => ({ id, file })),
  );
}

function generated(): Proof[] {
  const file = 'matrix/matrix.test.ts';
  const cells = allCells().filter(({ run }) => run);
  const features = cells.map(({ feature }) => featureOf(feature).id);
  const legacy = [...features, NO_COMPLAINT.id, ...KIND_ROWS.map(({ id }) => id)];
  const eras = ERA_ROWS.map(({ id }) => ({ id, file: 'matrix/eras.test.ts' }));
  return [...legacy.map((id) => ({ id, file })), ...eras];
}

/** Tests that are left out, by hand or by a condition, with their place. */
export function leftOut(): string[] {
  return testFiles().flatMap((path) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        /\b(?:it|test|describe|suite)\b[\w.]*\.(?:skip|skipIf|runIf|todo|only|fails)\b/.test(line)
          ? [`${relative(TESTS, path)}:${index + 1}`]
          : [],
      ),
  );
}
