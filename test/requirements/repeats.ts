/** What is sent again after a network server forgot its session or cut its connection, and what never is. */
import { area } from './row.ts';

export const repeats = area('REPEAT', 'PROMISE no tool runs twice', [
  ['UNSENT', 'A call that certainly did not reach the server is sent again, whatever it is.'],
  ['READS', 'What only reads is sent again.'],
  ['SAFE-TOOL', 'A call of a tool that says it is idempotent or read-only is sent again.'],
  ['UNSAFE-TOOL', 'Any other call that may have run is never sent again: the caller is told so.'],
  ['ONE-LIST', 'Many lost calls ask the server once what its tools say of themselves.'],
  ['CAP', 'Nothing is sent again more than twice.'],
  ['ONCE', 'A session lost under fifty waiting clients of a shared link is initialised once.'],
  ['RESTART', 'While a server restarts, those who wait are served as soon as it is back, or told in 10 s.'],
  ['CALLED-OFF', 'A call that its client cancelled is not sent again.'],
  [
    'RESTARTED',
    'A real server killed under fifty waiting clients and started again: one initialise, all answered or told.',
  ],
  [
    'FORGOTTEN',
    'A real server that forgets its session under fifty calls: one initialise, each call runs once.',
  ],
  ['LOCAL', 'A child process that dies is given nothing again: what was in flight may be why.'],
]);
