/** What the tests of this room share. */
import { ProtocolError, type ErrorWord } from '../../../src/protocol/errors.ts';
import { DEFAULT_LIMITS, type ReadLimits, type Span } from '../../../src/protocol/message.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text);
}

export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** The raw text of a span; undefined when it is absent. */
export function rawOf(bytes: Uint8Array, span: Span): string | undefined {
  return span.end === 0 ? undefined : textOf(bytes.subarray(span.start, span.end));
}

/** The `ProtocolError` that a call throws; undefined when it throws nothing. Other errors go through. */
export function refusalOf(call: () => unknown): ProtocolError | undefined {
  try {
    call();
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
  return undefined;
}

export function wordOf(call: () => unknown): ErrorWord | undefined {
  return refusalOf(call)?.word;
}

/** Caps that no generated text reaches. */
export const WIDE: ReadLimits = { ...DEFAULT_LIMITS, depth: 10_000, bytes: 2 ** 30, elements: 10_000_000 };

/** Pieces as one array. */
export function together(pieces: Uint8Array | readonly Uint8Array[]): Uint8Array {
  const list = pieces instanceof Uint8Array ? [pieces] : pieces;
  const out = new Uint8Array(list.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of list) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}
