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
]);
