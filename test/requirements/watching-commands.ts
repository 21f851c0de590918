/** `sluice top` and `sluice inspect`: a running gateway, seen in a terminal. */
import { area } from './row.ts';

export const watchingCommands = area('WATCH', 'PROMISE terminal', [
  [
    'TOP',
    '`sluice top` shows the servers and sessions of a running gateway in numbers, for people and as JSON; in its folder no key is needed.',
  ],
  [
    'SCREEN',
    'On a terminal `sluice top` draws anew every second, and gives the terminal back however it ends.',
  ],
  [
    'INSPECT',
    '`sluice inspect` shows sessions and the messages that passed, by session, server, method and errors.',
  ],
  [
    'FOLLOW',
    '`sluice inspect --follow` shows each message as it passes, once, and goes on where the gateway went away and came back.',
  ],
  ['CODES', 'What is wrong is one clear sentence, with the exit codes of the other commands.'],
  ['HARMLESS', 'What clients and servers wrote steers no terminal, hides nothing and stays in its column.'],
  [
    'FIT',
    '`sluice top` fits any screen: what matters least is left out first, and what has no room is counted.',
  ],
]);
