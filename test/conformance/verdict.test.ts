import { describe, expect, it } from 'vitest';
import type { SuiteRun } from './suites.ts';
import { readSummary, total } from './summary.ts';
import { table } from './table.ts';
import { faultsOf, lossesOf } from './verdict.ts';

const OUTPUT = `=== Running scenario: ping ===
✓ stray: 9 passed, 9 failed
=== SUMMARY ===
✓ ping: 2 passed, 0 failed
✗ tools-list: 1 passed, 1 failed
✓ server-sse-polling: 3 passed, 0 failed

Total: 6 passed, 1 failed

Not scored for 2025-11-25: 1 scenario(s) run, 0 failing. These do not affect conformance.
  ✓ server-sse-polling (pending)
`;

describe('the summary of a suite', () => {
  it('is read from its end, with what is not scored marked', () => {
    expect([...readSummary(OUTPUT)]).toEqual([
      ['ping', { passed: 2, failed: 0, scored: true }],
      ['tools-list', { passed: 1, failed: 1, scored: true }],
      ['server-sse-polling', { passed: 3, failed: 0, scored: false }],
    ]);
  });

  it('is summed apart for scored and not scored', () => {
    expect(total(readSummary(OUTPUT), true)).toEqual({ passed: 3, total: 4 });
    expect(total(readSummary(OUTPUT), false)).toEqual({ passed: 3, total: 3 });
  });

  it('is empty when the suite said nothing', () => {
    expect(readSummary('').size).toBe(0);
  });
});

describe('the verdict', () => {
  it('finds no fault with a full run', () => {
    expect(faultsOf('legacy', 'direct', run({ ping: [40, 0] }))).toEqual([]);
    expect(faultsOf('next', 'direct', run({ ping: [1, 0] }))).toEqual([]);
  });

  it('finds fault with too few checks, an exit code, a stopped run and an empty one', () => {
    expect(faultsOf('legacy', 'direct', run({ ping: [39, 0] }))).toEqual([
      '0.1.16 active, direct: 39 of 40 checks passed.',
    ]);
    expect(faultsOf('next', 'gateway', run({ ping: [1, 1] }, 1))).toEqual([
      '0.2.0-alpha.12, 2025-11-25, gateway: exit code 1.',
    ]);
    expect(faultsOf('next', 'gateway', run({}, null))).toEqual([
      '0.2.0-alpha.12, 2025-11-25, gateway: was stopped, it took too long.',
      '0.2.0-alpha.12, 2025-11-25, gateway: nothing passed.',
    ]);
  });

  it('finds no loss when the gateway passes the same', () => {
    expect(lossesOf('legacy', run({ ping: [2, 0] }), run({ ping: [2, 0] }))).toEqual([]);
  });

  it('finds a loss when fewer checks pass, a scenario fails, or one was not run', () => {
    expect(lossesOf('legacy', run({ ping: [2, 0] }), run({ ping: [1, 0] }))).toEqual([
      '0.1.16 active: 2 checks pass directly, 1 through the gateway.',
    ]);
    expect(lossesOf('legacy', run({ ping: [2, 0] }), run({ ping: [2, 1] }))).toEqual([
      '0.1.16 active: ping passes directly and fails through the gateway.',
    ]);
    expect(lossesOf('legacy', run({ ping: [0, 0] }), run({}))).toEqual([
      '0.1.16 active: ping was not run through the gateway.',
    ]);
  });

  it('does not count what is not scored', () => {
    const direct: SuiteRun = {
      ...run({}),
      scores: new Map([['a', { passed: 3, failed: 0, scored: false }]]),
    };
    const gateway: SuiteRun = {
      ...run({}),
      scores: new Map([['a', { passed: 1, failed: 0, scored: false }]]),
    };
    expect(lossesOf('next', direct, gateway)).toEqual([]);
  });
});

describe('a table', () => {
  it('has its columns under each other', () => {
    expect(
      table([
        ['suite', 'passed'],
        ['legacy one', '40'],
      ]),
    ).toBe('suite       passed\n----------  ------\nlegacy one  40');
  });
});

function run(scores: Readonly<Record<string, [number, number]>>, exitCode: number | null = 0): SuiteRun {
  const entries = Object.entries(scores).map(
    ([name, [passed, failed]]) => [name, { passed, failed, scored: true }] as const,
  );
  return { scores: new Map(entries), exitCode, seconds: 1, failures: [] };
}
