/** What becomes of calls that a server over HTTP refuses. */
import { area } from './row.ts';

export const refusals = area('REFUSAL', 'PROMISE no tool runs twice', [
  ['OWN-WORDS', 'An error that answers the very request is its answer, whatever the status it comes with.'],
  [
    'DOUBTFUL',
    'What may be said of the session or of the call ends the session, and the call counts as one that may have run.',
  ],
  ['NO-SESSION', 'A call refused for its session is sent again twice at most.'],
  [
    'BUSY',
    '429 is told at once. After 503 a call is sent again only when the server wants it, and within ten seconds.',
    'RFC 6585, RFC 9110',
  ],
  [
    'HALF',
    'A refusal or redirect whose body stays out is taken for what its head says, within 2 s.',
    'PROMISE bounded',
  ],
]);
