/** What a caller may use of what there is. */
import { area } from './row.ts';

export const policy = area('POLICY', 'PROMISE safe by default', [
  [
    'CONFIG',
    'The gateway, each project and each key may have a `policy`; a server may be `readOnly` and have its arguments checked.',
  ],
]);
