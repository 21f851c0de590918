/**
 * What the suites are run against: the fixture servers themselves, the gateway in front of each, and chains that
 * end in HTTP+SSE.
 */
import { startChain } from './chain.ts';
import { startFixture } from './direct.ts';
import { startGateway } from './gateway.ts';
import type { SuiteName } from './suites.ts';
import type { Target } from './target.ts';

export interface TargetPlan {
  readonly start: (home: string) => Promise<Target>;
  readonly suites: readonly SuiteName[];
  /** The same server with nothing between, by the name of its target. */
  readonly without?: string;
  /** Whether it is a part of `npm test`. */
  readonly isShort?: boolean;
}

/** Warm, because the suite gives a call that is asked 600 ms in all, and the start of a process may take longer. */
const LEGACY_STDIO = { command: 'node', args: ['test/fixtures/server/stdio.ts'], warm: 1 };
const modernStdio = (legacy: 'reject' | 'serve') => ({
  command: 'node',
  args: ['test/fixtures/modern/stdio.ts', legacy],
});

const BOTH = ['next', 'modern'] as const satisfies readonly SuiteName[];

export const TARGETS = {
  legacy: { start: (home) => startFixture('legacy', home), suites: ['legacy', 'next'], isShort: true },
  modern: { start: (home) => startFixture('modern', home), suites: ['modern'], isShort: true },
  dual: { start: (home) => startFixture('dual', home), suites: BOTH },
  'gateway, legacy stdio': {
    start: (home) => startGateway(LEGACY_STDIO, home),
    suites: ['legacy', ...BOTH],
    without: 'legacy',
    isShort: true,
  },
  'gateway, legacy streamable': {
    start: (home) => inFront('legacy', home),
    suites: BOTH,
    without: 'legacy',
  },
  'gateway, modern stdio': {
    start: (home) => startGateway(modernStdio('reject'), home),
    suites: BOTH,
    without: 'modern',
  },
  'gateway, modern http': {
    start: (home) => inFront('modern', home),
    suites: BOTH,
    without: 'modern',
    isShort: true,
  },
  'gateway, dual stdio': {
    start: (home) => startGateway(modernStdio('serve'), home),
    suites: BOTH,
    without: 'modern',
  },
  'gateway, dual http': {
    start: (home) => inFront('dual', home),
    suites: BOTH,
    without: 'dual',
    isShort: true,
  },
  'sse chain, no gateway': { start: (home) => startChain('fixture', home), suites: ['next'] },
  'sse chain': {
    start: (home) => startChain('gateway', home),
    suites: ['next'],
    without: 'sse chain, no gateway',
  },
} as const satisfies Record<string, TargetPlan>;

export type TargetName = keyof typeof TARGETS;

export const TARGET_NAMES = Object.keys(TARGETS) as TargetName[];

export function planOf(name: TargetName): TargetPlan {
  return TARGETS[name];
}

/** The gateway in front of a fixture over HTTP. */
async function inFront(kind: 'legacy' | 'modern' | 'dual', home: string): Promise<Target> {
  const fixture = await startFixture(kind, home);
  return await beside(fixture, () => startGateway({ type: 'http', url: fixture.url }, home));
}

/** What `start` gives, and `first` ended after it. */
async function beside(first: Target, start: () => Promise<Target>): Promise<Target> {
  try {
    const { url, close } = await start();
    return {
      url,
      close: async () => {
        await close();
        await first.close();
      },
    };
  } catch (error) {
    await first.close();
    throw error;
  }
}
