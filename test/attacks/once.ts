/** Attacks by way of idempotency keys: somebody else's answer, a second run, memory without end. */
import type { Attack } from './attack.ts';

const NAME = 'src/engine/once/request-name.ts';
const ONCE = 'src/engine/once/once.ts';
const SHARED = 'src/engine/once/shared-runs.ts';
const TEST = 'test/unit/engine/once/once.test.ts';
const HELD = 'test/unit/engine/once/once-held.test.ts';
const NODES = 'test/unit/engine/once/once-nodes.test.ts';

export const once: readonly Attack[] = [
  {
    name: 'an idempotency key of somebody else, guessed or seen',
    proofs: ['ONCE-WHOSE'],
    removals: [
      {
        file: NAME,
        find: 'const whose = [principal, mount.name, tellingHeaders(facts), idempotencyKey];',
        replace: 'const whose = [mount.name, tellingHeaders(facts), idempotencyKey];',
        test: TEST,
        title: 'ONCE-WHOSE',
      },
      {
        file: NAME,
        find: 'return told ? Object.entries(told).sort() : [];',
        replace: 'return told ? [] : [];',
        test: TEST,
        title: 'ONCE-WHOSE',
      },
    ],
  },
  {
    name: 'a tool made to run twice, or another one passed off as done, under one key',
    proofs: ['ONCE-TOGETHER', 'ONCE-OTHER', 'ONCE-ROUNDS', 'ONCE-NODES', 'ONCE-ORPHAN'],
    removals: [
      {
        file: 'src/engine/once/run.ts',
        find: 'if (digest !== this.name.digest) return tell(call, MISMATCH);',
        replace: '',
        test: HELD,
        title: 'ONCE-ROUNDS',
      },
      {
        file: ONCE,
        find: 'if (first && first.name.base !== name.base) return tell(call, MISMATCH);',
        replace: '',
        test: HELD,
        title: 'ONCE-ROUNDS',
      },
      {
        file: SHARED,
        find: 'if (record && record.digest !== digest) return MISMATCH;',
        replace: '',
        test: NODES,
        title: 'ONCE-NODES',
      },
      {
        file: SHARED,
        find: 'return (await this.#mayRepeat(run)) ? await this.#take(run) : ORPHAN;',
        replace: 'return await this.#take(run);',
        test: NODES,
        title: 'ONCE-ORPHAN',
      },
    ],
  },
  {
    name: 'keys and answers without end',
    proofs: ['ONCE-FULL', 'ONCE-KEPT'],
    removals: [
      {
        file: ONCE,
        find: 'if (full) return call.fail(full.word, full.message, full.data);',
        replace: '',
        test: HELD,
        title: 'ONCE-FULL',
      },
      {
        file: ONCE,
        find: 'if (length > most) return tooLarge(most);',
        replace: '',
        test: HELD,
        title: 'ONCE-KEPT',
      },
    ],
  },
];
