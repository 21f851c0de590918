/** What must not come of a session that changes hands. */
import { area } from './row.ts';

export const takenOver = area('HANDS', 'PROMISE any node; SECURITY several nodes', [
  ['ENDED', 'A session that ended where it was taken over is gone for the node that had it before, too.'],
  ['CLAIMED-TWICE', 'A claim whose answer was lost on the way is made once more, not for ever.'],
  ['REVOKED', 'Who may not call any more by the time that a session could be claimed gets none.'],
  ['OTHER-VERSION', 'A record that this version cannot read opens nothing: its session is 404.'],
  [
    'PRIMED',
    'A standing stream on which nothing was said yet is taken up again after its node died; what is not known of it is said to be lost.',
  ],
  [
    'IDS',
    'Whoever shows an id of others, or one that was changed or made up, is told the same at every node, whoever has the session and whatever becomes of that node.',
  ],
]);
