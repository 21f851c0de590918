/** Secrets that are planted, and looked for in all that comes out. */
import { area } from './row.ts';

export const planted = area('PLANT', 'GUARANTEES leaks', [
  [
    'NOWHERE',
    'Keys, tokens, tickets, headers, variables, passwords and arguments planted everywhere are in no answer, log, status, row, file or print.',
  ],
  [
    'FORMS',
    'They are looked for as they are, cut, and as written in JSON, in URLs, in hexadecimal and in base64.',
  ],
  ['RUN', 'What the helpers of all tests know to be secret is in nothing that their gateways tell.'],
]);
