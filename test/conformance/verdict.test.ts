import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { EXPECTED } from './expected.ts';
import { SUITES, type SuiteName, type SuiteRun } from './suites.ts';
import { readSummary, total } from './summary.ts';
import { table } from './table.ts';
import { planOf, TARGET_NAMES, type TargetName } from './targets.ts';
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
      '2025-11-25, gateway: exit code 1.',
    ]);
    expect(faultsOf('next', 'gateway', run({}, null))).toEqual([
      '2025-11-25, gateway: was stopped, it took too long.',
      '2025-11-25, gateway: nothing passed.',
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

describe('what is listed', () => {
  const failure = { scenario: 'caching', check: 'ttl', message: 'There is none.' };
  const failed: SuiteRun = { ...run({ caching: [2, 1] }, 1), failures: [failure] };
  const listed = { suite: 'modern', targets: [], scenario: 'caching', reason: 'It cannot be.' } as const;

  it('[ERACONF-STRICT] finds fault with what fails and is not listed, and with what is listed and passes', () => {
    expect(faultsOf('modern', 'gateway', failed, [listed])).toEqual([]);
    expect(faultsOf('modern', 'gateway', failed, [{ ...listed, check: 'ttl' }])).toEqual([]);
    expect(faultsOf('modern', 'gateway', failed, [{ ...listed, check: 'scope' }])).toEqual([
      '2026-07-28, gateway: caching: ttl: There is none.',
      '2026-07-28, gateway: caching: scope passes, and is listed as what cannot.',
    ]);
    expect(faultsOf('modern', 'gateway', failed)).toEqual([
      '2026-07-28, gateway: exit code 1.',
      '2026-07-28, gateway: caching: ttl: There is none.',
    ]);
    expect(faultsOf('modern', 'gateway', run({ caching: [3, 0] }), [listed])).toEqual([
      '2026-07-28, gateway: caching passes, and is listed as what cannot.',
    ]);
    expect(lossesOf('modern', run({ caching: [3, 0] }), failed, [listed])).toEqual([]);
  });

  it('does not look at extensions that the fixtures do not offer', () => {
    const tasks = { scenario: 'tasks-lifecycle', check: 'any', message: 'Nothing.' };
    expect(faultsOf('modern', 'gateway', { ...run({ ping: [1, 0] }), failures: [tasks] })).toEqual([]);
  });

  it.each(EXPECTED)('[ERACONF-REASONS] has names and a reason: $scenario $check', (each) => {
    expect(each.reason).toMatch(/^[a-z].{20,}[^.]$/);
    expect(scenariosOf(each.suite)).toContain(each.scenario);
    expect(each.targets.length).toBeGreaterThan(0);
    for (const target of each.targets) expect(planOf(target).suites).toContain(each.suite);
  });

  it('[ERACONF-SAME] has nothing that counts in the same era, but what a chain breaks without the gateway, too', () => {
    const scored = EXPECTED.filter(({ suite, scenario }) => countedOf(suite).includes(scenario));
    const same = scored.flatMap(({ suite, targets, ...each }) =>
      targets
        .filter((target) => erasOf(target).has(SUITES[suite].era))
        .map((target) => ({ ...each, target })),
    );
    const alone = same.filter(({ target }) => target === 'sse chain, no gateway').map(({ check }) => check);
    expect(
      same.filter(({ target, check }) => !target.startsWith('sse chain') || !alone.includes(check)),
    ).toEqual([]);
  });
});

describe('the targets', () => {
  it.each(['next', 'modern'] as const)(
    '[ERACONF-PAIRS] hold a gateway in front of a server of each kind for the suite "%s", in short, too',
    (suite) => {
      const short = TARGET_NAMES.filter(
        (name) => planOf(name).isShort && planOf(name).suites.includes(suite),
      );
      expect(short.filter((name) => name.startsWith('gateway')).sort()).toEqual([
        'gateway, dual http',
        'gateway, legacy stdio',
        'gateway, modern http',
      ]);
    },
  );
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

/** The eras of the server behind a target. */
function erasOf(target: TargetName): ReadonlySet<string> {
  return new Set(
    target.includes('dual') ? ['legacy', 'modern'] : target.includes('modern') ? ['modern'] : ['legacy'],
  );
}

/** Those that count. */
function countedOf(suite: SuiteName): string[] {
  return requirementsOf(suite).server;
}

/** All that a suite runs of a server. */
function scenariosOf(suite: SuiteName): string[] {
  const { server, not_scored } = requirementsOf(suite);
  return [...server, ...not_scored.map(({ scenario }) => scenario)];
}

function requirementsOf(suite: SuiteName): { server: string[]; not_scored: { scenario: string }[] } {
  const file = `../../node_modules/conformance-next/requirements/${SUITES[suite].title}.yaml`;
  return parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as ReturnType<typeof requirementsOf>;
}

function run(scores: Readonly<Record<string, [number, number]>>, exitCode: number | null = 0): SuiteRun {
  const entries = Object.entries(scores).map(
    ([name, [passed, failed]]) => [name, { passed, failed, scored: true }] as const,
  );
  return { scores: new Map(entries), exitCode, seconds: 1, failures: [] };
}
