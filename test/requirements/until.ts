/** What stays open no longer than the proof of who opened it. */
import { area } from './row.ts';

export const until = area('UNTIL', 'PROMISE no one else', [
  [
    'SSE',
    'A session of HTTP+SSE ends with its token, told when to come back; nothing is posted with one that is over.',
  ],
  ['STREAMABLE', 'The streams of Streamable HTTP end with their token, and are taken up with the next one.'],
  ['SOCKET', 'A WebSocket is closed as 1008 when its token runs out, with the reason.'],
  ['LISTEN', 'A modern call that listens is ended in good order when its token runs out.'],
  ['ANSWERS', 'The answer to a call that was let in may come after its token has run out.'],
  ['JITTER', 'Ends are spread over a tenth of the time that is left, 30 s at most; none is late.'],
  ['TIDY', 'One timer serves all ends, and nothing is left of what ended before.'],
]);
