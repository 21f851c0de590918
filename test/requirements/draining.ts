/** A gateway that goes away loses nobody, and streams that are old go on elsewhere. */
import { area } from './row.ts';

export const rolling = area('ROLL', 'PROMISE drains', [
  [
    'DELAY',
    'Told to stop, a gateway is not ready at once and takes no new sessions; its sessions, and calls without one, go on for a settable time.',
  ],
  [
    'CONNECTION-CLOSE',
    'While it drains, answers over HTTP/1.1 say `Connection: close`: the next request goes elsewhere.',
  ],
  [
    'IDLE-FIRST',
    'Streams that serve no call end first, told when to come back; others when their calls are answered.',
  ],
  [
    'ELSEWHERE',
    'A request for a session that was let go of is 503 with `Retry-After`, not 404: the session is not lost.',
  ],
  [
    'BUSY',
    'A client that goes on asking is refused after half of the time, so that what is in flight is answered.',
  ],
  ['READ', 'An answer whose reader takes its time is on its way as much as a call: it is waited for.'],
  ['ASKED', 'A call whose client was asked something goes on when it comes back with answers.'],
  ['SPREAD', 'Many idle sessions are let go of in slices, within a quarter of the time.'],
  ['TIDY', 'It is over after both times at the latest, at once when told so, and no timer is left.'],
]);

export const age = area('AGE', 'PROMISE drains', [
  [
    'ROTATED',
    'A stream that can be taken up again ends at its age, told when to come back; each event comes once.',
  ],
  ['STANDING', 'So does a standing stream, and what is announced meanwhile waits for its client.'],
  ['OLDER', 'The stream of a call is left open where its client would not take it up again.'],
  ['SSE', 'HTTP+SSE is rotated only where it is asked for, and never while a call is in flight.'],
  ['LISTEN', 'What a modern client listens for ends in good order at its age.'],
  [
    'JITTER',
    'Ends are spread over the last fifth of the age, none is later; the end of a proof comes first where it is sooner.',
  ],
]);
