import { defineConfig } from 'vitest/config';
import { SlowFirst } from './scripts/slow-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // Most tests wait for other processes: a core of their own each would stand idle half of the time.
    maxWorkers: 3,
    // To start a process for each file takes a third of the time of all; what a test changes it puts back itself. Where a Redis is
    // opened for each file (`CLUSTER`) it needs one.
    isolate: process.env['CLUSTER'] !== undefined,
    setupFiles: ['test/support/endings-hooks.ts'],
    sequence: { sequencer: SlowFirst },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What is waited for comes, on a machine that has other things to do later than in a second.
    expect: { poll: { timeout: 15_000 } },
    reporters: ['default'],
  },
});
