/** What becomes of the requests of a stream whose node is gone. */
import { errorResponse } from '../protocol/errors.ts';
import type { KeptStream } from './ports-backplane.ts';
import type { Stream } from './stream.ts';

const NODE_LOST = 'The node that had this call is gone; the call may have run.';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The raw ids of its requests as `KeptStream.about` has them. */
export function aboutIds(ids: readonly Uint8Array[]): Uint8Array {
  return encoder.encode(JSON.stringify(ids.map((id) => decoder.decode(id))));
}

/** Answers those that were not, each with one error; but for the standing stream nothing will follow. */
export function answerInstead(stream: Stream, kept: KeptStream): void {
  if (stream.number === 0) return;
  for (const id of unanswered(kept)) stream.answer(errorResponse(id, 'node_lost', NODE_LOST), id);
  stream.end();
}

/** The raw ids of those that were not answered. */
function unanswered({ about, answers }: KeptStream): Uint8Array[] {
  const open = idsIn(about);
  for (const { id } of answers) {
    const at = open.indexOf(decoder.decode(id));
    if (at >= 0) open.splice(at, 1);
  }
  return open.map((id) => encoder.encode(id));
}

function idsIn(about: Uint8Array): string[] {
  if (about.length === 0) return [];
  const ids: unknown = JSON.parse(decoder.decode(about));
  return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
}
