/** Two nodes that talk while letters get lost, come late, and either forgets the other. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLetter, writeLetter, type Letter } from '../../../src/backplanes/redis/letter.ts';
import { Talk } from '../../../src/backplanes/redis/talk.ts';

/** One end: what it handed on since the talk was broken last, and what it said since. */
class End {
  talk: Talk;
  readonly inbox: Letter[] = [];
  /** Each message says in which of the sender's own talks it was said, and which it was there. */
  heard: string[] = [];
  /** How often it was told that the talk is broken. */
  broken = 0;
  said = 0;
  readonly #name: string;
  #counted = 0;

  constructor(name: string) {
    this.#name = name;
    this.talk = this.#fresh();
  }

  say(): void {
    this.talk.add(Buffer.from(`${this.broken}:${this.said++}`));
  }

  post(to: End, isLate: boolean): void {
    const letter = this.talk.take(isLate);
    if (letter) to.inbox.push(letter);
  }

  hear(): void {
    const letter = this.inbox.shift();
    if (!letter) return;
    const { isBroken, messages } = this.talk.hear(letter);
    if (isBroken) this.#wasBroken();
    for (const message of messages) this.heard.push(Buffer.from(message).toString());
  }

  break(): void {
    this.talk.break();
    this.#wasBroken();
  }

  /** As when the other was taken for gone. */
  forget(): void {
    this.talk = this.#fresh();
    this.#wasBroken();
  }

  #fresh(): Talk {
    return new Talk(this.#name, () => ++this.#counted);
  }

  #wasBroken(): void {
    this.broken++;
    this.said = 0;
    this.heard = [];
  }
}

type Deed = 'say' | 'post' | 'hear' | 'lose' | 'late' | 'break' | 'forget';

describe('the talk of two nodes', () => {
  it('[BACKPLANE-BUS-BROKEN] hands on what was said in order, without a gap, whatever gets lost; and mends', () => {
    const deed = fc.tuple(
      fc.boolean(),
      fc.oneof(
        { weight: 12, arbitrary: fc.constant<Deed>('say') },
        { weight: 12, arbitrary: fc.constant<Deed>('post') },
        { weight: 24, arbitrary: fc.constant<Deed>('hear') },
        { weight: 2, arbitrary: fc.constantFrom<Deed>('lose', 'late') },
        { weight: 1, arbitrary: fc.constantFrom<Deed>('break', 'forget') },
      ),
    );
    fc.assert(
      fc.property(fc.boolean(), fc.array(deed, { maxLength: 80 }), (isSettled, deeds) => {
        const ends = [new End('one'), new End('other')] as const;
        if (isSettled) settle(...ends);
        for (const [isFirst, what] of deeds) {
          const [end, other] = isFirst ? ends : [ends[1], ends[0]];
          if (what === 'say') end.say();
          else if (what === 'post') end.post(other, false);
          else if (what === 'hear') end.hear();
          else if (what === 'lose') end.inbox.shift();
          else if (what === 'late') end.post(other, true);
          else if (what === 'break') end.break();
          else end.forget();
          for (const { heard } of ends) expectWhole(heard);
        }
        const [one, other] = ends;
        settle(one, other);
        // Of what was lost both were told: since then each has all that the other said.
        expect([one.heard.length, other.heard.length]).toEqual([other.said, one.said]);
        const told = [one.broken, other.broken];
        for (const end of ends) end.heard = [];
        for (const end of ends) for (let count = 0; count < 3; count++) end.say();
        settle(one, other);
        // What is said after all is settled arrives, and nobody is told anything more.
        expect([one.broken, other.broken]).toEqual(told);
        for (const { heard } of ends) expect(heard.length).toBe(3);
        expect([one.talk.waiting, other.talk.waiting]).toEqual([0, 0]);
      }),
      { numRuns: Number(process.env['TALKS'] ?? 1_000) },
    );
  });

  it('[BACKPLANE-BUS-BROKEN] tells both when one forgot the other', () => {
    const [one, other] = [new End('one'), new End('other')];
    one.say();
    settle(one, other);
    one.forget();
    other.say();
    settle(one, other);
    expect([one.broken, other.broken]).toEqual([1, 1]);
    expect(one.heard).toEqual([]);
  });

  it('reads what it wrote, and nothing of what is no letter', () => {
    const messages = [new Uint8Array(0), Uint8Array.from([0, 255])];
    const letter: Letter = {
      from: 'a_b-c',
      kind: 'letters',
      mine: 2 ** 40,
      theirs: 1,
      number: 3,
      received: 4,
      messages,
    };
    const bytes = writeLetter(letter);
    expect(readLetter(bytes)).toEqual({
      ...letter,
      messages: messages.map((message) => Buffer.from(message)),
    });
    for (let length = 0; length < bytes.length; length++) {
      const part = readLetter(bytes.subarray(0, length));
      expect(part === undefined || part.messages.length < 2).toBe(true);
    }
    expect(readLetter(Buffer.alloc(100, 9))).toBeUndefined();
  });
});

function settle(one: End, other: End): void {
  for (let round = 0; round < 8; round++) {
    one.post(other, true);
    other.post(one, true);
    while (one.inbox.length + other.inbox.length > 0) {
      one.hear();
      other.hear();
    }
  }
}

/** What is handed on between two breaks was said in one talk of the other, one after the other. */
function expectWhole(heard: readonly string[]): void {
  const pairs = heard.map((text) => text.split(':').map(Number) as [number, number]);
  for (const [index, [talk, number]] of pairs.entries()) {
    const before = pairs[index - 1];
    if (before) expect([talk, number]).toEqual([before[0], before[1] + 1]);
    else expect(number).toBe(0);
  }
}
