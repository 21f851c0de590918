/** The conformance suites in front of servers of both eras: what their verdict is made of. */
import { area } from './row.ts';

export const eraConformance = area('ERACONF', 'PROMISE any client, any server, any era', [
  [
    'STRICT',
    'Across the eras a check that fails and is not listed is a fault, and so is one that is listed and passes.',
  ],
  ['REASONS', 'What cannot pass is listed with its reason, by names that the suites and the targets have.'],
  ['SAME', 'In the same era nothing that a suite scores is listed: what passes directly passes through.'],
  ['PAIRS', 'Every suite is run in front of a legacy, a modern and a dual server, in `npm test`, too.'],
]);
