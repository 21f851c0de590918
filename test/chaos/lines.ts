/**
 * The lines that a client was told, numbered in each conversation of the gateway with the server. One that comes while a call is in
 * flight may travel on that call's stream; on one stream they are in order, and on all of them together each comes once.
 */
import type { Ledger } from './ledger.ts';
import type { Rpc } from '../support/raw.ts';

/** Of the calls that run beside one that was cut. */
const LINES_OF_ONE = 5;

export class Lines {
  readonly #who: string;
  readonly #ledger: Ledger;
  readonly #heard = new Map<string, Set<number>>();
  readonly #latest = new Map<string, number>();

  constructor(who: string, ledger: Ledger) {
    this.#who = who;
    this.#ledger = ledger;
  }

  /** @param stream on which it came, over all its connections */
  hear({ params }: Rpc, stream: string): void {
    const { data } = (params ?? {}) as { data?: { conversation: string; number: number } };
    if (!data) return;
    const { conversation, number } = data;
    const heard = this.#heard.get(conversation) ?? new Set();
    this.#heard.set(conversation, heard);
    if (heard.has(number)) this.#ledger.complain(`${this.#who}: line ${number} came twice`);
    heard.add(number);
    const place = `${stream} ${conversation}`;
    const before = this.#latest.get(place) ?? 0;
    if (number <= before)
      this.#ledger.complain(`${this.#who}: line ${number} came after ${before} on one stream`);
    this.#latest.set(place, number);
    this.#ledger.lines++;
  }

  /**
   * @param cuts calls whose streams were lost before their client knew of them: while such a call runs on at the server, what
   * that says without naming a call goes there
   */
  judge(cuts: number): void {
    let missing = 0;
    for (const heard of this.#heard.values()) missing += Math.max(...heard) - heard.size;
    if (missing > cuts * LINES_OF_ONE)
      this.#ledger.complain(`${this.#who}: ${missing} lines are missing, with ${cuts} calls cut`);
  }
}
