/**
 * Runs the conformance suites against the fixture servers of both eras, directly and through the gateway:
 * `npm run conformance [-- --short] [--direct] [--suite legacy|next|modern] [--target <part of a name>]`.
 *
 * `--short` leaves out what differs only in how the gateway reaches a server, and the chains over HTTP+SSE, which
 * take a minute. Ends with 1 when something fails that is not listed in `test/conformance/expected.ts`, when something
 * passes that is, or when the gateway passes less than the server without it; with 2 when the options are wrong.
 */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EXPECTED, type Expected } from '../test/conformance/expected.ts';
import { runSuite, SUITES, type SuiteName, type SuiteRun } from '../test/conformance/suites.ts';
import { total } from '../test/conformance/summary.ts';
import { table } from '../test/conformance/table.ts';
import type { Target } from '../test/conformance/target.ts';
import { planOf, TARGET_NAMES, type TargetName } from '../test/conformance/targets.ts';
import { faultsOf, lossesOf } from '../test/conformance/verdict.ts';

/** Two targets at a time: much of a run is waiting for time-outs. */
const AT_ONCE = 2;
const HEADINGS = ['suite', 'target', 'passed/total', 'unscored', 'listed', 'exit', 'time'];

interface Done {
  readonly suite: SuiteName;
  readonly target: TargetName;
  readonly run: SuiteRun | Error;
}

// Leaving by `exit` takes the children along.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

const { suites, targets } = readOptions();
const home = await mkdtemp(join(tmpdir(), 'conformance-'));
process.once('exit', () => rmSync(home, { recursive: true, force: true }));
process.exitCode = report(await runAll());

async function runAll(): Promise<Done[]> {
  const done: Done[] = [];
  const waiting = [...targets];
  const next = async (): Promise<void> => {
    for (let target = waiting.shift(); target; target = waiting.shift())
      done.push(...(await runTarget(target)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  return done.sort((a, b) => orderOf(a) - orderOf(b));
}

/**
 * One suite after the other, each with a server of its own: a suite leaves sessions and unanswered questions behind, and
 * a server that is a child process for each of them has only so many.
 */
async function runTarget(name: TargetName): Promise<Done[]> {
  const done: Done[] = [];
  for (const suite of planOf(name).suites.filter((each) => suites.includes(each))) {
    done.push({ suite, target: name, run: await runOnce(suite, name) });
  }
  return done;
}

async function runOnce(suite: SuiteName, name: TargetName): Promise<SuiteRun | Error> {
  let target: Target | undefined;
  try {
    target = await planOf(name).start(home);
    return await runSuite(suite, target.url, home);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    await target?.close();
  }
}

/** Prints the table and what is wrong; gives back the exit code. */
function report(all: readonly Done[]): number {
  const complaints = all.flatMap((each) => complaintsOf(each, all));
  console.log(table([HEADINGS, ...all.map(rowOf)]));
  for (const reason of new Set(all.flatMap(expectedOf).map(({ reason }) => reason)))
    console.log(`listed: ${reason}`);
  for (const complaint of complaints) console.error(complaint);
  return complaints.length === 0 && all.length > 0 ? 0 : 1;
}

function complaintsOf(done: Done, all: readonly Done[]): string[] {
  const { suite, target, run } = done;
  if (run instanceof Error) return [`${SUITES[suite].title}, ${target}: ${run.message}`];
  const expected = expectedOf(done);
  const { without } = planOf(target);
  const direct = all.find((each) => each.suite === suite && each.target === without)?.run;
  const losses =
    direct === undefined || direct instanceof Error ? [] : lossesOf(suite, direct, run, expected);
  return [...faultsOf(suite, target, run, expected), ...losses.map((loss) => `${target}: ${loss}`)];
}

function expectedOf({ suite, target }: Done): Expected[] {
  return EXPECTED.filter((each) => each.suite === suite && each.targets.includes(target));
}

function rowOf(done: Done): string[] {
  const { suite, target, run } = done;
  if (run instanceof Error) return [SUITES[suite].title, target, '-', '-', '-', 'did not start', '-'];
  const [scored, unscored] = [total(run.scores, true), total(run.scores, false)];
  return [
    SUITES[suite].title,
    target,
    `${scored.passed}/${scored.total}`,
    unscored.total === 0 ? '-' : `${unscored.passed}/${unscored.total}`,
    String(expectedOf(done).length),
    run.exitCode === null ? 'stopped' : String(run.exitCode),
    `${run.seconds.toFixed(1)} s`,
  ];
}

function orderOf({ suite, target }: Done): number {
  return Object.keys(SUITES).indexOf(suite) * 100 + TARGET_NAMES.indexOf(target);
}

function readOptions(): { suites: SuiteName[]; targets: TargetName[] } {
  try {
    const { values } = parseArgs({
      options: {
        direct: { type: 'boolean' },
        short: { type: 'boolean' },
        suite: { type: 'string' },
        target: { type: 'string' },
      },
    });
    const names = Object.keys(SUITES) as SuiteName[];
    const chosen = names.filter((name) => values.suite === undefined || values.suite === name);
    if (chosen.length === 0) throw new Error(`There is no suite ${values.suite}: say ${names.join(' or ')}.`);
    const fitting = TARGET_NAMES.filter(
      (name) =>
        name.includes(values.target ?? '') &&
        (!values.short || planOf(name).isShort) &&
        (!values.direct || planOf(name).without === undefined),
    );
    if (fitting.length === 0)
      throw new Error(`There is no such target. There are: ${TARGET_NAMES.join('; ')}.`);
    return { suites: chosen, targets: fitting };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}
