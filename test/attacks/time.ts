/** Attacks that wait for a clock to be wrong, and those that listen to what goes wrong. */
import type { Attack } from './attack.ts';

export const time: readonly Attack[] = [
  {
    name: 'a clock that is set',
    proofs: ['DEGRADED-CLOCK-KEYS', 'DEGRADED-CLOCK-TOKENS'],
    removals: [
      {
        file: 'src/edges/sites.ts',
        find: 'now: () => wallTime(gateway.context.runtime)',
        replace: 'now: () => gateway.context.runtime.now()',
        test: 'test/unit/edges/clock.test.ts',
        title: 'DEGRADED-CLOCK-KEYS',
      },
      {
        file: 'src/access/oauth.ts',
        find: 'this.#steady = ports.steady ?? now;',
        replace: 'this.#steady = now;',
        test: 'test/unit/access/oauth.test.ts',
        title: 'DEGRADED-CLOCK-TOKENS',
      },
      {
        file: 'src/engine/context.ts',
        find: 'now: () => wallTime(runtime),',
        replace: 'now: () => runtime.now(),',
        test: 'test/unit/edges/clock.test.ts',
        title: 'DEGRADED-CLOCK-TOKENS',
      },
    ],
  },
  {
    name: 'what is wrong, told to strangers',
    proofs: ['DEGRADED-STRANGER'],
    removals: [
      {
        file: 'src/edges/http/health.ts',
        find: 'version: front.version, ...degraded };',
        replace: 'version: front.version, ...degraded, troubles };',
        test: 'test/matrix/health.test.ts',
        title: 'DEGRADED-STRANGER',
      },
    ],
  },
];
