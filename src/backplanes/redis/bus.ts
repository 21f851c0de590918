/** Messages between nodes, by way of an inbox for each in Redis. */
import type { Bus, BusListener } from '../../engine/ports-backplane.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';
import { readLetter, writeLetter, type Letter } from './letter.ts';
import { Talk } from './talk.ts';

export interface RedisBusOptions {
  readonly node: string;
  /** What may wait for one other node. */
  readonly pairBytes: number;
  /** Letters in one inbox, from all nodes together. */
  readonly inboxLetters: number;
  /** Whether there is a node of that name, as far as is known. */
  readonly isKnown: (node: string) => boolean;
  /** All others that are known. */
  readonly others: () => Iterable<string>;
  /** Somebody wrote who is not known. */
  readonly onStranger: () => void;
  /** What must leave before any message. */
  readonly first: () => void;
}

/** Nodes that this one talks with. */
const MOST_TALKS = 1_000;

export class RedisBus implements Bus {
  readonly #connection: Connection;
  readonly #keys: Keys;
  readonly #options: RedisBusOptions;
  readonly #talks = new Map<string, Talk>();
  readonly #urgent = new Set<string>();
  /** Talks with nodes that are not there, as far as is known, and were not heard of since the last tick. */
  readonly #strangers = new Set<string>();
  #listener: BusListener | undefined;
  /** Whether the latest letter to a node is in its inbox, once that is known. */
  readonly #latest = new Map<string, Promise<boolean>>();
  #counted = 0;
  /** Resolves once what was said in this turn of the event loop has left. */
  #planned: PromiseWithResolvers<void> | undefined;

  constructor(connection: Connection, keys: Keys, options: RedisBusOptions) {
    this.#connection = connection;
    this.#keys = keys;
    this.#options = options;
  }

  listen(listener: BusListener): void {
    this.#listener = listener;
  }

  send(node: string, data: Uint8Array): boolean {
    if (!this.#connection.isUp || node === this.#options.node) return false;
    if (!this.#talks.has(node) && !this.#options.isKnown(node)) return false;
    const talk = this.#talkWith(node);
    if (!talk || talk.waiting + data.length > this.#options.pairBytes) return false;
    talk.add(data);
    this.#plan(node);
    return true;
  }

  async kept(node: string): Promise<boolean> {
    await this.#planned?.promise;
    const { isUp } = this.#connection;
    return isUp && (await this.#latest.get(node)) === true;
  }

  announce(topic: string, text: string): void {
    const { node, others } = this.#options;
    queueMicrotask(() => this.#listener?.announced(topic, text, node));
    const messages = [Buffer.from(topic), Buffer.from(text)];
    this.#tell({ from: node, kind: 'news', mine: 0, theirs: 0, number: 0, received: 0, messages }, others());
  }

  /** Lets others see that this node is there. */
  greet(): void {
    const { node, others } = this.#options;
    this.#tell(
      { from: node, kind: 'news', mine: 0, theirs: 0, number: 0, received: 0, messages: [] },
      others(),
    );
  }

  /** A letter from the inbox. */
  letter(bytes: Buffer): void {
    const letter = readLetter(bytes);
    if (!letter || letter.from === this.#options.node) return;
    if (!this.#options.isKnown(letter.from)) this.#options.onStranger();
    if (letter.kind === 'news') this.#news(letter);
    else this.#hear(letter);
  }

  /** At the end: what was said leaves. */
  close(): void {
    this.#flush(false);
  }

  /** Whatever was under way with anybody may be lost. */
  breakAll(): void {
    for (const node of this.#talks.keys()) this.#break(node);
    this.#flush(true);
  }

  /** A node is gone: nothing will come from it any more. */
  gone(node: string): void {
    const talk = this.#talks.get(node);
    this.#talks.delete(node);
    this.#latest.delete(node);
    this.#strangers.delete(node);
    this.#urgent.delete(node);
    if (talk?.isUsed) this.#listener?.broken(node);
  }

  /** Now and then: says what was received where nothing else is said. */
  tick(): void {
    this.#leaveStrangers();
    this.#flush(true);
  }

  #hear(letter: Letter): void {
    const talk = this.#talkWith(letter.from);
    if (!talk) return;
    this.#strangers.delete(letter.from);
    const { isBroken, messages } = talk.hear(letter);
    if (isBroken) this.#listener?.broken(letter.from);
    for (const message of messages) this.#listener?.received(letter.from, message);
    if (talk.isUrgent) this.#plan(letter.from);
  }

  /** Nobody will tell that they are gone: what came from them came late, or they never were. */
  #leaveStrangers(): void {
    for (const node of [...this.#talks.keys()]) {
      if (this.#options.isKnown(node)) this.#strangers.delete(node);
      else if (this.#strangers.has(node)) this.gone(node);
      else this.#strangers.add(node);
    }
  }

  #news({ from, messages }: Letter): void {
    const [topic, text] = messages.map((bytes) => new TextDecoder().decode(bytes));
    if (topic !== undefined && text !== undefined) this.#listener?.announced(topic, text, from);
  }

  #talkWith(node: string): Talk | undefined {
    const known = this.#talks.get(node);
    if (known || this.#talks.size >= MOST_TALKS) return known;
    const talk = new Talk(this.#options.node, () => ++this.#counted);
    this.#talks.set(node, talk);
    return talk;
  }

  #plan(node: string): void {
    this.#urgent.add(node);
    if (this.#planned) return;
    this.#planned = Promise.withResolvers();
    // What many clients ask in one turn of the event loop leaves in one letter: it is Redis that has its price.
    setImmediate(() => this.#planned && this.#flush(false));
  }

  #flush(isLate: boolean): void {
    this.#planned?.resolve();
    this.#planned = undefined;
    if (!this.#connection.isUp) return;
    this.#options.first();
    const nodes = isLate ? [...this.#talks.keys()] : [...this.#urgent];
    this.#urgent.clear();
    this.#connection.together(() => {
      for (const node of nodes) {
        const letter = this.#talks.get(node)?.take(isLate);
        if (letter) this.#post(node, letter);
      }
    });
  }

  #post(node: string, letter: Letter): void {
    const { mine } = letter;
    const sent = this.#send(node, letter).then(
      (isSent) => isSent || this.#failed(node, mine),
      () => this.#failed(node, mine),
    );
    this.#latest.set(node, sent);
  }

  async #send(node: string, letter: Letter): Promise<boolean> {
    const { inboxLetters } = this.#options;
    return (
      (await this.#connection.run(
        'sendLetter',
        this.#keys.inbox(node),
        inboxLetters,
        writeLetter(letter),
      )) === 1
    );
  }

  /** It did not arrive, or may not have. Of one talk that is told once. */
  #failed(node: string, mine: number): false {
    if (this.#talks.get(node)?.isOf(mine)) this.#break(node);
    return false;
  }

  #break(node: string): void {
    const talk = this.#talks.get(node);
    if (!talk) return;
    const { isUsed } = talk;
    talk.break();
    if (isUsed) this.#listener?.broken(node);
  }

  #tell(letter: Letter, nodes: Iterable<string>): void {
    if (!this.#connection.isUp) return;
    this.#connection.together(() => {
      for (const node of nodes) this.#send(node, letter).catch(() => {});
    });
  }
}
