/** What holds at one node must not hold once for each node. */
import type { Attack } from './attack.ts';

const METER = 'test/unit/access/shared-meter.test.ts';
const TICKETS = 'test/unit/access/shared-tickets.test.ts';
const SEAL = 'test/unit/edges/shared-seal.test.ts';

export const severalNodes: readonly Attack[] = [
  {
    name: 'the same at every node',
    proofs: ['NODES-RATES', 'NODES-BRAKE', 'NODES-TICKETS', 'NODES-TICKETS-AWAY', 'NODES-SEAL'],
    removals: [
      {
        file: 'src/access/shared-meter.ts',
        find: 'this.#memory.raise(limit, of, level + since, now);',
        replace: 'if (level < 0) this.#memory.raise(limit, of, level + since, now);',
        test: METER,
        title: 'NODES-RATES',
      },
      {
        file: 'src/access/shared-meter.ts',
        find: "if (unit === 'failures') return LEAST_MS;",
        replace: "if (unit === 'failures') return 5_000;",
        test: METER,
        title: 'NODES-BRAKE',
      },
      {
        file: 'src/access/shared-tickets.ts',
        find: 'if (!value) return undefined;',
        replace: 'if (!value) return own && holderOf(own, shown, runtime.now());',
        test: TICKETS,
        title: 'NODES-TICKETS',
      },
      {
        file: 'src/access/shared-tickets.ts',
        find: 'return `ticket\\n${hash}`;',
        replace: 'return `ticket${hash.slice(0, 0)}`;',
        test: TICKETS,
        title: 'NODES-TICKETS',
      },
      {
        file: 'src/access/shared-tickets.ts',
        find: 'this.#tellLater(hash, own.due);',
        replace: '',
        test: TICKETS,
        title: 'NODES-TICKETS-AWAY',
      },
      {
        file: 'src/edges/shared-seal.ts',
        find: 'if (!isSecret(agreed))',
        replace: 'if (agreed === undefined)',
        test: SEAL,
        title: 'NODES-SEAL',
      },
    ],
  },
];
