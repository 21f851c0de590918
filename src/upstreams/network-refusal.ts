/** What an answer means that is no message in good order: whose fault it is, and what becomes of the call. */
import { ERRORS } from '../protocol/errors.ts';
import { type Message, readMessage } from '../protocol/message.ts';
import { joined } from '../protocol/pieces.ts';
import type { HttpHeaders } from './network-caller.ts';
import { isJson, type Trouble, wrongStatus, wrongType } from './network-faults.ts';
import type { Remote } from './network-remote.ts';

/** An error is a few sentences; what is longer is not read. */
export const MAX_REFUSAL_BYTES = 64 * 1024;
/** What of it has not come by then is not waited for: the status says most. */
export const REFUSAL_MS = 2_000;

export interface Refusal {
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly body: readonly Uint8Array[];
}

/**
 * - `session-lost`: the server forgot the session the request named (MCP 2025-03-26, session management).
 * - `session-doubtful`: the same in an answer to our very request, which may be of something that was carried out.
 * - A message: the server's own words, as the answer of our request.
 * - Else what is wrong.
 * @param hasSession whether the request named a session
 * @param number our id of the request
 */
export function judge(
  remote: Remote,
  { status, headers, body }: Refusal,
  hasSession: boolean,
  number: number | undefined,
): 'session-lost' | 'session-doubtful' | Message | Trouble {
  if (status >= 200 && status < 300) return wrongType(remote.name, remote.address, headers);
  if (isAboutUs(status)) return wrongStatus(remote.name, remote.address, status, headers);
  const refusal = isJson(headers) ? refusalIn(joined(body)) : undefined;
  const isOwn = refusal !== undefined && number !== undefined && refusal.id === number;
  if (hasSession && isOfSession(status, refusal, isOwn)) return isOwn ? 'session-doubtful' : 'session-lost';
  const answer = refusal && number !== undefined ? answerOf(refusal, number) : undefined;
  return answer ?? wrongStatus(remote.name, remote.address, status, headers);
}

/**
 * The same for a modern server, which keeps no session.
 * @param isProbe whether it is only found out how the server speaks: an outage says nothing of it, in whatever words
 */
export function judgeModern(
  remote: Remote,
  refusal: Refusal,
  number: number | undefined,
  isProbe: boolean,
): Message | Trouble {
  const { status, headers } = refusal;
  if (isProbe && (status >= 500 || status === 408 || status === 429))
    return wrongStatus(remote.name, remote.address, status, headers);
  const verdict = judge(remote, refusal, false, number);
  return typeof verdict === 'string' ? wrongStatus(remote.name, remote.address, status, headers) : verdict;
}

/**
 * Whether a server says that it does not speak a revision any more that was agreed upon: it is another than the one
 * that agreed, and has done nothing.
 */
export function hasForgotten({ headers, body }: Refusal, version: string | undefined): boolean {
  const error = version !== undefined && isJson(headers) ? refusalIn(joined(body))?.error : undefined;
  const supported = error?.code === ERRORS.unknown_version.code ? error.data?.supported : undefined;
  return Array.isArray(supported) && !supported.includes(version);
}

/**
 * The words would mislead the caller: those about a key (401, 403) mean the key of our entry, and whose words come out
 * of a circle (508) is not sure. What the status means is.
 */
function isAboutUs(status: number): boolean {
  return status === 401 || status === 403 || status === 508;
}

/** A JSON-RPC error, as far as anything is sure of it: servers that refuse a request write them freely. */
interface Words {
  readonly id?: unknown;
  readonly error: {
    readonly message: string;
    readonly code?: unknown;
    readonly data?: { readonly supported?: unknown } | null;
  };
}

function refusalIn(bytes: Uint8Array): Words | undefined {
  try {
    const value = JSON.parse(decoder.decode(bytes)) as { error?: { message?: unknown } } | null;
    return typeof value?.error?.message === 'string' ? (value as Words) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether it is about the session. Many servers answer 400 where 404 is due, with words of their own (the examples of
 * the TypeScript SDK do). What answers our very request is what became of it, whatever its status, unless it speaks of
 * nothing but the session.
 */
function isOfSession(status: number, refusal: Words | undefined, isOwn: boolean): boolean {
  const words = refusal?.error.message ?? '';
  if (status !== 404 && status !== 400) return false;
  if (isOwn) return OF_SESSION.test(words);
  return status === 404 || /\bsession\b|not initialized/i.test(words);
}

const OF_SESSION =
  /^(?:(?:bad request|not found|error): )?(?:mcp[- ])?(?:session(?:[- ]id)? (?:was )?(?:not found|missing|required|terminated|expired)|(?:no|no valid|unknown|invalid|missing) (?:mcp[- ])?session\b|server not initialized)/i;

/** The error as the answer to our request: of a refused request a server often does not know the id. */
function answerOf({ id, error }: Words, number: number): Message | undefined {
  if (id !== undefined && id !== null && id !== number) return undefined;
  try {
    return readMessage(encoder.encode(JSON.stringify({ jsonrpc: '2.0', id: number, error })));
  } catch {
    return undefined;
  }
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();
