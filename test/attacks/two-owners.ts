/** A session has one owner, whatever stands still, is cut off or comes back late; and what nodes share tells nobody its password. */
import type { Attack } from './attack.ts';

const CONTRACT = 'test/unit/backplanes/redis.test.ts';
const BROKEN = 'test/unit/backplanes/redis-broken.test.ts';
const SCRIPTS = 'src/backplanes/redis';

export const twoOwners: readonly Attack[] = [
  {
    name: 'two owners of one session',
    proofs: [
      'BACKPLANE-CLAIM',
      'BACKPLANE-FENCED',
      'BACKPLANE-LEASE',
      'BACKPLANE-UNSURE',
      'BACKPLANE-REDIS-PAUSED',
      'BACKPLANE-REDIS-STALLED',
    ],
    removals: [
      {
        file: `${SCRIPTS}/claim.lua`,
        find: 'if known[1] ~= ARGV[1] or known[2] ~= ARGV[2] then return false end',
        replace: 'if not known[1] then return false end',
        test: CONTRACT,
        title: 'in Redis',
      },
      {
        file: `${SCRIPTS}/write.lua`,
        find: "if writer and writer > generation then return 'older' end",
        replace: '',
        test: CONTRACT,
        title: 'in Redis',
      },
      {
        file: `${SCRIPTS}/lease.ts`,
        find: 'if (!isFirst && (hasRunOut || this.#runtime.now() >= this.heldUntil)) this.term++;',
        replace: '',
        test: BROKEN,
        title: 'BACKPLANE-REDIS-PAUSED',
      },
      {
        file: `${SCRIPTS}/lease.ts`,
        find: 'hasRunOut || this.#runtime.now()',
        replace: 'this.#runtime.now()',
        test: 'test/unit/backplanes/redis-slept.test.ts',
        title: 'DEAF-SLEPT',
      },
      {
        file: `${SCRIPTS}/lease.ts`,
        find: 'this.heldUntil = askedAt + this.#leaseMs;',
        replace: 'this.heldUntil = this.#runtime.now() + this.#leaseMs * 2;',
        test: BROKEN,
        title: 'BACKPLANE-REDIS-STALLED',
      },
      {
        file: `${SCRIPTS}/sight.ts`,
        find: "return isSure ? 'gone' : 'unsure';",
        replace: "return 'gone';",
        test: CONTRACT,
        title: 'in Redis',
      },
    ],
  },
  {
    name: 'the password of Redis',
    proofs: ['BACKPLANE-REDIS-SECRET'],
    removals: [
      {
        file: `${SCRIPTS}/faults.ts`,
        find: 'return new RedisUnreachable(',
        replace: 'if (error instanceof Error) return error; return new RedisUnreachable(',
        test: CONTRACT,
        title: 'BACKPLANE-REDIS-SECRET',
      },
    ],
  },
];
