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
    /** Checks the suite has, all of which must pass; the other suite's exit code says it. */
    checks: 40,
  },
  next: {
    title: '0.2.0-alpha.12, 2025-11-25',
    entry: 'node_modules/conformance-next/dist/index.js',
    args: ['--requirements', '2025-11-25'],
    checks: undefined,
  },
} as const;

export type SuiteName = keyof typeof SUITES;

/** A whole run takes some 2 s directly; past this it is stopped. In ms. */
const MOST_MS = 240_000;

export interface SuiteRun {
  readonly scores: Scores;
  /** Null when the run was stopped because it took too long. */
  readonly exitCode: number | null;
  readonly seconds: number;
  /** One line for each check that failed. */
  readonly failures: readonly string[];
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

/** The suite leaves `server-<scenario>-<time>/checks.json` for each scenario. */
async function failuresIn(results: string): Promise<string[]> {
  const failures: string[] = [];
  for (const folder of (await readdir(results)).sort()) {
    const checks = JSON.parse(await readFile(join(results, folder, 'checks.json'), 'utf8')) as Check[];
    const scenario = folder.replace(/^server-/, '').replace(/-\d{4}-.*$/, '');
    for (const check of checks.filter((each) => each.status === 'FAILURE')) {
      failures.push(`${scenario}: ${check.id}: ${check.errorMessage ?? check.description}`);
    }
  }
  return failures;
}
