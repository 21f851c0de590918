/** Answers of a server that cannot be taken: whose they were, and what their callers are told in their place. */
import { type ErrorWord, errorResponse } from '../protocol/errors.ts';
import { type Message, readMessage } from '../protocol/message.ts';
import { QUOTE } from '../protocol/text.ts';

/** An id and what surrounds it. */
const EDGE = 256;
const decoder = new TextDecoder();
const encoder = new TextEncoder();

const VERSION = String.raw`"jsonrpc"\s*:\s*"[^"]*"`;
/** Our numbers are integers; some servers give them back as strings. */
const OUR_ID = String.raw`"id"\s*:\s*"?(\d{1,15})"?`;
const OUTCOME = String.raw`"(?:result|error)"\s*:`;
const BEGIN = String.raw`^\s*\{\s*(?:${VERSION}\s*,\s*)*`;
/** The id, then at once the outcome. */
const ID_FIRST = new RegExp(String.raw`${BEGIN}${OUR_ID}\s*,\s*(?:${VERSION}\s*,\s*)*${OUTCOME}`);
/** The outcome first, as the SDKs write it: the id is the last member, or the last but the version. */
const OUTCOME_FIRST = new RegExp(`${BEGIN}${OUTCOME}`);
const ID_LAST = new RegExp(String.raw`,\s*(?:${VERSION}\s*,\s*)*${OUR_ID}\s*(?:,\s*${VERSION}\s*)*\}\s*$`);
/** A member of the message itself, not of what is in it: no more than one bracket is closed behind it. */
const METHOD_LAST = /"method"\s*:\s*"[^"\\]*"\s*(?:,\s*"(?:jsonrpc|id)"\s*:[^,{}[\]]*)*\}\s*$/;

/**
 * The number of our request that an answer is for, from its first and last bytes; undefined when it cannot be told
 * for sure, or when it is no answer but a question or a notification.
 */
export function lostId(head: Uint8Array, tail: Uint8Array): string | undefined {
  const start = decoder.decode(head.subarray(0, EDGE));
  const end = decoder.decode(tail.subarray(-EDGE));
  const first = ID_FIRST.exec(start)?.[1];
  if ((first === undefined && !OUTCOME_FIRST.test(start)) || METHOD_LAST.test(end)) return undefined;
  const last = ID_LAST.exec(end)?.[1];
  // Two that differ: which one is meant cannot be told.
  return first !== undefined && last !== undefined && first !== last ? undefined : (first ?? last);
}

/** Our number, where an answer gives it back as a string: it was never sent so, and fits no call. */
export function quotedId({ bytes, id, kind }: Message): string | undefined {
  if ((kind !== 'response' && kind !== 'error') || bytes[id.start] !== QUOTE) return undefined;
  return /^"(\d{1,15})"$/.exec(decoder.decode(bytes.subarray(id.start, id.end)))?.[1];
}

/** The answer that the caller gets instead. */
export function instead(id: string, word: ErrorWord, message: string): Message {
  return readMessage(errorResponse(encoder.encode(id), word, message));
}
