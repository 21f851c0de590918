/** What changes, told to modern clients that listen for it. */
import { area } from './row.ts';

export const listens = area('LISTEN', 'MCP 2026-07-28, subscriptions', [
  ['ACK', 'The first message of a subscription acknowledges it, with what of its filter the server honours.'],
  [
    'ID',
    'Everything on a subscription carries the raw id of the request of its client, and is else as it was said.',
  ],
  ['ASKED', 'Nobody is told what it did not ask for, or what was not acknowledged.'],
  ['PARAMS', 'A filter of wrong types, or over the caps, is -32602; what is unknown in it is ignored.'],
  [
    'ONE',
    'However many listen over one conversation with a modern server, it has one subscription, for all they want.',
    'PROMISE one listen stream',
  ],
  [
    'EDIT',
    'Who comes or goes changes it without a gap and without a word said twice to anybody.',
    'PROMISE one listen stream',
  ],
  [
    'REFUSED',
    'What the server refuses is told to those who asked for it, in its own words; others go on listening.',
    'PROMISE isolation',
  ],
  [
    'LOST',
    'A subscription that is lost or ended by its server is opened again, and what may have changed is announced.',
    'PROMISE comes back',
  ],
  [
    'BACKOFF',
    'Opening it again waits longer each time, and is given up after so many tries: then listening ends in good order.',
    'PROMISE bounded',
  ],
  ['END', 'When the gateway drains, or the server or the key is gone, listening is answered as complete.'],
  [
    'CANCEL',
    'A client that goes away listens no longer, and with the last one the subscription at the server ends.',
  ],
  ['STAYS', 'Listening never times out, and keeps the conversation open.'],
  [
    'CAPS',
    'Those who listen are bounded in all and of one principal, and so is the text of what they listen for.',
    'PROMISE bounded',
  ],
  [
    'TURNED',
    'A server that does not understand such words any more: who waits is served in others, who listens is told to ask again.',
    'PROMISE eras',
  ],
  [
    'BRIDGED',
    'At a legacy server what it says of itself that it announces is acknowledged, and each resource that it agrees to.',
    'PROMISE eras',
  ],
  [
    'COUNTED',
    'At a legacy server a resource is subscribed to once for all of a caller who listen for it, as long as anybody does.',
    'PROMISE eras',
  ],
  [
    'REAL',
    'Real modern clients hear of changes at real servers of either era, alone and merged.',
    'PROMISE eras',
  ],
  [
    'LATE',
    'A server that never acknowledges is given up for those who wait, and only for them.',
    'PROMISE bounded',
  ],
  ['TASKS', 'Changes of tasks reach those who named them.', 'SEP-2663'],
]);
