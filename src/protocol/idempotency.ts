/**
 * The key under which a client may send the same request again: an extension of ours, in a header or in `_meta`.
 *
 * Source: draft-ietf-httpapi-idempotency-key-header-07, sections 2.1 and 2.2; RFC 8941 section 3.3.3.
 */
import { decodeString } from './decode.ts';
import type { Message } from './message.ts';
import type { MetaComplaint } from './meta.ts';
import { QUOTE } from './text.ts';

/** In lower case. */
export const IDEMPOTENCY_HEADER = 'idempotency-key';
/** In `_meta`: no key of the protocol, and so under a name of ours. */
export const IDEMPOTENCY_META = 'dev.sluice/idempotencyKey';
/** Characters of a key: a UUID has 36. */
const MOST_KEY = 255;

/** A string of RFC 8941, which is what the draft wants; only quotes and backslashes are escaped. */
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
/** What many clients send in its place: a UUID and the like without quotes. */
const BARE = /^[\w.~:+/=!#$%&'*^`|-]+$/;
/** What a header can hold, too. */
const PLAIN = /^[\x20-\x7e]+$/;

/**
 * The key of a request; undefined where it has none.
 * @param header as it came, where there may be one
 * @returns what is wrong with it: no key, too long, or two that differ
 */
export function idempotencyKeyOf(message: Message, header?: string): string | MetaComplaint | undefined {
  const span = message.claims?.idempotencyKey;
  const isInMeta = span !== undefined && span.end > 0;
  if (header === undefined && !isInMeta) return undefined;
  const inMeta = isInMeta ? inMetaOf(message.bytes, span.start, span.end) : undefined;
  const inHeader = header === undefined ? undefined : inHeaderOf(header);
  if (typeof inMeta === 'object') return inMeta;
  if (typeof inHeader === 'object') return inHeader;
  if (inMeta !== undefined && inHeader !== undefined && inMeta !== inHeader) return DIFFERENT;
  return inMeta ?? inHeader;
}

/** As a header has it. @param key that was found good */
export function idempotencyHeader(key: string): string {
  return `"${key.replaceAll(/["\\]/g, '\\$&')}"`;
}

function inHeaderOf(header: string): string | MetaComplaint {
  const [, quoted] = QUOTED.exec(header) ?? [];
  if (quoted !== undefined) return checked(quoted.replaceAll(/\\(.)/g, '$1'), 'The header Idempotency-Key');
  return BARE.test(header) ? checked(header, 'The header Idempotency-Key') : UNREADABLE;
}

function inMetaOf(bytes: Uint8Array, start: number, end: number): string | MetaComplaint {
  const what = `"${IDEMPOTENCY_META}" in \`_meta\``;
  if (bytes[start] !== QUOTE) return bad(`${what} must be a string.`);
  return checked(decodeString(bytes, start + 1, end - 1), what);
}

function checked(key: string, what: string): string | MetaComplaint {
  if (key.length > MOST_KEY) return bad(`${what} has more than ${MOST_KEY} characters.`);
  if (!PLAIN.test(key)) return bad(`${what} must be 1 to ${MOST_KEY} printable characters of ASCII.`);
  return key;
}

function bad(message: string): MetaComplaint {
  return { word: 'bad_idempotency_key', message };
}

const UNREADABLE = bad('The header Idempotency-Key must be one string in quotes, like "8e03978e-40d5-43dd".');
const DIFFERENT: MetaComplaint = {
  word: 'header_mismatch',
  message: 'The header Idempotency-Key says something else than `_meta`.',
  data: { header: 'Idempotency-Key' },
};
