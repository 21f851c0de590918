/**
 * The conformance suites, and one run of one of them.
 */
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, startNode, stop } from './child.ts';
import { readSummary, type Scores } from './summary.ts';

export const SUITES = {
  legacy: {
    title: '0.1.16 active',
    entry: 'node_modules/conformance-legacy/dist/index.js',
    args: ['--suite', 'active'],
    era: 'legacy',
    /** Checks the suite has, all of which must pass; the other suites' exit code says it. */
    checks: 40,
  },
  next: {
    title: '2025-11-25',
    entry: 'node_modules/conformance-next/dist/index.js',
    args: ['--requirements', '2025-11-25'],
    era: 'legacy',
    checks: undefined,
  },
  modern: {
    title: '2026-07-28',
    entry: 'node_modules/conformance-next/dist/index.js',
    args: ['--requirements', '2026-07-28'],
    era: 'modern',
    checks: undefined,
  },
} as const;

export type SuiteName = keyof typeof SUITES;

/** A whole run takes some 3 s directly, and a minute through a chain; past this it is stopped. In ms. */
const MOST_MS = 240_000;

export interface SuiteRun {
  readonly scores: Scores;
  /** Null when the run was stopped because it took too long. */
  readonly exitCode: number | null;
  readonly seconds: number;
  readonly failures: readonly Failure[];
}

/** A check that failed. */
export interface Failure {
  readonly scenario: string;
  readonly check: string;
  readonly message: string;
}

/** Runs a suite against `url`. `home` is the HOME it gets, and where its results are kept. */
export async function runSuite(name: SuiteName, url: string, home: string): Promise<SuiteRun> {
  const { entry, args } = SUITES[name];
  const results = await mkdtemp(join(home, `${name}-`));
  const started = performance.now();
  const child = startNode([join(ROOT, entry), 'server', '--url', url, ...args, '-o', results], home, results);
  const limit = setTimeout(() => void stop(child), MOST_MS);
  try {
    const exitCode = await child.ended;
    const seconds = (performance.now() - started) / 1000;
    return { scores: readSummary(child.stdout()), exitCode, seconds, failures: await failuresIn(results) };
  } finally {
    clearTimeout(limit);
  }
}

interface Check {
  readonly id: string;
  readonly status: string;
  readonly description: string;
  readonly errorMessage?: string;
}

/** A scenario that was cut short leaves none, which is a failure. */
async function checksIn(file: string): Promise<Check[]> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Check[];
  } catch {
    return [{ id: 'none', status: 'FAILURE', description: 'The scenario came to no end.' }];
  }
}

/** The suite leaves `server-<scenario>-<time>/checks.json` for each scenario. */
async function failuresIn(results: string): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (const folder of (await readdir(results)).sort()) {
    const checks = await checksIn(join(results, folder, 'checks.json'));
    const scenario = folder.replace(/^server-/, '').replace(/-\d{4}-\d{2}-\d{2}T.*$/, '');
    for (const { id, description, errorMessage } of checks.filter(({ status }) => status === 'FAILURE')) {
      failures.push({ scenario, check: id, message: errorMessage ?? description });
    }
  }
  return failures;
}
