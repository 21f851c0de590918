/**
 * `npm run cluster-features`: the tables and scenarios of one gateway, where each is three nodes that share a Redis behind a balancer
 * without affinity. Words after `npm run cluster-features --` are parts of the names of files to run; without any, all run.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ONE_GATEWAY, reasonOf } from '../test/support/one-gateway.ts';
import { ensureRedis } from './redis.ts';

const NODES = process.env['CLUSTER'] ?? '3';
/** What asks for a gateway that may be several. */
const ASKS = /startTestGateway|startDialects|support\/gateway\.ts|support\/configured\.ts/;
const SPECIAL = /[.*+?^${}()|[\]\\]/g;

interface Told {
  readonly status: string;
  readonly fullName: string;
}

interface Outcome {
  readonly passed: number;
  readonly failed: readonly string[];
  /** Lines of the tables that say how many cells there are. */
  readonly cells: readonly string[];
}

process.exitCode = main(process.argv.slice(2));

function main(words: readonly string[]): number {
  if (!ensureRedis()) return 1;
  const all = globSync(['test/matrix/*.test.ts', 'test/scenarios/**/*.test.ts']).sort();
  const files = all.filter((file) => ASKS.test(readFileSync(file, 'utf8')));
  const chosen = files.filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
  if (chosen.length === 0) {
    console.error('No such file.');
    return 2;
  }
  const results = mkdtempSync(join(tmpdir(), 'sluice-features-'));
  let passed = 0;
  const failed: string[] = [];
  const cells: string[] = [];
  try {
    for (const file of chosen) {
      const outcome = run(file, results);
      console.log(`${file}: ${outcome.passed} passed, ${outcome.failed.length} failed`);
      passed += outcome.passed;
      failed.push(...outcome.failed.map((name) => `${file}: ${name}`));
      cells.push(...outcome.cells.map((line) => `${file}: ${line}`));
    }
  } finally {
    rmSync(results, { recursive: true, force: true });
  }
  tellLeftOut(chosen);
  for (const line of [...cells, ...failed.map((name) => `failed: ${name}`)]) console.log(line);
  console.log(`\n${NODES} nodes: ${passed} passed, ${failed.length} failed`);
  return failed.length > 0 ? 1 : 0;
}

/** One file after the other: each has a Redis, nodes and servers enough. */
function run(file: string, results: string): Outcome {
  const out = join(results, 'one.json');
  rmSync(out, { force: true });
  const left = ONE_GATEWAY[file] ?? [];
  const but = left.map(([title]) => title.replace(SPECIAL, String.raw`\$&`)).join('|');
  const names = left.length > 0 ? ['-t', `^(?!.*(?:${but}))`] : [];
  const args = ['run', file, '--hookTimeout', '600000', '--testTimeout', '120000', ...names];
  const said = spawnSync(
    join('node_modules', '.bin', 'vitest'),
    [...args, '--reporter=default', '--reporter=json', `--outputFile.json=${out}`],
    { encoding: 'utf8', env: { ...process.env, CLUSTER: NODES }, maxBuffer: 1 << 28 },
  );
  const told = existsSync(out) ? testsOf(out) : [];
  const isLeftOut = ({ fullName }: Told) => left.some(([title]) => fullName.includes(title));
  const failed = told.filter((test) => test.status !== 'passed' && !isLeftOut(test));
  const gone = left.filter(([title]) => !told.some(({ fullName }) => fullName.includes(title)));
  const faults = [
    ...failed.map(({ fullName }) => fullName),
    ...gone.map(([title]) => `there is no test ${title} any more`),
  ];
  if (faults.length === 0 && said.status !== 0)
    faults.push(`the run of it failed:\n${said.stderr.slice(-2_000)}`);
  if (faults.length > 0) console.log(said.stdout.slice(-8_000));
  const cells = said.stdout
    .split('\n')
    .filter((line) => /^In all: |\d+ of \d+ (?:answers|calls|cells) /.test(line));
  return { passed: told.filter(({ status }) => status === 'passed').length, failed: faults, cells };
}

function testsOf(file: string): Told[] {
  const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as {
    testResults: { assertionResults: Told[] }[];
  };
  return testResults.flatMap(({ assertionResults }) => assertionResults);
}

function tellLeftOut(files: readonly string[]): void {
  console.log('\nWhat holds for one gateway only, and why:');
  for (const file of files)
    for (const [title, why] of ONE_GATEWAY[file] ?? []) console.log(`  ${file} ${title}: ${reasonOf(why)}`);
}
