/** What modern clients may try, and must not get by it. */
import { area } from './row.ts';

export const brokenModern = area('BRKM', 'PROMISE hostile modern clients', [
  [
    'DIGITS',
    'A retry whose numbers differ in any digit is a retry with other params, and another spelling of the same is none.',
  ],
  ['DECLINED', 'Who declines one of several pages is not asked for the others, and nothing is sent again.'],
  [
    'SHARE',
    'However a caller varies what it can do or calls for, it leaves links to others where there are five or more; where one link serves all, it takes none.',
  ],
  ['QUEUE', 'One caller that waits for conversations leaves others their places in the queue.'],
  ['BYTES', 'The requests of one caller that are in flight are bounded in bytes.'],
  ['TERMS', 'What a client says of itself with each request is bounded, as it is in `initialize`.'],
  [
    'LET-GO',
    'Of a request that is called off, or whose client is asked, nothing is kept that is not needed.',
  ],
  ['UNREAD', 'An answer at the end of a stream that is not taken counts as one that is whole.'],
  [
    'SUBSCRIBED',
    'However often a caller listens and leaves, what a server has not answered about its resources is bounded.',
  ],
  ['URIS', 'What is listened for is bounded in bytes of UTF-8, as what is subscribed to.'],
  [
    'WAYS',
    'However many values one caller gives the headers that are passed on, so many conversations are kept that nobody uses, and closing them costs each the same.',
  ],
  [
    'LISTENS',
    'One caller that listens for as much as it may leaves others room on a conversation that they share, and costs them no time.',
  ],
  ['DRAINED', 'Nobody begins to listen at a gateway that drains, however late it is known where.'],
  [
    'WITHIN',
    'What fails within, once the words of a server are known, is told to its caller and ends nothing else.',
  ],
  ['ONCE', 'A call is answered once, or not at all, whoever has a word for it at the same time.'],
  [
    'CYCLES',
    'Of clients that begin something and go, however many, neither memory nor a conversation is left.',
  ],
]);
