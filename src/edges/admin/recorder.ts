/**
 * The last messages of all sessions, in a ring: who said what to whom, when, and how long that took.
 *
 * Guarantees: heads only, in objects that are used again, so that a message costs the hot path next to nothing and an
 * operator who comes after a fault still finds it. What was said is kept only while somebody watches: of one message at
 * most so many bytes, of all together at most so many, and nothing once the last watcher is gone.
 */
import type { Bytes } from '../../engine/ports.ts';
import type { Leg, Passing, Tap } from '../../engine/ports-tap.ts';
import { sizeOf } from '../../engine/bytes.ts';
import type { Span } from '../../protocol/message.ts';
import type { MessageView } from './contract/session.ts';
import { brief, briefText } from './brief.ts';
import { type Place, Said } from './said.ts';

export interface RecorderLimits {
  /** Messages; a power of two. */
  readonly messages: number;
  /** Bytes of one that are kept of what it says. */
  readonly payload: number;
  /** Bytes of all of them. */
  readonly payloads: number;
}

const RECORDER_LIMITS: RecorderLimits = {
  messages: 8_192,
  payload: 64 * 1024,
  payloads: 16 * 1024 * 1024,
};

/** Which messages are asked for. */
export interface Wanted {
  readonly session?: string | undefined;
  readonly server?: string | undefined;
  readonly leg?: Leg | undefined;
}

class Slot {
  seq = 0;
  at = 0;
  session = '';
  server = '';
  leg: Leg = 'from-client';
  kind: Passing['kind'] = 'request';
  method = '';
  target: string | undefined;
  id: string | number | undefined;
  call = 0;
  ms = -1;
  bytes = 0;
  /** Where what it says is kept. */
  said: Place | undefined;
}

const decoder = new TextDecoder();

export class Recorder implements Tap {
  readonly #now: () => number;
  readonly #limits: RecorderLimits;
  readonly #slots: Slot[] = [];
  readonly #mask: number;
  #latest = 0;
  #received = 0;
  #watchers = 0;
  /** Undefined while nobody watches. */
  #said: Said | undefined;
  /** The first message since somebody does. */
  #since = 0;

  /** @param now milliseconds since the epoch, with a fraction */
  constructor(now: () => number, limits: Partial<RecorderLimits> = {}) {
    this.#now = now;
    this.#limits = { ...RECORDER_LIMITS, ...limits };
    this.#mask = this.#limits.messages - 1;
  }

  /** Messages of clients that passed. */
  get received(): number {
    return this.#received;
  }

  /** The number of the message that passed last; 0 before the first. */
  get latest(): number {
    return this.#latest;
  }

  /** From now on what is said is kept, until all who watch have called what this returns. */
  watch(): () => void {
    if (this.#watchers++ === 0) {
      this.#said = new Said(this.#limits.payloads, this.#limits.payload);
      this.#since = this.#latest + 1;
    }
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      if (--this.#watchers === 0) this.#said = undefined;
    };
  }

  passed(message: Passing): number {
    const seq = ++this.#latest;
    if (message.leg === 'from-client') this.#received++;
    const slot = (this.#slots[seq & this.#mask] ??= new Slot());
    const asked = message.request > 0 ? this.#at(message.request) : undefined;
    slot.seq = seq;
    slot.at = this.#now();
    slot.session = message.session;
    slot.server = message.server;
    slot.leg = message.leg;
    slot.kind = message.kind;
    slot.method = briefText(message.method === '' && asked ? asked.method : message.method);
    slot.target = message.target === undefined ? asked?.target : briefText(message.target);
    slot.id = idOf(message.idIn, message.id);
    // A request that belongs to no other belongs to itself.
    slot.call = message.call === 0 && message.kind === 'request' ? seq : message.call;
    slot.ms = asked ? slot.at - asked.at : -1;
    slot.bytes = sizeOf(message.bytes) + (message.gap ? sizeOf(message.gap.pieces) : 0);
    if (this.#said) this.#keep(this.#said, slot, message);
    return seq;
  }

  /**
   * Those that are remembered, in the order in which they passed.
   * @param after only those that passed later @param before only those that passed earlier
   * @param limit so many at most: the last ones, or with `after` the first
   */
  read(
    wanted: Wanted,
    { after, before, limit }: { after?: number; before?: number; limit: number },
  ): MessageView[] {
    const first = Math.max(this.#latest - this.#limits.messages, 0) + 1;
    const found: MessageView[] = [];
    if (after !== undefined) {
      for (let seq = Math.max(first, after + 1); seq <= this.#latest && found.length < limit; seq++)
        this.#take(seq, wanted, found);
      return found;
    }
    for (
      let seq = Math.min(this.#latest, (before ?? Infinity) - 1);
      seq >= first && found.length < limit;
      seq--
    )
      this.#take(seq, wanted, found);
    return found.reverse();
  }

  /** How many passed after one. */
  count(wanted: Wanted, after: number): number {
    let count = 0;
    const first = Math.max(this.#latest - this.#limits.messages, after) + 1;
    for (let seq = first; seq <= this.#latest; seq++) {
      const slot = this.#at(seq);
      if (slot && fits(slot, wanted)) count++;
    }
    // What is not remembered any more may have been wanted.
    return count + (first - 1 - after);
  }

  #take(seq: number, wanted: Wanted, found: MessageView[]): void {
    const slot = this.#at(seq);
    if (slot && fits(slot, wanted)) found.push(this.#view(slot));
  }

  #at(seq: number): Slot | undefined {
    const slot = this.#slots[seq & this.#mask];
    return slot?.seq === seq ? slot : undefined;
  }

  #keep(said: Said, slot: Slot, { bytes, gap }: Passing): void {
    slot.said = said.place(slot.bytes);
    said.put(slot.said, gap ? piecesOf(bytes, gap) : bytes);
  }

  #view(slot: Slot): MessageView {
    const { seq, at, server, leg, kind, method, target, id, call, ms, bytes, said } = slot;
    const payload = said && seq >= this.#since ? this.#said?.get(said) : undefined;
    return {
      ...{ seq, at: fine(at), session: brief(slot.session), server, leg, kind, bytes },
      ...(method === '' ? {} : { method }),
      ...(target === undefined ? {} : { target }),
      ...(id === undefined ? {} : { id: String(id) }),
      ...(call === 0 ? {} : { call }),
      ...(ms < 0 ? {} : { ms: fine(ms) }),
      ...(payload && saidIn(payload, payload.length < bytes)),
    };
  }
}

/** To a microsecond: more of it is not known. */
function fine(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}

function fits(slot: Slot, { session, server, leg }: Wanted): boolean {
  if (session !== undefined && brief(slot.session) !== session) return false;
  if (server !== undefined && slot.server !== server) return false;
  return leg === undefined || slot.leg === leg;
}

/** Digits of the largest number that is surely exact. */
const EXACT = 15;
/** Characters of an id that is a text. */
const LONGEST_ID = 64;

/** As it stands in the message; numbers as such, which are nearly all of them. */
function idOf(bytes: Uint8Array, { start, end }: Span): string | number | undefined {
  if (end === 0) return undefined;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] as number) - 0x30;
    if (digit < 0 || digit > 9 || at - start >= EXACT) return textOf(bytes, start, end);
    value = value * 10 + digit;
  }
  return value;
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= LONGEST_ID) return decoder.decode(bytes.subarray(start, end));
  return `${new TextDecoder().decode(bytes.subarray(start, start + LONGEST_ID))}…`;
}

/** One that was cut within a character loses that character. */
function saidIn(payload: Uint8Array, isCut: boolean): Pick<MessageView, 'payload' | 'isCut'> {
  if (!isCut) return { payload: decoder.decode(payload) };
  return { payload: new TextDecoder().decode(payload, { stream: true }), isCut };
}

function piecesOf(bytes: Bytes, gap: NonNullable<Passing['gap']>): readonly Uint8Array[] {
  if (!(bytes instanceof Uint8Array)) return bytes;
  return [bytes.subarray(0, gap.at), ...gap.pieces, bytes.subarray(gap.at)];
}
