/**
 * The id of a request that cannot be read, from its first and last bytes: its sender waits for an answer, and can be
 * told what is wrong only under that id.
 */

/** An id and what surrounds it. */
const EDGE = 256;
const decoder = new TextDecoder();
const encoder = new TextEncoder();

const ID = String.raw`"id"\s*:\s*(-?\d{1,16}|"[^"\\]{0,200}")(?=\s*[,}])`;
const VERSION = String.raw`"jsonrpc"\s*:\s*"[^"\\]*"`;
const METHOD = String.raw`"method"\s*:\s*"[^"\\]*"`;
/** The members of the message before the first that may hold others. */
const HEAD = new RegExp(String.raw`^\s*\{\s*((?:(?:${VERSION}|${METHOD}|${ID})\s*(?:,\s*)?)+)`);
/** The id as the last member, or the last but the version: behind it no more than the message itself is closed. */
const TAIL = new RegExp(String.raw`,\s*(?:${VERSION}\s*,\s*)?${ID}\s*(?:,\s*${VERSION}\s*)*\}\s*$`);

/**
 * The raw id; undefined where it cannot be told for sure, or where it is an answer or a notification.
 * @param head its first bytes; as many as there are will do
 * @param tail its last ones
 */
export function lostRequestId(head: Uint8Array, tail: Uint8Array): Uint8Array | undefined {
  const known = HEAD.exec(decoder.decode(head.subarray(0, EDGE)))?.[1];
  // What has no method first may as well be an answer.
  if (known === undefined || !new RegExp(METHOD).test(known)) return undefined;
  const id = new RegExp(ID).exec(known)?.[1] ?? TAIL.exec(decoder.decode(tail.subarray(-EDGE)))?.[1];
  return id === undefined ? undefined : encoder.encode(id);
}
