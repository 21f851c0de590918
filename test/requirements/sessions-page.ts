/** The pages of the console that show sessions, and what the admin API can do. */
import { area } from './row.ts';

export const sessionsPage = area('SESSIONS', 'PROMISE console', []);

export const referencePage = area('REFERENCE', 'PROMISE console', [
  [
    'DOCUMENT',
    'The reference shows every operation of the OpenAPI document: parameters, schemas, an example, and a command to copy.',
  ],
  ['TRY', 'What only reads can be tried in the page, and its answer is shown with its status and time.'],
  [
    'KEYS',
    'The reference is used by keyboard alone, has no violation that axe-core finds, and fits a phone.',
  ],
]);
