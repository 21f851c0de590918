/** What a caller may use of what there is. */
import { area } from './row.ts';

export const policy = area('POLICY', 'PROMISE safe by default', [
  [
    'CONFIG',
    'The gateway, each project and each key may have a `policy`; a server may be `readOnly` and have its arguments checked.',
  ],
  [
    'LISTS',
    'Only what all policies of a caller let through is listed, under names that do not tell of the rest.',
  ],
  [
    'CALLS',
    'Whatever else is asked for, by any spelling, is unknown in the words of what is not there, and reaches no server.',
  ],
  [
    'SERVERS',
    'A server that is not there for a caller is answered as one that does not exist, on every leg and on `/health`.',
  ],
  [
    'ALL',
    'What holds is what the policies of the gateway, the project and the key let through together; deny wins.',
  ],
]);
