/** API keys: made, kept, shown, found out and taken back. */
import { area } from './row.ts';

export const keys = area('KEY', 'PROMISE who may', [
  [
    'DATADIR',
    'What is kept lies in one folder: beside the configuration file unless it is named by file, environment or flag.',
  ],
]);
