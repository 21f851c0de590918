/**
 * Takes out one defence after the other and sees its tests fail: `npm run attacks [-- part of a name]`.
 *
 * Works on a copy of the project. Ends with 1 when a test passes without its defence, or fails with it.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Removal } from '../test/attacks/attack.ts';
import { ATTACKS } from '../test/attacks/attacks.ts';

/** What tests read. */
const COPIED = [
  'src',
  'test',
  'examples',
  'scripts',
  'schema',
  'docs',
  'scripts',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
  '.oxlintrc.json',
  'dist',
];

process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

const home = mkdtempSync(join(tmpdir(), 'attacks-'));
process.once('exit', () => rmSync(home, { recursive: true, force: true }));
for (const name of COPIED) cpSync(name, join(home, name), { recursive: true });
symlinkSync(resolve('node_modules'), join(home, 'node_modules'));
process.exitCode = main(process.argv[2] ?? '');

function main(part: string): number {
  const chosen = ATTACKS.filter(({ name }) => name.includes(part));
  const removals = chosen.flatMap(({ name, removals }) => removals.map((removal) => ({ name, removal })));
  const untrue = removals.filter(({ name, removal }) => !isSeen(name, removal));
  console.log(
    `\n${removals.length - untrue.length} of ${removals.length} defences: their tests fail without them, and pass with them.`,
  );
  return untrue.length > 0 || removals.length === 0 ? 1 : 0;
}

function isSeen(name: string, removal: Removal): boolean {
  const path = join(home, removal.file);
  const whole = readFileSync(path, 'utf8');
  const passesWith = passes(removal);
  writeFileSync(
    path,
    whole.replace(removal.find, () => removal.replace),
  );
  const passesWithout = passes(removal);
  writeFileSync(path, whole);
  const isTrue = passesWith && !passesWithout;
  const verdict = isTrue ? 'seen' : passesWith ? 'NOT NOTICED' : 'FAILS ANYWAY';
  console.log(`${verdict}  ${name}: ${removal.file} ${JSON.stringify(removal.find)} → ${removal.title}`);
  return isTrue;
}

function passes({ test, title }: Removal): boolean {
  const args = ['run', test, '-t', title, '--reporter=dot'];
  const { status } = spawnSync(join(home, 'node_modules/.bin/vitest'), args, {
    cwd: home,
    timeout: 120_000,
    stdio: 'ignore',
  });
  return status === 0;
}
