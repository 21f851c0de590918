/**
 * `npm run chaos`: breaks what the nodes of a cluster stand on, at full length, while clients of all kinds call, and looks
 * what these were told. Words after `npm run chaos --` name what is to break (each a file of `test/chaos`); without any,
 * all of it, one after the other. `npm test` runs the same in a short form.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureRedis } from './redis.ts';

const FOLDER = 'test/chaos';
const ENDING = '.test.ts';

process.exitCode = main(process.argv.slice(2));

function main(names: readonly string[]): number {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(ENDING));
  const known = files.map((file) => file.slice(0, -ENDING.length));
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`Nothing breaks by that name: ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
    return 2;
  }
  if (!ensureRedis()) return 2;
  if (spawnSync(process.execPath, ['scripts/build.ts'], { stdio: 'inherit' }).status !== 0) return 1;
  const chosen = known.filter((name) => names.length === 0 || names.includes(name));
  // Each has the machine for itself: what is measured is not to depend on the others.
  const broken = chosen.filter((name) => !holds(name));
  console.log(broken.length === 0 ? '\nall of it holds' : `\nbroken: ${broken.join(', ')}`);
  return broken.length === 0 ? 0 : 1;
}

function holds(name: string): boolean {
  const vitest = join('node_modules', '.bin', 'vitest');
  const { status } = spawnSync(vitest, ['run', join(FOLDER, `${name}${ENDING}`)], {
    stdio: 'inherit',
    env: { ...process.env, CHAOS: 'full' },
  });
  return status === 0;
}
