/** What a client is told when there is no way to its server. */
import type { ErrorWord } from '../protocol/errors.ts';
import type { Exchange } from './exchange.ts';
import { UpstreamError, type UpstreamFault } from './ports.ts';

/** What went wrong, and when, in milliseconds since the epoch. */
export interface Fault {
  readonly at: number;
  readonly code: string;
  readonly message: string;
}

const WORDS: ReadonlyMap<string, ErrorWord> = new Map([
  ['exited', 'upstream_exited'],
  ['backoff', 'upstream_backoff'],
  ['start-failed', 'upstream_start_failed'],
  ['memory', 'upstream_memory'],
  ['unresponsive', 'upstream_unresponsive'],
  ['bad-handshake', 'upstream_start_failed'],
  ['start-timeout', 'upstream_start_timeout'],
  ['too-many-processes', 'upstream_busy'],
  ['missing-credentials', 'missing_credentials'],
  ['no-token', 'upstream_unauthorized'],
  ['unauthorized', 'upstream_unauthorized'],
  ['internal', 'internal_error'],
  ['disabled', 'upstream_disabled'],
]);

/** The word for the reason why a server cannot be had. */
export function wordOf({ code }: UpstreamFault): ErrorWord {
  return WORDS.get(code) ?? 'upstream_failed';
}

/** Answers a request with the reason why its server cannot. */
export function fail(exchange: Exchange, fault: UpstreamFault): void {
  const data = fault.retryAfterMs === undefined ? undefined : { retryAfterMs: fault.retryAfterMs };
  exchange.fail(wordOf(fault), fault.message, data);
}

/** The server answered the gateway's own `initialize` with an error. */
export function refused(server: string): UpstreamFault {
  return { code: 'refused', message: `The server "${server}" refused to be initialised.` };
}

/** The server answered `initialize` with something else than a result of it. */
export function badHandshake(server: string): UpstreamFault {
  return {
    code: 'bad-handshake',
    message: `The server "${server}" answered \`initialize\` with something that is no result of it.`,
  };
}

/** The link was not open, or `initialize` not answered, in time. */
export function startTimeout(server: string, ms: number): UpstreamFault {
  const seconds = Math.round(ms / 100) / 10;
  return {
    code: 'start-timeout',
    message: `The server "${server}" did not answer \`initialize\` within ${seconds} s.`,
  };
}

/** An operator took it out of service for now. */
export function disabled(server: string): UpstreamFault {
  return { code: 'disabled', message: `The server "${server}" is out of service for now.` };
}

/** An operator wanted it started anew. @param isRecoverable what was in flight may be sent again */
export function restarted(server: string, isRecoverable = false): UpstreamFault {
  return { code: 'restarted', message: `The server "${server}" was restarted.`, isRecoverable };
}

/** Why one caller has no link, whatever others have. */
export const SAYS_NOTHING_OF_OTHERS: ReadonlySet<string> = new Set([
  'missing-credentials',
  'no-token',
  'reclaimed',
  'disabled',
]);

/** Why a handshake may have failed that says nothing of the words it was in. */
export const SAYS_NOTHING: ReadonlySet<string> = new Set([
  ...SAYS_NOTHING_OF_OTHERS,
  'closed',
  'backoff',
  'unreachable',
  'too-many-processes',
  'start-failed',
]);

/** What is no fault of the server's is ours, and told without details. */
export function faultOf(error: unknown): UpstreamFault {
  if (error instanceof UpstreamError) return error.fault;
  return { code: 'internal', message: 'The gateway failed to reach the server.' };
}
