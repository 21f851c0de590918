/**
 * Walks over JSON text once, strictly, without making values of it.
 *
 * Checks the grammar of RFC 8259, the caps, and that no object holds a member twice. A member written twice
 * is noted in `doubled` and told by the caller at the end, when the id of the message is known.
 */
import { ProtocolError } from './errors.ts';
import { hashBytes, knownEscapedName, knownName } from './names.ts';
import { decodeString } from './decode.ts';
import { skim, tooDeep } from './skim.ts';
import {
  BACKSLASH,
  broken,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  sameBytes,
  skipPlain,
  skipScalar,
  skipSpace,
  skipString,
} from './text.ts';

/** An object with more names than this, or with escaped ones, keeps them in a set of decoded texts. */
const SMALL = 16;
/** Hash, start and end of a name. */
const ENTRY = 3;
const IN_ARRAY = -1;

/** Names of the open objects, and per level where those of its object begin. Shared: a scan never yields. */
let names = new Int32Array(ENTRY * SMALL * 16);
let bases = new Int32Array(64);

export class Scanner {
  readonly bytes: Uint8Array;
  readonly end: number;
  private readonly maxDepth: number;
  private readonly maxElements: number;
  private depth = 0;
  private elements = 0;
  /** Entries of `names` in use. */
  private top = 0;
  /** By level, for the objects that need one. */
  private sets: (Set<string> | undefined)[] | undefined = undefined;
  private nameStart = 0;
  private nameEnd = 0;
  /** Means nothing when the name is escaped. */
  private nameHash = 0;
  private nameEscaped = false;
  /** Where the walk over an object's members stands: a value, or the end of the object. */
  at = 0;
  /** Where the first member that was written twice stands the second time, else -1. */
  doubled = -1;

  constructor(bytes: Uint8Array, maxDepth: number, maxElements: number) {
    this.bytes = bytes;
    this.end = bytes.length;
    this.maxDepth = maxDepth;
    this.maxElements = maxElements;
  }

  /** The byte at an offset; 0, which fits nowhere, behind the end. */
  byteAt(at: number): number {
    return at < this.end ? (this.bytes[at] as number) : 0;
  }

  space(from: number): number {
    return skipSpace(this.bytes, from, this.end);
  }

  /** Steps into the object that starts at `from`, up to its first value; false when it is empty. */
  enter(from: number): boolean {
    this.openObject();
    const at = this.space(from + 1);
    if (this.byteAt(at) === CLOSE_OBJECT) return this.leave(at);
    this.at = this.name(at);
    return true;
  }

  /** Steps from behind a member's value to the next value; false when there is none. */
  next(from: number): boolean {
    const at = this.space(from);
    const c = this.byteAt(at);
    if (c === CLOSE_OBJECT) return this.leave(at);
    if (c !== COMMA) throw broken(this.bytes, at);
    this.at = this.name(this.space(at + 1));
    return true;
  }

  private leave(at: number): false {
    this.close();
    this.at = at + 1;
    return false;
  }

  /** Where the name of that member begins, its quote included. */
  get nameAt(): number {
    return this.nameStart - 1;
  }

  /** Which of the names that matter the member has at whose value the walk stands. */
  known(): number {
    return this.nameEscaped
      ? knownEscapedName(this.bytes, this.nameStart, this.nameEnd)
      : knownName(this.nameHash, this.bytes, this.nameStart, this.nameEnd);
  }

  /** The decoded name of that member. */
  get memberName(): string {
    return decodeString(this.bytes, this.nameStart, this.nameEnd);
  }

  /** Checks one value in full; returns the offset behind it. */
  value(from: number): number {
    const { bytes, end } = this;
    const floor = this.depth;
    let at = from;
    for (;;) {
      const c = at < end ? (bytes[at] as number) : 0;
      let isOpen = false;
      if (c === QUOTE) {
        at = skipString(bytes, at + 1, end);
      } else if (c === OPEN_OBJECT) {
        this.openObject();
        at = skipSpace(bytes, at + 1, end);
        isOpen = this.byteAt(at) !== CLOSE_OBJECT;
        at = isOpen ? this.name(at) : this.close(at);
      } else if (c === OPEN_ARRAY) {
        this.openArray();
        at = skipSpace(bytes, at + 1, end);
        isOpen = this.byteAt(at) !== CLOSE_ARRAY;
        if (isOpen) this.count();
        else at = this.close(at);
      } else {
        at = skipScalar(bytes, at, end);
      }
      if (isOpen) continue;
      if (this.depth === floor) return at;
      at = this.after(at, floor);
      if (this.depth === floor) return at;
    }
  }

  /** From behind a value to the next one, or behind the outermost container when there is none. */
  private after(from: number, floor: number): number {
    const { bytes, end } = this;
    let at = from;
    while (this.depth > floor) {
      at = skipSpace(bytes, at, end);
      const c = at < end ? (bytes[at] as number) : 0;
      const inArray = bases[this.depth] === IN_ARRAY;
      if (c === COMMA) {
        at = skipSpace(bytes, at + 1, end);
        if (!inArray) return this.name(at);
        this.count();
        return at;
      }
      if (c !== (inArray ? CLOSE_ARRAY : CLOSE_OBJECT)) throw broken(bytes, at);
      at = this.close(at);
    }
    return at;
  }

  /** Passes over one value by its brackets and strings alone; returns the offset behind it. */
  skim(from: number): number {
    const c = this.byteAt(from);
    if (c !== OPEN_OBJECT && c !== OPEN_ARRAY) return this.value(from);
    return skim(this.bytes, from, this.end, this.maxDepth - this.depth);
  }

  private openObject(): void {
    this.deepen();
    bases[this.depth] = this.top;
  }

  private openArray(): void {
    this.deepen();
    bases[this.depth] = IN_ARRAY;
  }

  private deepen(): void {
    if (++this.depth > this.maxDepth) throw tooDeep();
    if (this.depth >= bases.length) bases = grown(bases);
  }

  /** Forgets the innermost container; returns the offset behind its bracket. */
  private close(at = 0): number {
    const base = bases[this.depth] as number;
    if (base !== IN_ARRAY) this.top = base;
    if (this.sets !== undefined) this.sets[this.depth] = undefined;
    this.depth--;
    return at + 1;
  }

  private count(): void {
    if (++this.elements > this.maxElements) {
      throw new ProtocolError(
        'too_many_elements',
        `The message has more than ${this.maxElements} members and elements.`,
      );
    }
  }

  /** Reads a name and its colon, and notes it; returns the offset of the value. */
  private name(from: number): number {
    const { bytes, end } = this;
    if (this.byteAt(from) !== QUOTE) throw broken(bytes, from);
    this.count();
    let at = skipPlain(bytes, from + 1, end);
    this.nameEscaped = this.byteAt(at) === BACKSLASH;
    if (this.byteAt(at) !== QUOTE) at = skipString(bytes, at, end) - 1;
    this.nameStart = from + 1;
    this.nameEnd = at;
    this.nameHash = hashBytes(bytes, from + 1, at);
    if (!this.noteName() && this.doubled < 0) this.doubled = from;
    at = skipSpace(bytes, at + 1, end);
    if (this.byteAt(at) !== COLON) throw broken(bytes, at);
    return skipSpace(bytes, at + 1, end);
  }

  /** False when the innermost object has a member of that name. */
  private noteName(): boolean {
    const base = bases[this.depth] as number;
    if (this.nameEscaped || this.top - base >= SMALL * ENTRY || this.sets?.[this.depth] !== undefined) {
      return this.noteInSet(base);
    }
    const { bytes, nameStart, nameEnd, nameHash } = this;
    for (let i = base; i < this.top; i += ENTRY) {
      if (names[i] !== nameHash) continue;
      const start = names[i + 1] as number;
      const end = names[i + 2] as number;
      if (end - start === nameEnd - nameStart && sameBytes(bytes, start, end, bytes, nameStart)) return false;
    }
    if (this.top + ENTRY > names.length) names = grown(names);
    names[this.top] = nameHash;
    names[this.top + 1] = nameStart;
    names[this.top + 2] = nameEnd;
    this.top += ENTRY;
    return true;
  }

  /** A set keeps large objects linear, even when somebody picks names whose hashes collide. */
  private noteInSet(base: number): boolean {
    this.sets ??= [];
    let set = this.sets[this.depth];
    if (set === undefined) {
      set = new Set();
      this.sets[this.depth] = set;
      for (let i = base; i < this.top; i += ENTRY) {
        set.add(decodeString(this.bytes, names[i + 1] as number, names[i + 2] as number));
      }
    }
    const size = set.size;
    return set.add(decodeString(this.bytes, this.nameStart, this.nameEnd)).size > size;
  }
}

function grown(list: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(list.length * 2);
  larger.set(list);
  return larger;
}
