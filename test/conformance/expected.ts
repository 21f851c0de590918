/**
 * What cannot pass, each with its reason. Whatever else fails is a fault, and so is what is listed here and passes.
 */
import type { SuiteName } from './suites.ts';
import type { TargetName } from './targets.ts';

export interface Expected {
  readonly suite: SuiteName;
  readonly targets: readonly TargetName[];
  readonly scenario: string;
  /** One check of the scenario; without it any of its checks may fail, and one must. */
  readonly check?: string;
  readonly reason: string;
}

/** Scenarios of an optional extension that the fixtures do not offer; they are run and not looked at. */
export const NOT_OFFERED = /^tasks-/;

export const EXPECTED: readonly Expected[] = [];
