/** Requests that may be sent again under a key: run once, answered each time. */
import { area } from './row.ts';

export const idempotency = area('ONCE', 'PROMISE an idempotency key: run once, both answered', [
  [
    'RUN',
    'A request with a key is sent on once; later tries get the same answer, byte for byte but for the id, be it a result or an error.',
  ],
  [
    'TOGETHER',
    'Tries that come while it runs wait for its answer; what comes before the answer goes to the first.',
  ],
  [
    'GOES-ON',
    'A call with a key goes on when its client goes away, within bounds, unless that calls it off in so many words.',
  ],
  ['WHOSE', 'Equal keys of two callers, at two servers, or with other headers for the server never meet.'],
  [
    'OTHER',
    'Another request under a key is refused (422); ids, tokens and order of members make no other request.',
  ],
  ['UNSENT', 'What certainly was not sent to its server is not remembered: the next try is the first.'],
  ['ROUNDS', 'A key belongs to one call with all its rounds, each of which is run once.'],
  [
    'KEPT',
    'An answer is kept for its time; one that is too large, or finds no room, is told as such and not run again.',
  ],
  [
    'FULL',
    'Keys are bounded in number and bytes, in all and of each caller; over that new ones are refused.',
  ],
  ['READS', 'A key means nothing where nothing is changed.'],
  [
    'SYNTAX',
    'A key is a string in quotes in a header, or one in `_meta`, of 1 to 255 printable characters; else 400, as where both differ.',
    'draft-ietf-httpapi-idempotency-key-header-07, RFC 8941',
  ],
  [
    'WIRE',
    'Over a wire that is cut, before the answer or in the midst of it, each call is run once and answered, by new servers and by old ones.',
  ],
  [
    'CLIENT',
    '`callOnce` sends the same request until it is answered, where the network or a status says that trying again may help; bounded in tries and time, later each time.',
  ],
  [
    'NODES',
    'Of several nodes one runs a request; the others wait for its answer and give it, too, also when that node is gone by then.',
  ],
  [
    'ORPHAN',
    'A call whose node died is told as `may_have_run`, and run again only where its tool says that it may be called twice.',
  ],
  [
    'AWAY',
    'While what nodes share cannot be reached, or has just been lost, new keys are refused and nothing is run twice.',
  ],
  ['LINES', 'Over stdio a key in `_meta` means the same.'],
  ['TOLD', 'The answer to a POST names the key in its head where it means something.'],
]);
