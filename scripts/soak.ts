/**
 * `npm run soak`: what many sessions, slow readers and much coming and going cost, at full size; fails when a bound is
 * broken. Words after `npm run soak --` name the phases to run (idle, slow, churn); without any, all run.
 */
import { spawnSync } from 'node:child_process';
import { churn } from '../test/soak/churn.ts';
import type { Figure } from '../test/soak/facts.ts';
import { idle } from '../test/soak/idle.ts';
import { slow } from '../test/soak/slow.ts';

const PHASES: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  idle: () => idle(10_000),
  slow: () => slow(2_000),
  churn: () => churn(50_000, 5_000),
};

/** Ten thousand sockets on each side, and some. */
const FILES = 12_000;

process.exitCode = await main(process.argv.slice(2));

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !(name in PHASES));
  if (unknown.length > 0) {
    console.error(`No such phase: ${unknown.join(', ')}. There are: ${Object.keys(PHASES).join(', ')}.`);
    return 2;
  }
  // Node raises the soft limit to the hard one by itself.
  const most = Number(spawnSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).stdout);
  if (most < FILES) {
    console.error(`A process may have ${most} files open here, and ${FILES} are needed: ulimit -Hn ${FILES}`);
    return 2;
  }
  const { status } = spawnSync(process.execPath, ['scripts/build.ts'], { stdio: 'inherit' });
  if (status !== 0) return 1;
  let broken = 0;
  for (const [name, run] of Object.entries(PHASES)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const begun = performance.now();
    const figures = await run();
    console.log(`\n— ${name} (${((performance.now() - begun) / 1_000).toFixed(0)} s)`);
    for (const { text, isGood } of figures) console.log(`${isGood ? '  ' : '! '}${text}`);
    broken += figures.filter(({ isGood }) => !isGood).length;
  }
  console.log(broken === 0 ? '\nevery bound holds' : `\n${broken} bounds broken`);
  return broken === 0 ? 0 : 1;
}
