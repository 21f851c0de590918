/**
 * The talk of this node with one other: what is sent is numbered, so that the other notices what it did not get, and
 * counts as waiting until the other has said that it got it.
 *
 * A talk that is broken begins anew on both sides, under a higher count: each side leaves out what the other said in an
 * earlier one, so nothing of before is mixed up with what comes after.
 */
import type { Letter } from './letter.ts';

/** What is made of a letter. `broken`: the talk began anew; `messages` are those to hand on. */
export interface Heard {
  readonly isBroken: boolean;
  readonly messages: readonly Uint8Array[];
}

const NOTHING: readonly Uint8Array[] = [];
/** What is received and not acknowledged, at most. */
const ACKNOWLEDGED_BYTES = 512 * 1024;

export class Talk {
  readonly #from: string;
  readonly #count: () => number;
  #mine: number;
  #theirs = 0;
  /** What the other said in talks up to this one counts no more. */
  #floor = 0;
  #sent = 0;
  #received = 0;
  #unsaid = 0;
  /** Sizes of what the other did not acknowledge yet, in order. */
  #open: { readonly number: number; readonly bytes: number }[] = [];
  #openBytes = 0;
  #messages: Uint8Array[] = [];
  #mustReset = false;
  #mustNote = false;

  /** @param count gives higher numbers each time */
  constructor(from: string, count: () => number) {
    this.#from = from;
    this.#count = count;
    this.#mine = count();
  }

  /** Bytes that the other has not acknowledged. */
  get waiting(): number {
    return this.#openBytes;
  }

  /** Whether there is something to be lost. */
  get isUsed(): boolean {
    return this.#sent > 0 || this.#messages.length > 0 || this.#theirs > 0;
  }

  /** Something is to be said as soon as may be. */
  get isUrgent(): boolean {
    return this.#messages.length > 0 || this.#mustReset || this.#unsaid >= ACKNOWLEDGED_BYTES;
  }

  /** Whether this is still the talk of that count. */
  isOf(mine: number): boolean {
    return this.#mine === mine;
  }

  /** Keeps a copy until it is sent. */
  add(message: Uint8Array): void {
    this.#messages.push(new Uint8Array(message));
    this.#openBytes += message.length;
  }

  /** What is to be sent now. @param isLate also what is not urgent */
  take(isLate: boolean): readonly Letter[] {
    const letters: Letter[] = [];
    if (this.#mustReset) letters.push(this.#letter('reset', NOTHING));
    this.#mustReset = false;
    if (this.#messages.length > 0) {
      const messages = this.#messages;
      this.#messages = [];
      this.#sent++;
      this.#open.push({ number: this.#sent, bytes: messages.reduce((sum, { length }) => sum + length, 0) });
      letters.push(this.#letter('letters', messages));
    } else if (this.#unsaid >= ACKNOWLEDGED_BYTES || (isLate && this.#mustNote)) {
      letters.push(this.#letter('note', NOTHING));
    }
    if (letters.length > 0) {
      this.#unsaid = 0;
      this.#mustNote = false;
    }
    return letters;
  }

  hear(letter: Letter): Heard {
    const { kind, mine, theirs, number, messages } = letter;
    if (theirs !== 0 && theirs !== this.#mine) return this.#stale();
    if (mine <= this.#floor || mine < this.#theirs) return { isBroken: false, messages: NOTHING };
    let isBroken = false;
    if (mine > this.#theirs) {
      isBroken = this.#theirs !== 0 || (kind === 'reset' && this.isUsed);
      if (isBroken) this.#begin();
      this.#theirs = mine;
      this.#received = 0;
    }
    if (theirs === this.#mine) this.#acknowledged(letter.received);
    if (kind === 'letters' && number === this.#received + 1) return this.#next(isBroken, messages);
    if (number <= this.#received) return { isBroken, messages: NOTHING };
    // Something between is missing.
    this.break();
    return { isBroken: true, messages: NOTHING };
  }

  /** Whatever was under way may be lost. The other is told with what is sent next. */
  break(): void {
    this.#floor = this.#theirs;
    this.#begin();
    this.#theirs = 0;
    this.#mustReset = true;
  }

  #begin(): void {
    this.#mine = this.#count();
    this.#sent = this.#received = this.#unsaid = this.#openBytes = 0;
    this.#open = [];
    this.#messages = [];
    // The other learns of the new count even if nothing else is said.
    this.#mustNote = true;
  }

  /** The other does not know yet that the talk began anew, or was told and it got lost. */
  #stale(): Heard {
    this.#mustReset = true;
    return { isBroken: false, messages: NOTHING };
  }

  #next(isBroken: boolean, messages: readonly Uint8Array[]): Heard {
    this.#received++;
    for (const { length } of messages) this.#unsaid += length;
    this.#mustNote = true;
    return { isBroken, messages };
  }

  #acknowledged(number: number): void {
    let gone = 0;
    for (const { number: sent, bytes } of this.#open) {
      if (sent > number) break;
      this.#openBytes -= bytes;
      gone++;
    }
    if (gone > 0) this.#open.splice(0, gone);
  }

  #letter(kind: Letter['kind'], messages: readonly Uint8Array[]): Letter {
    return {
      from: this.#from,
      kind,
      mine: this.#mine,
      theirs: this.#theirs,
      number: this.#sent,
      received: this.#received,
      messages,
    };
  }
}
