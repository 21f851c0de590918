/** What went wrong with a server, in one sentence with the way out, and with its exit code. */
import { SdkError, SdkErrorCode } from '@modelcontextprotocol/client';
import { CliError, EXIT } from '../exit.ts';
import type { Attempt } from './attempt.ts';

/** Nothing came in the time there was. */
export class NoAnswer extends Error {}

export interface FailureFacts {
  /** How to call the server in a sentence. */
  readonly label: string;
  readonly attempt: Attempt;
  /** How long it was waited for, if that is known. */
  readonly timeoutMs?: number | undefined;
}

export function failureOf(error: unknown, facts: FailureFacts): Error {
  if (error instanceof Error && error.name === 'AbortError') return error;
  const { label, attempt } = facts;
  const status = attempt.status?.();
  const say = (code: (typeof EXIT)['auth' | 'unreachable'], message: string) =>
    new CliError(code, capital(message), { cause: error });
  if (isLate(error) && attempt.reason() === undefined) return say(EXIT.unreachable, lateSentence(facts));
  if (status === 401) {
    const what = 'wants a key, or does not know this one (status 401); give one with --api-key or --header.';
    return say(EXIT.auth, `${label} ${what}`);
  }
  if (status === 403) {
    const advice = 'check the key (--api-key, --header) and the name in the address.';
    return say(EXIT.auth, `${label} refuses this (status 403)${orSaid(attempt, advice)}`);
  }
  const beneath = attempt.reason();
  if (beneath !== undefined && /^(The server|A spare)/.test(beneath)) return say(EXIT.unreachable, beneath);
  if (status === 404 || status === 405) {
    const what = `is no MCP endpoint (status ${status})${orSaid(attempt, 'check its path.')}`;
    return say(EXIT.unreachable, `${label} ${what}`);
  }
  if (beneath === undefined && attempt.said?.() !== undefined) {
    return say(EXIT.unreachable, `${label} answered with status ${status}: ${attempt.said()}`);
  }
  const message = error instanceof Error ? error.message : String(error);
  const why = beneath ?? (status === undefined ? message : `it answered with status ${status}`);
  return say(EXIT.unreachable, `${label} could not be reached: ${why.replace(/\.$/, '')}.`);
}

/** At the beginning of a sentence; addresses stay as they are. */
export function capital(text: string): string {
  return text.startsWith('the ') ? `T${text.slice(1)}` : text;
}

function isLate(error: unknown): boolean {
  if (error instanceof NoAnswer) return true;
  return SdkError.isInstance(error) && error.code === SdkErrorCode.RequestTimeout;
}

function lateSentence({ label, attempt, timeoutMs }: FailureFacts): string {
  const time = timeoutMs === undefined ? 'in time' : `within ${timeoutMs / 1_000} s`;
  return `${label} did not answer ${time}.${attempt.hint === undefined ? '' : ` ${attempt.hint}`}`;
}

/** The server knows best why it refuses. */
function orSaid(attempt: Attempt, advice: string): string {
  const said = attempt.said?.();
  return said === undefined ? `; ${advice}` : `: ${said}`;
}
