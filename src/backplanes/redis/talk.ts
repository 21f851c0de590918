/**
 * The talk of this node with one other. Both open it, each under a count of its own that only goes up; messages are sent
 * once it is known that the other knows both counts, and are taken under these two only. They are numbered, so that the
 * other notices what it did not get, and count as waiting until the other has said that it got them.
 *
 * A talk that is broken is opened again under a higher count: all that was said before is left out by both, so nothing
 * of it is mixed up with what comes after. Whoever hears that the other opened anew knows that the talk was broken.
 */
import type { Letter } from './letter.ts';

/** What is made of a letter. `isBroken`: whatever was under way is lost; `messages` are those to hand on. */
export interface Heard {
  readonly isBroken: boolean;
  readonly messages: readonly Uint8Array[];
}

const NOTHING: readonly Uint8Array[] = [];
const FINE: Heard = { isBroken: false, messages: NOTHING };
/** What is received and not acknowledged, at most. */
const ACKNOWLEDGED_BYTES = 512 * 1024;

export class Talk {
  readonly #from: string;
  readonly #count: () => number;
  #mine: number;
  /** 0 until it is known. */
  #theirs = 0;
  /** Whether the other knows both counts. */
  #isOpen = false;
  #sent = 0;
  #received = 0;
  /** Bytes that were received and not acknowledged. */
  #unsaid = 0;
  /** What the other did not acknowledge yet, in order. */
  #open: { readonly number: number; readonly bytes: number }[] = [];
  #waiting = 0;
  #messages: Uint8Array[] = [];
  #mustOpen = true;
  #mustAnswer = false;
  #mustNote = false;

  /** @param count gives higher numbers each time */
  constructor(from: string, count: () => number) {
    this.#from = from;
    this.#count = count;
    this.#mine = count();
  }

  /** Bytes that the other has not acknowledged. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Whether there is something to be lost. */
  get isUsed(): boolean {
    return this.#sent > 0 || this.#received > 0 || this.#messages.length > 0;
  }

  /** Something is to be said as soon as may be. */
  get isUrgent(): boolean {
    return this.#isOpen ? this.#messages.length > 0 || this.#mustSay : this.#mustOpen;
  }

  /** Whether this is still the talk of that count. */
  isOf(mine: number): boolean {
    return this.#mine === mine;
  }

  /** Keeps a copy until it is sent. */
  add(message: Uint8Array): void {
    this.#messages.push(new Uint8Array(message));
    this.#waiting += message.length;
  }

  /** What is to be sent now. @param isLate also what is not urgent, or may have been lost */
  take(isLate: boolean): Letter | undefined {
    if (!this.#isOpen) return this.#mustOpen || isLate ? this.#opening() : undefined;
    if (this.#messages.length > 0) return this.#next();
    // What was not acknowledged may be lost: by this the other notices.
    const isDue = this.#mustSay || (isLate && (this.#mustNote || this.#open.length > 0));
    return isDue ? this.#letter('note', NOTHING) : undefined;
  }

  hear(letter: Letter): Heard {
    const { kind, mine, theirs } = letter;
    if (theirs === this.#mine) return this.#known(letter);
    if (kind === 'open') return this.#begun(mine);
    // The other takes part in a talk that is over: it did not hear yet, or never will, that there is a new one.
    if (!this.#isOpen) this.#mustOpen = true;
    return FINE;
  }

  /** Whatever was under way may be lost. The other is told with what is sent next. */
  break(): void {
    this.#begin();
    this.#theirs = 0;
  }

  /** A word is due, even if there is nothing to say. */
  get #mustSay(): boolean {
    return this.#mustAnswer || this.#unsaid >= ACKNOWLEDGED_BYTES;
  }

  /** The other knows under which count this node talks. */
  #known(letter: Letter): Heard {
    const { kind, mine } = letter;
    if (!this.#isOpen && mine > this.#theirs) this.#theirs = mine;
    if (mine !== this.#theirs) return FINE;
    this.#isOpen = true;
    if (kind === 'open') this.#mustAnswer = true;
    return this.#numbered(letter);
  }

  /** The other began a talk, and does not know this one, or knows an earlier one. */
  #begun(mine: number): Heard {
    if (mine < this.#theirs || (mine === this.#theirs && this.#isOpen)) return FINE;
    const isBroken = this.#isOpen && this.isUsed;
    if (this.#isOpen) this.#begin();
    this.#theirs = mine;
    this.#mustOpen = true;
    return { isBroken, messages: NOTHING };
  }

  #numbered({ kind, number, received, messages }: Letter): Heard {
    this.#acknowledged(received);
    if (kind === 'letters' && number === this.#received + 1) return this.#got(messages);
    if (number <= this.#received) return FINE;
    // Something between is missing.
    this.break();
    return { isBroken: true, messages: NOTHING };
  }

  #begin(): void {
    this.#mine = this.#count();
    this.#sent = this.#received = this.#unsaid = this.#waiting = 0;
    this.#open = [];
    this.#messages = [];
    this.#mustOpen = true;
    this.#isOpen = this.#mustAnswer = this.#mustNote = false;
  }

  #opening(): Letter {
    this.#mustOpen = false;
    return this.#letter('open', NOTHING);
  }

  #next(): Letter {
    const messages = this.#messages;
    this.#messages = [];
    this.#sent++;
    this.#open.push({ number: this.#sent, bytes: messages.reduce((sum, { length }) => sum + length, 0) });
    return this.#letter('letters', messages);
  }

  #got(messages: readonly Uint8Array[]): Heard {
    this.#received++;
    for (const { length } of messages) this.#unsaid += length;
    this.#mustNote = true;
    return { isBroken: false, messages };
  }

  #acknowledged(number: number): void {
    let gone = 0;
    for (const { number: sent, bytes } of this.#open) {
      if (sent > number) break;
      this.#waiting -= bytes;
      gone++;
    }
    if (gone > 0) this.#open.splice(0, gone);
  }

  #letter(kind: Letter['kind'], messages: readonly Uint8Array[]): Letter {
    if (this.#isOpen) this.#mustAnswer = this.#mustNote = false;
    this.#unsaid = 0;
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
