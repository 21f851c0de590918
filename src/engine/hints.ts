/**
 * What whoever runs the gateway can do about what goes wrong, by its stable word: about servers (see `UpstreamFault`), and about
 * what goes worse than it should (see `Trouble`). What clients are told of errors has its hints in `protocol/errors`.
 */
import { ERRORS } from '../protocol/errors.ts';

const LOOK = 'Look into its own log; what it wrote to stderr is in the log of the gateway.';
const ADDRESS = 'Correct its `url`, or its `type`.';
const SHOW = 'Check the `auth` or the `headers` of its entry.';
const LATER = 'Try again later; if it stays, ask whoever runs it.';
const AUTHOR = 'Report it to the author of the server.';

const HINTS: ReadonlyMap<string, string> = new Map([
  ['exited', `${LOOK} It is started anew with the next call.`],
  ['start-failed', 'Check its command and its arguments: run them by hand.'],
  ['start-timeout', ERRORS.upstream_start_timeout.hint],
  ['backoff', 'It failed again and again: mend what its last fault says, or restart it to try at once.'],
  ['memory', 'Raise its maxMemory, or ask it for less at once.'],
  ['unresponsive', 'Restart it; if it is busy for long by right, raise its healthTimeout.'],
  ['bad-handshake', AUTHOR],
  ['refused', 'Check what it needs in its configuration: it refused to be initialised.'],
  ['too-large', 'Have it say less at once.'],
  ['too-many-processes', 'Raise its maxProcesses, or let more callers share one (sharing).'],
  ['too-many-links', 'Raise its maxProcesses, or let more callers share one (sharing).'],
  ['too-many-connections', 'Raise its maxConnections, or send fewer calls at once.'],
  ['unreachable', `Start it, check the way there, or correct its \`url\`.`],
  ['cut', LOOK],
  ['silent', LOOK],
  ['no-answer', LOOK],
  ['busy', LATER],
  ['bad-gateway', LATER],
  ['http-status', LOOK],
  ['wrong-address', ADDRESS],
  ['not-http', ADDRESS],
  ['not-mcp', ADDRESS],
  ['not-websocket', ADDRESS],
  ['no-endpoint', ADDRESS],
  ['bad-endpoint', AUTHOR],
  ['foreign-endpoint', ADDRESS],
  ['redirected', 'Set its `url` to where it really is.'],
  ['loop', ERRORS.loop.hint],
  ['compressed', 'Have what stands in front of it leave answers as they are.'],
  ['unauthorized', SHOW],
  ['no-token', SHOW],
  ['missing-credentials', 'Give this caller credentials for the server in its entry.'],
  ['session-lost', 'Nothing: it was restarted, and is spoken to anew.'],
  ['resume-failed', 'Nothing: it was restarted, and is spoken to anew.'],
  ['list_failed', LOOK],
  ['internal', ERRORS.internal_error.hint],
  ['backplane_away', 'Check that Redis runs and can be reached from here.'],
  ['event_log_full', 'Raise what the event log may keep, or close sessions that nobody reads.'],
  ['overloaded', 'Add a node or a core, or lower what it may hold.'],
  ['clock_jumped', 'Set the clock of this machine by a time service.'],
  ['audit_failing', 'Make room on the disk of the audit trail, and check who may write there.'],
  [
    'log_lost',
    'See to whatever reads standard error, or make room where it is kept; a lower LOG_LEVEL writes less.',
  ],
]);

/** Undefined where there is nothing to say. */
export function hintFor(code: string): string | undefined {
  return HINTS.get(code);
}
