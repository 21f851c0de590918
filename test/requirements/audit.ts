/** The audit trail: who called what, when, and with what outcome. */
import { area } from './row.ts';

export const audit = area('AUDIT', 'PROMISE audit trail', [
  [
    'ONE',
    'Every request of a client is told once when it is over, on every road and whatever becomes of it.',
  ],
  ['FACTS', 'It is told who called what where, under the names its server knows, and with how many bytes.'],
  [
    'OUTCOME',
    'The outcome tells results, errors of servers with their number, tools that failed, calls called off, and refusals by their words apart.',
  ],
  ['ROUNDS', 'The rounds of a call whose client is asked are told one by one, and tied together.'],
  [
    'ARGUMENTS',
    'Arguments are looked at only where an observer asks for them, as the bytes that are sent on.',
  ],
  ['TEXTS', 'Texts of strangers are cut, steer no terminal, and hold neither queries nor credentials.'],
  [
    'HASH',
    'Arguments are kept as an HMAC of the bytes that are sent on, by a key of the installation, unless said otherwise.',
  ],
  [
    'REDACTED',
    'Redacted arguments are without telling members, secrets and long texts, however they are escaped.',
  ],
  ['FLOOD', 'What is turned away at the door is counted: however much it is, few rows are written.'],
  ['SLICES', 'Rows are written beside the road of calls, a few at a time.'],
  [
    'BOUNDED',
    'What waits to be written is bounded; what is lost is counted, told, and written down as a number.',
  ],
  [
    'FAILING',
    'A disk that fails holds up no call; it is told, counted and shown on `/health`, and made up for.',
  ],
  ['CLOSE', 'At the end what waits is written, for a bounded time.'],
  ['END', 'After SIGTERM no row is missing; after SIGKILL at most those of a second.'],
  ['START', 'A trail that cannot be opened is one clear sentence at the start.'],
  [
    'RETENTION',
    'The oldest rows go where they are too old or too many, a little at a time, and room is given back.',
  ],
  ['CLOCK', 'A clock that jumps deletes nothing.'],
  ['FILE-RIGHTS', 'The file and all beside it may be read by its owner alone.'],
  ['FILE-BROKEN', 'A broken file is put aside, and another one begun.'],
  ['FILE-SHARED', 'Several gateways write into one file, and none waits for another.'],
  ['FILE-GONE', 'Where the file was deleted, another one is begun.'],
  [
    'CLI',
    '`sluice audit` shows the rows that are asked for, as a table or as JSON, and says clearly what is wrong.',
  ],
  ['FOLLOW', '`sluice audit --follow` shows a row within a second, and ends like other commands.'],
  ['CONFIG', 'It is off by default and set up in a line; what cannot be used is told with its place.'],
]);
