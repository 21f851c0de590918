/**
 * Runs the conformance suites against the fixture server, directly and through the gateway:
 * `npm run conformance [-- --direct] [--suite legacy|next]`.
 *
 * Ends with 1 when a suite is not passed, or when the gateway passes less than the server without it;
 * with 2 when the options are wrong.
 */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startDirect } from '../test/conformance/direct.ts';
import { FIXTURE_CONFIG, startGateway } from '../test/conformance/gateway.ts';
import { runSuite, SUITES, type SuiteName, type SuiteRun } from '../test/conformance/suites.ts';
import { total } from '../test/conformance/summary.ts';
import { table } from '../test/conformance/table.ts';
import type { Target } from '../test/conformance/target.ts';
import { faultsOf, lossesOf } from '../test/conformance/verdict.ts';

type Start = (home: string) => Promise<Target>;

const STARTS: ReadonlyMap<string, Start> = new Map([
  ['direct', startDirect],
  ['gateway', (home) => startGateway(FIXTURE_CONFIG, home)],
]);

const HEADINGS = ['suite', 'target', 'passed/total', 'unscored', 'exit', 'time'];

// Leaving by `exit` takes the children along.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

const { suites, targets } = readOptions();
const home = await mkdtemp(join(tmpdir(), 'conformance-'));
process.once('exit', () => rmSync(home, { recursive: true, force: true }));
process.exitCode = await conformance();

async function conformance(): Promise<number> {
  const rows: string[][] = [HEADINGS];
  const complaints: string[] = [];
  for (const suite of suites) {
    const runs = new Map<string, SuiteRun>();
    for (const target of targets) {
      const run = await runAgainst(suite, target, complaints);
      if (run === undefined) continue;
      runs.set(target, run);
      rows.push(rowOf(suite, target, run));
      complaints.push(...faultsOf(suite, target, run), ...run.failures.map((line) => `  ${target}: ${line}`));
    }
    complaints.push(...comparison(suite, runs));
  }
  console.log(table(rows));
  for (const complaint of complaints) console.error(complaint);
  return complaints.length === 0 ? 0 : 1;
}

/** One run; undefined, with a complaint, when the target does not start. */
async function runAgainst(
  suite: SuiteName,
  name: string,
  complaints: string[],
): Promise<SuiteRun | undefined> {
  let target: Target | undefined;
  try {
    target = await STARTS.get(name)?.(home);
    return target && (await runSuite(suite, target.url, home));
  } catch (error) {
    complaints.push(`${SUITES[suite].title}, ${name}: ${error instanceof Error ? error.message : error}`);
    return undefined;
  } finally {
    await target?.close();
  }
}

function comparison(suite: SuiteName, runs: ReadonlyMap<string, SuiteRun>): string[] {
  const [direct, gateway] = [runs.get('direct'), runs.get('gateway')];
  return direct === undefined || gateway === undefined ? [] : lossesOf(suite, direct, gateway);
}

function rowOf(suite: SuiteName, target: string, run: SuiteRun): string[] {
  const [scored, unscored] = [total(run.scores, true), total(run.scores, false)];
  return [
    SUITES[suite].title,
    target,
    `${scored.passed}/${scored.total}`,
    unscored.total === 0 ? '-' : `${unscored.passed}/${unscored.total}`,
    run.exitCode === null ? 'stopped' : String(run.exitCode),
    `${run.seconds.toFixed(1)} s`,
  ];
}

function readOptions(): { suites: SuiteName[]; targets: string[] } {
  try {
    const { values } = parseArgs({ options: { direct: { type: 'boolean' }, suite: { type: 'string' } } });
    const names = Object.keys(SUITES) as SuiteName[];
    const suites = names.filter((name) => values.suite === undefined || values.suite === name);
    if (suites.length === 0) throw new Error(`There is no suite ${values.suite}: say ${names.join(' or ')}.`);
    return { suites, targets: values.direct ? ['direct'] : [...STARTS.keys()] };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}
