/** What one node says to another at once, as bytes: who says it, where in their talk it belongs, and messages. */

/**
 * - `letters`: messages, numbered. - `note`: what was received; no messages, no number of its own.
 * - `open`: begins a talk, or answers to that.
 * - `news`: a topic and a text for everybody, outside of any talk.
 */
export type LetterKind = 'letters' | 'note' | 'open' | 'news';

const KINDS: readonly LetterKind[] = ['letters', 'note', 'open', 'news'];

export interface Letter {
  readonly from: string;
  readonly kind: LetterKind;
  /** The talk as its sender counts it, and the receiver's as far as the sender knows: 0 if not at all. */
  readonly mine: number;
  readonly theirs: number;
  /** Of `letters`: its number in the talk; of others: that of the last. */
  readonly number: number;
  /** The number of the last that the sender has received. */
  readonly received: number;
  readonly messages: readonly Uint8Array[];
}

const NUMBERS = 4;

export function writeLetter(letter: Letter): Buffer {
  const { from, kind, mine, theirs, number, received, messages } = letter;
  const name = Buffer.from(from, 'latin1');
  const size = messages.reduce((sum, { length }) => sum + 4 + length, 2 + name.length + 8 * NUMBERS);
  const bytes = Buffer.allocUnsafe(size);
  let at = bytes.writeUInt8(KINDS.indexOf(kind), 0);
  at = bytes.writeUInt8(name.length, at);
  at += name.copy(bytes, at);
  for (const value of [mine, theirs, number, received]) at = bytes.writeDoubleBE(value, at);
  for (const message of messages) {
    at = bytes.writeUInt32BE(message.length, at);
    bytes.set(message, at);
    at += message.length;
  }
  return bytes;
}

/** Undefined where it is none. */
export function readLetter(bytes: Buffer): Letter | undefined {
  const kind = KINDS[bytes[0] ?? KINDS.length];
  const nameEnd = 2 + (bytes[1] ?? 0);
  const headEnd = nameEnd + 8 * NUMBERS;
  if (kind === undefined || bytes.length < headEnd) return undefined;
  const from = bytes.toString('latin1', 2, nameEnd);
  const numbers = Array.from({ length: NUMBERS }, (_, index) => bytes.readDoubleBE(nameEnd + 8 * index));
  const [mine = 0, theirs = 0, number = 0, received = 0] = numbers;
  const messages: Uint8Array[] = [];
  for (let at = headEnd; at < bytes.length; ) {
    if (at + 4 > bytes.length) return undefined;
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return undefined;
    messages.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return { from, kind, mine, theirs, number, received, messages };
}
