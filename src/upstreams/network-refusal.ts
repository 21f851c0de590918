/** What an answer means that is no message in good order: whose fault it is, and what becomes of the call. */
import { type Message, readMessage } from '../protocol/message.ts';
import { joined } from '../protocol/pieces.ts';
import type { HttpHeaders } from './network-caller.ts';
import { isJson, type Trouble, wrongStatus, wrongType } from './network-faults.ts';
import type { Remote } from './network-remote.ts';

/** An error is a few sentences; what is longer is not read. */
export const MAX_REFUSAL_BYTES = 64 * 1024;

export interface Refusal {
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly body: readonly Uint8Array[];
}

/**
 * - `session-lost`: the server forgot the session the request named (MCP 2025-03-26, session management).
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
): 'session-lost' | Message | Trouble {
  if (status >= 200 && status < 300) return wrongType(remote.name, remote.address, headers);
  if (isAboutUs(status)) return wrongStatus(remote.name, remote.address, status, headers);
  const refusal = isJson(headers) ? refusalIn(joined(body)) : undefined;
  if (hasSession && (status === 404 || (status === 400 && refusal !== undefined && isOfSession(refusal)))) {
    return 'session-lost';
  }
  const answer = refusal && number !== undefined ? answerOf(refusal, number) : undefined;
  return answer ?? wrongStatus(remote.name, remote.address, status, headers);
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
  readonly error: { readonly message: string };
}

function refusalIn(bytes: Uint8Array): Words | undefined {
  try {
    const value = JSON.parse(decoder.decode(bytes)) as { error?: { message?: unknown } } | null;
    return typeof value?.error?.message === 'string' ? (value as Words) : undefined;
  } catch {
    return undefined;
  }
}

/** Many servers answer 400 where 404 is due, with words of their own (the examples of the TypeScript SDK do). */
function isOfSession({ error }: Words): boolean {
  return /\bsession\b|not initialized/i.test(error.message);
}

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
