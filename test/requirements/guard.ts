/** One guard for every leg of every dialect. */
import { area } from './row.ts';

export const guard = area('GUARD', 'PROMISE one guard', [
  [
    'ROUTES',
    'Every route but the public ones lets in whoever proves that it may come, and answers all others 401 with a challenge.',
  ],
  ['PROJECTS', 'A proof of elsewhere is 404 at every route of a project, and does nothing there.'],
  ['ALIKE', 'Who may not come is told the same byte for byte, whether there is something or not.'],
  [
    'MUTATED',
    '100,000 mutated requests without a right proof: no status that is not documented, no hang, nothing done.',
  ],
  [
    'DOORS',
    'Of several doors the first that lets somebody in does, at once or later; a caller within a project is nobody outside it.',
  ],
  ['SESSION', 'The name of a session, or of an event, opens nothing by itself.'],
]);
