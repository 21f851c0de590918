/**
 * Whether runs are good enough: what passes directly must pass through the gateway.
 */
import { SUITES, type SuiteName, type SuiteRun } from './suites.ts';
import { total } from './summary.ts';

/** What is wrong with a run, in sentences; empty when nothing is. */
export function faultsOf(suite: SuiteName, target: string, run: SuiteRun): string[] {
  const { title, checks } = SUITES[suite];
  const { passed } = total(run.scores, true);
  const faults: string[] = [];
  if (run.exitCode === null) faults.push(`${title}, ${target}: was stopped, it took too long.`);
  if (run.exitCode !== null && run.exitCode !== 0) {
    faults.push(`${title}, ${target}: exit code ${run.exitCode}.`);
  }
  if (passed === 0) faults.push(`${title}, ${target}: nothing passed.`);
  if (checks !== undefined && passed < checks) {
    faults.push(`${title}, ${target}: ${passed} of ${checks} checks passed.`);
  }
  return faults;
}

/** What the gateway loses against the same server without it, in sentences. */
export function lossesOf(suite: SuiteName, direct: SuiteRun, gateway: SuiteRun): string[] {
  const { title } = SUITES[suite];
  const losses: string[] = [];
  for (const [name, alone] of direct.scores) {
    const through = gateway.scores.get(name);
    if (through === undefined) losses.push(`${title}: ${name} was not run through the gateway.`);
    else if (alone.failed === 0 && through.failed > 0) {
      losses.push(`${title}: ${name} passes directly and fails through the gateway.`);
    }
  }
  const without = total(direct.scores, true).passed;
  const within = total(gateway.scores, true).passed;
  if (within < without)
    losses.push(`${title}: ${without} checks pass directly, ${within} through the gateway.`);
  return losses;
}
