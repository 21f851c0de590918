import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import type { EngineContext } from '../../../src/engine/context.ts';
import { SessionFacts } from '../../../src/engine/session-facts.ts';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;
const CONTEXT = { runtime: { now: () => 0 } } as unknown as EngineContext;

it('[SEEN-CUT-MEMORY] a long user agent costs no more than what is kept of it', () => {
  const kept: SessionFacts[] = [];
  gc();
  const before = process.memoryUsage().heapUsed;
  for (let at = 0; at < 1_000; at++) {
    // Made anew each time, as one that came in a request is.
    const userAgent = Buffer.alloc(16_000, `a browser, number ${at} `).toString('latin1');
    kept.push(new SessionFacts({ userAgent }, CONTEXT));
  }
  gc();
  const each = (process.memoryUsage().heapUsed - before) / kept.length;
  expect(kept[999]?.userAgent).toMatch(/^a browser, number 999 .*…$/);
  expect(each).toBeLessThan(2_000);
});
