/** Every attack of the threat model (SECURITY.md), with its defences. */
import type { Attack } from './attack.ts';
import { bombs } from './bombs.ts';
import { console } from './console.ts';
import { credentials } from './credentials.ts';
import { entrance } from './entrance.ts';
import { isolation } from './isolation.ts';
import { log } from './log.ts';
import { once } from './once.ts';
import { otherNodes } from './other-nodes.ts';
import { changedHands } from './changed-hands.ts';
import { severalNodes } from './several-nodes.ts';
import { outrun } from './outrun.ts';
import { playground } from './playground.ts';
import { policy } from './policy.ts';
import { rubbish } from './rubbish.ts';
import { sick } from './sick.ts';
import { metrics } from './metrics.ts';
import { time } from './time.ts';
import { traces } from './traces.ts';
import { twoOwners } from './two-owners.ts';
import { watchers } from './watchers.ts';
import { where } from './where.ts';

export const ATTACKS: readonly Attack[] = [
  ...isolation,
  ...entrance,
  ...rubbish,
  ...bombs,
  ...credentials,
  ...policy,
  ...where,
  ...outrun,
  ...once,
  ...sick,
  ...severalNodes,
  ...changedHands,
  ...otherNodes,
  ...time,
  ...traces,
  ...metrics,
  ...twoOwners,
  ...log,
  ...console,
  ...playground,
  ...watchers,
];
