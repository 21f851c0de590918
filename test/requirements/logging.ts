/** What is told of the gateway as it runs: its log, and its health. */
import { area } from './row.ts';

export const logging = area('LOGS', 'PROMISE logs and health', [
  [
    'WHO',
    'The first line of a session says who opens it: principal, project, address, origin, user agent, dialect and era; texts of strangers are cut.',
  ],
  [
    'CLIENT',
    'What a client calls itself and the version that was agreed on are told once, when they are known.',
  ],
  ['WHY', 'The last line of a session says why it ended, how long it was open, and how much passed in it.'],
  [
    'SEEN',
    'Of an open session can be told since when it is open, when its client was last heard, and what waits for it.',
  ],
  [
    'SINK',
    'What waits to be written to the log is bounded; lines beyond are dropped, counted, and told of once lines flow again; lines come out whole and in order.',
  ],
  [
    'SINK-BROKEN',
    'A log that cannot be written is tried again once a second, is told on `/health`, and goes on.',
  ],
  ['SINK-END', 'The end of the process waits for the log, and not for long.'],
  [
    'PIPE',
    'Whoever should read the log and does not, goes away or has no room slows no call, fills no memory, and does not hold up the end.',
  ],
  ['RING', 'The last lines are kept to be shown, in bounds, without what is secret.'],
  [
    'HEALTH',
    '`/health` tells those who may know sessions and streams in numbers, what last went wrong with each server, and what to do about it.',
  ],
  ['HEALTH-STRANGER', 'Strangers learn of no server, key, session or fault, on any route, in any project.'],
  [
    'CALL',
    'Lines of a request name its session, project, server and the id that its client gave it; of one in modern words also who sent it.',
  ],
  [
    'SECRETS',
    'No key that a client shows is in the log, at any level, wherever it is said: in URLs, headers, names or ids.',
  ],
]);
