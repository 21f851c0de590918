/**
 * The questions of a modern server to a legacy client, in flight: each is a request of its own, and when all of one
 * call are answered, the call goes on. One that is not answered with a result ends its call.
 */
import { outcomeOf } from '../../protocol/long.ts';
import { ownNumber, type Message } from '../../protocol/message.ts';
import { notification, request } from '../notice.ts';
import type { InputRequired } from './input-required.ts';

/** What of a link the questions need. */
export interface Asker {
  /** Says something to the client that belongs to a call. */
  say(bytes: Uint8Array, call: number): void;
  /** All questions of a call are answered. @param answers members of its params, JSON text without braces */
  goOn(call: number, answers: string): void;
  /** A question of a call was answered with an error. @param error JSON text */
  refused(call: number, error: Uint8Array): void;
}

interface Round {
  readonly call: number;
  readonly state: string | undefined;
  readonly keys: readonly string[];
  /** The results, as JSON text, in the order of the keys. */
  readonly answers: string[];
  left: number;
}

/** Bounded by the calls in flight and what each may ask at once. */
export class Rounds {
  readonly #asker: Asker;
  readonly #open = new Map<number, { readonly round: Round; readonly at: number }>();
  #next = 1;

  constructor(asker: Asker) {
    this.#asker = asker;
  }

  get open(): number {
    return this.#open.size;
  }

  /** @param params what each question is asked with, as JSON text */
  ask(call: number, { questions, state }: InputRequired, params: readonly string[]): void {
    const keys = questions.map(({ key }) => key);
    const round: Round = { call, state, keys, answers: [], left: keys.length };
    if (round.left === 0) return this.#asker.goOn(call, answersOf(round));
    const from = this.#next;
    this.#next += keys.length;
    keys.forEach((_, at) => this.#open.set(from + at, { round, at }));
    questions.forEach(({ method }, at) => {
      // An answer may come at once, and end the call.
      if (!this.#open.has(from + at)) return;
      this.#asker.say(request(from + at, method, params[at] ?? '{}'), call);
    });
  }

  /** An answer of the client. False when it is to no question of ours. */
  answered(message: Message): boolean {
    const number = ownNumber(message.bytes, message.id);
    const asked = this.#open.get(number);
    if (!asked) return false;
    const { round, at } = asked;
    this.#open.delete(number);
    if (message.kind === 'error') {
      this.cancel(round.call, 'Another question of the same call was not answered.');
      this.#asker.refused(round.call, outcomeOf(message));
    } else {
      round.answers[at] = decoder.decode(outcomeOf(message));
      round.left -= 1;
      if (round.left === 0) this.#asker.goOn(round.call, answersOf(round));
    }
    return true;
  }

  /** Calls the open questions of a call off. */
  cancel(call: number, reason: string): void {
    for (const [number, { round }] of this.#open) {
      if (round.call !== call) continue;
      this.#open.delete(number);
      this.#asker.say(notification('notifications/cancelled', { requestId: number, reason }), call);
    }
  }

  clear(): void {
    this.#open.clear();
  }
}

const decoder = new TextDecoder();

function answersOf({ keys, answers, state }: Round): string {
  const responses = keys.map((key, at) => `${key}:${answers[at]}`).join(',');
  const parts = keys.length > 0 ? [`"inputResponses":{${responses}}`] : [];
  if (state !== undefined) parts.push(`"requestState":${state}`);
  return parts.join(',');
}
