/**
 * What a suite says at its end, read.
 */
export interface Score {
  readonly passed: number;
  readonly failed: number;
  /** False for scenarios that are run for information only. */
  readonly scored: boolean;
}

/** The score of each scenario, by name. */
export type Scores = ReadonlyMap<string, Score>;

const SCENARIO = /^[✓✗] (\S+): (\d+) passed, (\d+) failed$/gmu;
const NOT_SCORED = /^ {2}[✓✗] (\S+) \(.+\)$/gmu;

/** Reads the lines `✓ name: 2 passed, 0 failed`, and after them those of scenarios that are not scored. */
export function readSummary(output: string): Scores {
  const summary = output.slice(Math.max(0, output.lastIndexOf('=== SUMMARY ===')));
  const unscored = new Set([...summary.matchAll(NOT_SCORED)].map((match) => match[1]));
  return new Map(
    [...summary.matchAll(SCENARIO)].map(([, name = '', passed, failed]) => [
      name,
      { passed: Number(passed), failed: Number(failed), scored: !unscored.has(name) },
    ]),
  );
}

/** The sums over the scenarios that are scored, or over those that are not. */
export function total(scores: Scores, scored: boolean): { passed: number; total: number } {
  const counted = [...scores.values()].filter((score) => score.scored === scored);
  const passed = counted.reduce((sum, score) => sum + score.passed, 0);
  return { passed, total: counted.reduce((sum, score) => sum + score.failed, passed) };
}
