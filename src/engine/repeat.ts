/**
 * What becomes of a request whose answer was lost with the way to its server.
 *
 * Guarantees: what may have been carried out is sent again only if it just reads, or if the tool says that it is
 * idempotent or read-only (MCP 2025-03-26, tool annotations), and twice at most; after ten seconds nothing is tried
 * any more. Everything else is told.
 */
import { ToolHints } from './tool-hints.ts';
import type { Exchange } from './exchange.ts';
import type { Message } from '../protocol/message.ts';
import type { UpstreamFault } from './ports.ts';
import type { UpstreamSession } from './upstream-session.ts';

/** A server that is lost once more is not merely restarted. */
const MAX_REPEATS = 2;
/** A restart takes seconds; who waits longer wants to know. */
const GIVE_UP_MS = 10_000;
/** A larger request is not kept for this while it is in flight. */
export const KEPT_BYTES = 64 * 1024;

/** Requests that change nothing. */
export const READS: ReadonlySet<string> = new Set([
  'ping',
  'tools/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'prompts/list',
  'prompts/get',
  'completion/complete',
  'logging/setLevel',
]);

/** `again` now; `ask` the server whether the tool may be called twice; `tell` the client. */
export type Verdict = 'again' | 'ask' | 'tell';

export function verdictOn(exchange: Exchange, fault: UpstreamFault, isUnsent: boolean, now: number): Verdict {
  const { kept, sends, refusals, isOver, method, losses, lostAt } = exchange;
  const until = (losses > 0 ? lostAt : now) + GIVE_UP_MS;
  if (!kept || isOver || sends + refusals > MAX_REPEATS || now + pauseOf(fault, isUnsent) > until)
    return 'tell';
  if (isUnsent) return 'again';
  if (!fault.isRecoverable) return 'tell';
  if (READS.has(method)) return 'again';
  return method === 'tools/call' && kept.target !== undefined ? 'ask' : 'tell';
}

/** One for each conversation, made when it is first needed. */
const hintsOf = new WeakMap<UpstreamSession, ToolHints>();

/** Sends a call of a tool once more if the server says that this is safe; else tells the client. */
export function callIfSafe(
  upstream: UpstreamSession,
  exchange: Exchange,
  message: Message,
  why: UpstreamFault,
): void {
  const hints = hintsOf.get(upstream) ?? new ToolHints(upstream);
  hintsOf.set(upstream, hints);
  hints.ask(message.target ?? '', exchange.startedAt, (isSafe) => {
    if (exchange.isOver) return;
    if (isSafe === undefined) exchange.lost(NOT_ASKED, false);
    else if (isSafe) upstream.call(exchange, message);
    else tellUnsafe(exchange, why);
  });
}

/** What a tool says of itself could not be asked for: as if the call had been lost once more. */
const NOT_ASKED: UpstreamFault = {
  code: 'unreachable',
  message: 'The server cannot be reached.',
  isRecoverable: true,
};

/** The call may have been carried out, and is not repeated. @param why its answer was lost */
export function tellUnsafe(exchange: Exchange, { message, retryAfterMs }: UpstreamFault): void {
  const data = retryAfterMs === undefined ? undefined : { retryAfterMs };
  exchange.fail('may_have_run', `${message} The call may have run, and was not repeated.`, data);
}

/** Tells of a call that may have run. False when the fault itself says what is to be told. */
export function toldLost(exchange: Exchange, fault: UpstreamFault, isUnsent: boolean): boolean {
  // An earlier try may have been carried out.
  if ((isUnsent && exchange.sends === 0) || !fault.isRecoverable || exchange.method !== 'tools/call')
    return false;
  tellUnsafe(exchange, fault);
  return true;
}

/** Whether the server itself refused it: it was not carried out, and will hardly be by being sent ever again. */
export function isRefused(fault: UpstreamFault, isUnsent: boolean): boolean {
  return isUnsent && fault.code === 'session-lost';
}

/** So long the server itself wants to be left alone. */
export function pauseOf({ retryAfterMs = 0 }: UpstreamFault, isUnsent: boolean): number {
  return isUnsent ? 0 : retryAfterMs;
}
