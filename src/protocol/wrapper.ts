/**
 * Members that some clients put around a message to name their connection: `connectionId` and `protocol`, or
 * `connection_id`. They are for the gateway: servers that check what they get refuse them.
 *
 * Source: the documents of these clients; JSON-RPC 2.0 section 4 has no such members.
 */
import { decodeString } from './decode.ts';
import { ProtocolError } from './errors.ts';
import type { ReadLimits } from './message.ts';
import { CONNECTION_ID, CONNECTION_ID_SNAKE, PROTOCOL } from './names.ts';
import { Scanner } from './scanner.ts';
import { OPEN_OBJECT, QUOTE } from './text.ts';

/** What stood around a message. A value that is no string counts as empty. */
export interface Wrapper {
  readonly connectionId?: string;
  readonly connection_id?: string;
  readonly protocol?: string;
}

export interface Unwrapped {
  readonly wrapper: Wrapper;
  /** The message without its wrapper, otherwise byte for byte as it was. */
  readonly bytes: Uint8Array;
}

const MEMBERS = new Map<number, keyof Wrapper>([
  [CONNECTION_ID, 'connectionId'],
  [CONNECTION_ID_SNAKE, 'connection_id'],
  [PROTOCOL, 'protocol'],
]);

/** `[start, end)` of one member, from the quote of its name to behind its value. */
interface Place {
  readonly start: number;
  readonly end: number;
  readonly isKept: boolean;
}

/**
 * Takes the wrapper off. For bodies that cannot be read, too, as far as they can: whoever sent them is answered in
 * their own words.
 *
 * Undefined when there is none. Of a member that is written twice the first counts; reading the message refuses it.
 * What cannot be read stays as it is.
 */
export function unwrap(bytes: Uint8Array, limits: ReadLimits): Unwrapped | undefined {
  const wrapper: Found = {};
  try {
    return walk(new Scanner(bytes, limits.depth, limits.elements), wrapper);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return Object.keys(wrapper).length > 0 ? { wrapper, bytes } : undefined;
  }
}

type Found = { -readonly [Name in keyof Wrapper]: string };

function walk(scan: Scanner, wrapper: Found): Unwrapped | undefined {
  const { bytes } = scan;
  const from = scan.space(0);
  if (scan.byteAt(from) !== OPEN_OBJECT) return undefined;
  const places: Place[] = [];
  let more = scan.enter(from);
  while (more) {
    const [start, value] = [scan.nameAt, scan.at];
    const name = MEMBERS.get(scan.known());
    const end = scan.value(value);
    if (name) wrapper[name] ??= bytes[value] === QUOTE ? decodeString(bytes, value + 1, end - 1) : '';
    places.push({ start, end, isKept: name === undefined });
    more = scan.next(end);
  }
  if (scan.space(scan.at) !== scan.end || Object.keys(wrapper).length === 0) return undefined;
  return { wrapper, bytes: keptOf(bytes, places) };
}

/** Each kept member goes with what stands between it and the next one; the last kept one without its comma. */
function keptOf(bytes: Uint8Array, places: readonly Place[]): Uint8Array {
  const last = places.findLastIndex(({ isKept }) => isKept);
  const tail = places.at(-1)?.end ?? 0;
  const kept = new Uint8Array(bytes.length);
  let length = 0;
  const keep = (start: number, end: number): void => {
    kept.set(bytes.subarray(start, end), length);
    length += end - start;
  };
  keep(0, places[0]?.start ?? 0);
  places.forEach(({ start, end, isKept }, index) => {
    if (isKept) keep(start, index === last ? end : (places[index + 1] as Place).start);
  });
  keep(tail, bytes.length);
  return kept.slice(0, length);
}
