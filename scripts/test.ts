/**
 * The one test command: every stage in turn, quick ones first, nothing skipped; ends with `N passed, N failed`.
 *
 * Words after `npm test --` name the stages to run (`npm test -- lint unit`); without any, all run.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ensureChromium } from './chromium.ts';
import { ensurePrometheus } from './prometheus.ts';
import { ensureRedis } from './redis.ts';

interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

interface Stage {
  readonly name: string;
  readonly run: () => Outcome;
}

/** Files that are named after a stage as its slowest. */
const SLOWEST = 8;

/** Of what a failed test says, in characters: enough for its error and where it was thrown. */
const TOLD_OF_FAILURE = 1_500;

const results = mkdtempSync(join(tmpdir(), 'sluice-test-'));

/** What failed, to be told once more at the end: a long run's output is often cut to its last lines. */
const failures: string[] = [];

const STAGES: readonly Stage[] = [
  { name: 'format', run: () => command('biome', ['format', '.']) },
  { name: 'lint', run: () => command('oxlint', ['--type-aware', '--format=unix']) },
  { name: 'build', run: () => command(process.execPath, ['scripts/build.ts']) },
  // Code and dependencies that nobody uses, and whether the package can be used as it is published.
  { name: 'hygiene', run: () => both(command('knip', []), command('publint', ['--strict'])) },
  // After the build, because the examples are checked against what is published.
  { name: 'types', run: () => command('tsc', ['-p', 'tsconfig.json', '--noEmit']) },
  { name: 'requirements', run: () => vitest(['test/requirements']) },
  { name: 'unit', run: () => withRedis(['test/unit', 'test/fixtures', 'test/conformance']) },
  { name: 'scenarios', run: () => withPrometheus(['test/scenarios', 'test/examples']) },
  { name: 'matrix', run: () => withRedis(['test/matrix']) },
  { name: 'chaos', run: () => withRedis(['test/chaos']) },
  { name: 'e2e', run: () => withRedis(['test/e2e']) },
  { name: 'browser', run: () => withChromium(['test/browser']) },
  // What was built, in a browser, as an operator has it.
  { name: 'console', run: () => withChromium(['test/console']) },
  { name: 'conformance', run: () => command(process.execPath, ['scripts/conformance.ts', '--short']) },
];

process.exitCode = main(process.argv.slice(2));

function main(names: readonly string[]): number {
  const unknown = names.filter((name) => !STAGES.some((stage) => stage.name === name));
  if (unknown.length > 0) {
    console.error(
      `No such stage: ${unknown.join(', ')}. There are: ${STAGES.map(({ name }) => name).join(', ')}.`,
    );
    return 2;
  }
  try {
    const chosen = STAGES.filter(({ name }) => names.length === 0 || names.includes(name));
    const outcomes = chosen.map(runStage);
    const passed = sum(outcomes, 'passed');
    const failed = sum(outcomes, 'failed');
    tellFailures();
    console.log(`\n${passed} passed, ${failed} failed`);
    return failed > 0 || passed === 0 ? 1 : 0;
  } finally {
    rmSync(results, { recursive: true, force: true });
  }
}

function runStage({ name, run }: Stage): Outcome {
  const startedAt = Date.now();
  console.log(`\n— ${name}`);
  const outcome = run();
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  console.log(`— ${name}: ${outcome.passed} passed, ${outcome.failed} failed (${seconds} s)`);
  return outcome;
}

/** A tool that passes or fails as a whole. */
function command(tool: string, args: readonly string[]): Outcome {
  const local = join('node_modules', '.bin', tool);
  const { status, error } = spawnSync(existsSync(local) ? local : tool, args, { stdio: 'inherit' });
  if (error) console.error(error.message);
  if (status === 0) return { passed: 1, failed: 0 };
  failures.push([tool, ...args].join(' '));
  return { passed: 0, failed: 1 };
}

function both(first: Outcome, second: Outcome): Outcome {
  return { passed: first.passed + second.passed, failed: first.failed + second.failed };
}

/** Test files of which some start a Redis of their own. */
function withRedis(folders: readonly string[]): Outcome {
  return ensureRedis() ? vitest(folders) : { passed: 0, failed: 1 };
}

/** The same of which some start a Prometheus, too. */
function withPrometheus(folders: readonly string[]): Outcome {
  return ensurePrometheus() ? withRedis(folders) : { passed: 0, failed: 1 };
}

/** Test files that start a Chromium of their own. */
function withChromium(folders: readonly string[]): Outcome {
  return ensureChromium() ? vitest(folders) : { passed: 0, failed: 1 };
}

/** Test files, counted one by one. What was skipped counts as failed: nothing may be. */
function vitest(folders: readonly string[]): Outcome {
  const present = folders.filter((folder) => existsSync(folder));
  const file = join(results, `${present.join('-').replaceAll('/', '.')}.json`);
  const args = ['run', ...present, '--reporter=dot', '--reporter=json', `--outputFile.json=${file}`];
  const { status } = spawnSync(join('node_modules', '.bin', 'vitest'), args, { stdio: 'inherit' });
  if (!existsSync(file)) {
    failures.push(`${present.join(' ')}: no report, exit ${status}`);
    return { passed: 0, failed: 1 };
  }
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  tellSlowest(report);
  const passed = report.numPassedTests ?? 0;
  const failed = (report.numFailedTests ?? 0) + (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0);
  // A run that broke outside a test (an unhandled rejection, a file that does not load) has failed, too.
  failures.push(...failuresOf(report));
  if (failed > 0 || status === 0) return { passed, failed };
  failures.push(`${present.join(' ')}: broke outside a test, exit ${status}`);
  return { passed, failed: 1 };
}

interface Report {
  readonly numPassedTests?: number;
  readonly numFailedTests?: number;
  readonly numPendingTests?: number;
  readonly numTodoTests?: number;
  readonly testResults?: readonly {
    readonly name: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly message?: string;
    readonly assertionResults?: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[] | null;
    }[];
  }[];
}

/** Each test that did not pass, and each file that could not be read, with what it said. */
function failuresOf({ testResults = [] }: Report): string[] {
  return testResults.flatMap(({ name, message = '', assertionResults = [] }) => {
    const file = relative('.', name);
    const broken = assertionResults.length === 0 && message !== '' ? [`${file}\n${message}`] : [];
    const failed = assertionResults.filter(({ status }) => status !== 'passed');
    const told = failed.map(
      ({ fullName, status, failureMessages }) =>
        `${file} > ${fullName} (${status})\n${(failureMessages ?? []).join('\n')}`,
    );
    return [...broken, ...told];
  });
}

function tellFailures(): void {
  for (const failure of failures) console.log(`\nFAILED: ${failure.slice(0, TOLD_OF_FAILURE)}`);
}

/** So that whoever finds the tests too slow knows where to look. */
function tellSlowest({ testResults = [] }: Report): void {
  const files = testResults.map(({ name, startTime, endTime }) => ({ name, ms: endTime - startTime }));
  const slowest = files.toSorted((a, b) => b.ms - a.ms).slice(0, SLOWEST);
  const told = slowest.map(({ name, ms }) => `${relative('.', name)} ${(ms / 1000).toFixed(1)} s`);
  console.log(`\nslowest: ${told.join(', ')}`);
}

function sum(outcomes: readonly Outcome[], key: keyof Outcome): number {
  return outcomes.reduce((total, outcome) => total + outcome[key], 0);
}
