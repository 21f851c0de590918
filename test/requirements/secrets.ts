/** Secrets that stand in no configuration: in files, and in what commands say. */
import { area } from './row.ts';

export const secrets = area('SECRET', 'PROMISE safe by default', [
  [
    'FILE',
    '`${file:…}` is the text of an ordinary, small file, without the line break at its end; one that too many may read is warned of.',
  ],
  [
    'COMMAND',
    '`${command:…}` is what a command says: run without a shell, by words divided in a documented way, within a time and a size, with little of the environment.',
  ],
  [
    'PLACES',
    'Files and commands may be named in headers, env, auth, keys, state and addresses, and of what is disabled none is read or run.',
  ],
  [
    'FAULTS',
    'What cannot be had is told with its place and why, and nothing of what a file or a command said.',
  ],
  [
    'HIDDEN',
    'What files and commands gave is in no line of the log, no error, not on `/health`, nor in what `sluice config` prints.',
  ],
  ['RELOAD', 'A reload by SIGHUP reads files and commands anew; what is the same ends nothing.'],
]);
