/**
 * Whether runs are good enough: what passes directly must pass through the gateway, what cannot pass is listed with a
 * reason, and nothing else fails.
 */
import { type Expected, NOT_OFFERED } from './expected.ts';
import { type Failure, SUITES, type SuiteName, type SuiteRun } from './suites.ts';
import { total } from './summary.ts';

/** What is wrong with a run, in sentences; empty when nothing is. */
export function faultsOf(
  suite: SuiteName,
  target: string,
  run: SuiteRun,
  expected: readonly Expected[] = [],
): string[] {
  const { title, checks } = SUITES[suite];
  const { passed } = total(run.scores, true);
  const at = `${title}, ${target}`;
  const faults: string[] = [];
  if (run.exitCode === null) faults.push(`${at}: was stopped, it took too long.`);
  // Where something is expected to fail, the suite's own verdict says nothing.
  if (run.exitCode !== null && run.exitCode !== 0 && expected.length === 0) {
    faults.push(`${at}: exit code ${run.exitCode}.`);
  }
  if (passed === 0) faults.push(`${at}: nothing passed.`);
  if (checks !== undefined && passed < checks) faults.push(`${at}: ${passed} of ${checks} checks passed.`);
  for (const failure of judged(run)) {
    if (expected.some((each) => fits(each, failure))) continue;
    faults.push(`${at}: ${failure.scenario}: ${failure.check}: ${failure.message}`);
  }
  for (const each of expected.filter((item) => !run.failures.some((failure) => fits(item, failure)))) {
    const what = each.check === undefined ? each.scenario : `${each.scenario}: ${each.check}`;
    faults.push(`${at}: ${what} passes, and is listed as what cannot.`);
  }
  return faults;
}

/** What the gateway loses against the same server without it, in sentences. */
export function lossesOf(
  suite: SuiteName,
  direct: SuiteRun,
  gateway: SuiteRun,
  expected: readonly Expected[] = [],
): string[] {
  const { title } = SUITES[suite];
  const losses: string[] = [];
  for (const [name, alone] of direct.scores) {
    const through = gateway.scores.get(name);
    if (through === undefined) losses.push(`${title}: ${name} was not run through the gateway.`);
    else if (
      alone.failed === 0 &&
      through.failed > 0 &&
      !expected.some(({ scenario }) => scenario === name)
    ) {
      losses.push(`${title}: ${name} passes directly and fails through the gateway.`);
    }
  }
  const without = total(direct.scores, true).passed;
  const within = total(gateway.scores, true).passed;
  if (within < without && expected.length === 0)
    losses.push(`${title}: ${without} checks pass directly, ${within} through the gateway.`);
  return losses;
}

function judged({ failures }: SuiteRun): Failure[] {
  return failures.filter(({ scenario }) => !NOT_OFFERED.test(scenario));
}

function fits({ scenario, check }: Expected, failure: Failure): boolean {
  return scenario === failure.scenario && (check === undefined || check === failure.check);
}
