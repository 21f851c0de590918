/** Who waits for a session to change hands must not get another's, nor one that is over, nor when it may not call any more. */
import type { Attack } from './attack.ts';

const HANDS = 'test/scenarios/changed-hands.test.ts';
const IDS = 'test/scenarios/hostile-ids.test.ts';
const CLAIMS = 'src/engine/cluster/claims.ts';

export const changedHands: readonly Attack[] = [
  {
    name: 'a session that changes hands',
    proofs: ['HANDS-ENDED', 'HANDS-REVOKED', 'HANDS-OTHER-VERSION', 'HANDS-IDS', 'FAILOVER-STRANGER'],
    removals: [
      {
        file: 'src/engine/cluster/cluster.ts',
        find: 'if (generation === 1) return',
        replace: 'if (generation > 0) return',
        test: HANDS,
        title: 'HANDS-ENDED',
      },
      {
        file: 'src/engine/cluster/cluster.ts',
        find: 'const session = comer.mayCall() &&',
        replace: 'const session =',
        test: HANDS,
        title: 'HANDS-REVOKED',
      },
      {
        file: 'src/engine/cluster/session-memory.ts',
        find: 'return isWhole ? (memory as SessionMemory) : undefined;',
        replace: 'return isWhole || line ? (memory as SessionMemory) : undefined;',
        test: HANDS,
        title: 'HANDS-OTHER-VERSION',
      },
      {
        file: CLAIMS,
        find: 'return JSON.stringify([session, principal, mount.name, mount.key]);',
        replace: 'return JSON.stringify([session, principal.length, mount.name.length]);',
        test: IDS,
        title: 'HANDS-IDS',
      },
      {
        file: CLAIMS,
        find: 'return memory.principal === principal && memory.mount === mount.name && memory.key === mount.key;',
        replace: 'return memory.principal !== "" || principal === mount.name;',
        test: 'test/scenarios/fail-over.test.ts',
        title: 'FAILOVER-STRANGER',
      },
    ],
  },
];
