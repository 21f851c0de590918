import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SLUICE_VERSION } from '../../../src/protocol/version.ts';

it('[HOUSE-VERSION] the version told to peers is that of the package', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(SLUICE_VERSION).toBe(version);
});
