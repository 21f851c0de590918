/** What one node refuses must not pass through another, and what nodes say to each other must harm nobody. */
import type { Attack } from './attack.ts';

const RELAY = 'test/unit/edges/relay/relay.test.ts';
const CALLERS = 'test/unit/edges/relay/callers.test.ts';
const ASK = 'src/edges/relay/ask.ts';

export const otherNodes: readonly Attack[] = [
  {
    name: 'a session of another node',
    proofs: ['CARRY-STRANGER', 'CARRY-CALLER', 'CARRY-SEALED', 'CARRY-HOPS', 'CARRY-ROBUST'],
    removals: [
      {
        file: 'src/edges/http/carried.ts',
        find: "if (mount?.name !== facts.mount || (mount.key ?? '') !== facts.key) return unknown(at);",
        replace: 'if (!mount) return unknown(at);',
        test: RELAY,
        title: 'CARRY-STRANGER',
      },
      {
        file: 'src/edges/relay/told-callers.ts',
        find: "if (recalled !== 'varies') return recalled;",
        replace: "if (recalled && recalled !== 'varies') return recalled;",
        test: CALLERS,
        title: 'CARRY-CALLER',
      },
      {
        file: ASK,
        find: "  'idempotency-key',\n",
        replace: "  'idempotency-key',\n  'cookie',\n",
        test: CALLERS,
        title: 'CARRY-CALLER',
      },
      {
        file: ASK,
        find: "return seal?.seal(encoder.encode(JSON.stringify(secrets)), contextOf(to)) ?? '';",
        replace: 'return JSON.stringify(secrets);',
        test: CALLERS,
        title: 'CARRY-SEALED',
      },
      {
        file: 'src/edges/http/elsewhere.ts',
        find: 'const MOST_HOPS = 2;',
        replace: 'const MOST_HOPS = 200;',
        test: RELAY,
        title: 'CARRY-HOPS',
      },
      {
        file: 'src/edges/relay/relay.ts',
        find: 'quietly(() => this.#take(from, decodeFrame(data)));',
        replace: 'this.#take(from, decodeFrame(data));',
        test: RELAY,
        title: 'CARRY-ROBUST',
      },
    ],
  },
];
