/** What is written of a run for other nodes, where what they share takes its time or fails. */
import { expect, test } from 'vitest';
import type { EngineContext } from '../../../../src/engine/context.ts';
import { readRecord } from '../../../../src/engine/once/record.ts';
import type { Run } from '../../../../src/engine/once/run.ts';
import { SharedRuns } from '../../../../src/engine/once/shared-runs.ts';
import type { Directory } from '../../../../src/engine/ports-backplane.ts';
import { FakeRuntime, turn } from '../support.ts';

const NAME = { name: 'k', first: 'k', base: 'base', digest: 'digest' };
const OVER = { word: 'timed_out', message: 'It took too long.' };

test.each([
  ['the earlier fails last', [1, 0]],
  ['both fail, in order', [0, 1]],
  ['the earlier fails once the later is written', [0]],
])('[DEAF-LAST-WORD] the last word on a run is what others find: %s', async (_, order) => {
  const runtime = new FakeRuntime();
  const fails: ((error: Error) => void)[] = [];
  const written: (string | undefined)[] = [];
  let isStalled = true;
  const directory = {
    isReached: true,
    set: async (_name: string, value: Uint8Array) => {
      if (isStalled) return new Promise<void>((_resolve, reject) => fails.push(reject));
      const outcome = readRecord(value)?.outcome;
      written.push(outcome && 'word' in outcome ? outcome.word : undefined);
    },
  } as unknown as Directory;
  const context = { runtime, settings: { idempotencyMs: 60_000 } } as unknown as EngineContext;
  const runs = new SharedRuns({ node: 'n', directory }, async () => false, context);
  runs.renew({ name: NAME } as unknown as Run);
  isStalled = order.length > 1;
  runs.publish({ name: NAME, outcome: OVER } as unknown as Run, 60_000);
  for (const at of order) {
    fails[at]?.(new Error('It does not answer.'));
    await turn();
  }
  isStalled = false;
  for (let round = 0; round < 3; round++) {
    runtime.advance(1_000);
    await turn();
  }
  expect(written).toEqual(['timed_out']);
  runs.close();
  expect(runtime.timers).toBe(0);
});
