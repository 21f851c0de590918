/** Servers that are sick: found, ended, started anew, and told of. */
import { area } from './row.ts';

export const supervision = area('SUPERVISE', 'PROMISE supervision', [
  [
    'MEMORY',
    'A child that uses more memory than it may, with all it started, is ended; its callers are told why.',
  ],
  [
    'MEMORY-FAMILY',
    'What a child started counts as its own, also out of its group; nobody else’s does (Linux).',
  ],
  ['MEMORY-BACKOFF', 'A child that is ended for its memory again and again is started after growing waits.'],
  ['MEMORY-CHEAP', 'All children are looked at by one timer, which stops with the last one that has a cap.'],
  [
    'ONE-TRY',
    'A server that keeps failing is tried by one at a time; the others wait, and all go on when it works.',
  ],
  [
    'PING',
    'A server that is silent for too long is asked with a `ping`; after three without a word it is given up: its calls are answered once, and it is started anew.',
  ],
  [
    'PING-ANY',
    'Any word is a sign of life, also that a server knows no `ping`; one that is not read is not judged.',
  ],
  ['MODERN', 'A modern server is asked in its own words whether it lives, whoever its clients are.'],
  ['PING-CHEAP', 'However many conversations a server has, two timers serve them all.'],
  ['PASSIVE', 'A program whose call timed out is asked at once whether it lives.'],
  ['CHARGED', 'A server that is given up is charged with it, and started anew after growing waits.'],
  ['IDLE', 'A server that is shared is ended once it had no session for as long as its entry says.'],
  ['CONFIG', 'The file and the library say how servers are looked after, and `sluice config` shows it.'],
  ['HEALTH', '`/health` shows processes, spares and memory of a server, and what was wrong with it lately.'],
]);
