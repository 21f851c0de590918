/** What waits to be read: how much that can be, and at whose cost. */
import { area } from './row.ts';

export const queue = area('QUEUE', 'PROMISE bounded', [
  [
    'CAP',
    'Of a caller, an address, a project and the gateway, no more waits to be read than `queuedBytes` and `queuedTotalBytes` say, whatever was admitted; up to 16 KiB for each connection are not counted.',
  ],
  [
    'BEHIND',
    'Where there is no room, readers that have taken nothing for two seconds are cut off, those who have for longest first and no more than needed.',
  ],
  [
    'READS',
    'Who takes something is not cut off for others, and neither is anybody where it was this process that stood still.',
  ],
  [
    'REFUSED',
    'Where there is no room and nobody is behind, an answer is one error, `answer_unread`, which says whose cap it is; what else a server says is left out, and that is said. The stream goes on in order.',
  ],
  [
    'COMES-BACK',
    'Streams that are certainly taken up again are ended with the time to come back instead, and give everything then, once and in order.',
  ],
  ['WHOLE', 'So are whole answers refused, those of a batch, too; who leaves them unread is cut off.'],
  ['CALLS', 'New calls are refused while a sixteenth of a cap or less is free.'],
  ['REPLAY', 'What is held back while older events are given again counts, too.'],
]);
