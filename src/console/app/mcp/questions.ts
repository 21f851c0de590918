/**
 * What servers ask of the person at the page, in the order in which they asked.
 *
 * Guarantees: each question is answered once, or withdrawn when its server calls it off or the link goes; their
 * number is bounded: over it a question is refused, with an error that says so.
 */
import { isRecord, recordOf, textOf } from './items.ts';

/** A form to fill in, or an address to visit (MCP 2025-11-25, elicitation). */
export interface Elicitation {
  readonly kind: 'elicitation';
  readonly mode: 'form' | 'url';
  readonly message: string;
  /** The schema of the form, as it came. */
  readonly schema: unknown;
  readonly url: string;
  readonly elicitationId: string;
}

/** A message that a model should write (MCP 2025-11-25, sampling). */
export interface Sampling {
  readonly kind: 'sampling';
  readonly messages: unknown;
  readonly systemPrompt: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface Question {
  readonly id: number;
  /** The server that asks, as it is configured. */
  readonly server: string;
  readonly asked: Elicitation | Sampling;
  /** As it came. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Answers it: a result, as the protocol has it. Does nothing when it was answered or withdrawn. */
  answer(result: Readonly<Record<string, unknown>>): void;
  /** Refuses it with an error. */
  refuse(message: string): void;
}

/** So many questions wait for one person at most. */
const MOST_WAITING = 50;
/** The code with which a sampling that a person refused is answered (MCP, sampling, "Error handling"). */
const REFUSED = -1;

export class Questions {
  #waiting: readonly Question[] = [];
  #count = 0;
  readonly #listeners = new Set<() => void>();

  /** Those that wait; another list whenever it changes. */
  get waiting(): readonly Question[] {
    return this.#waiting;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The answer of the person. Rejects with an error that has a `code` when it is refused. */
  ask(
    server: string,
    asked: Elicitation | Sampling,
    params: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, unknown>>> {
    const { promise, resolve, reject } = Promise.withResolvers<Readonly<Record<string, unknown>>>();
    if (this.#waiting.length >= MOST_WAITING) {
      throw refusal(`${MOST_WAITING} questions wait for this page already.`);
    }
    const id = ++this.#count;
    const withdraw = () => this.#remove(id);
    const done = () => {
      signal.removeEventListener('abort', withdraw);
      this.#remove(id);
    };
    signal.addEventListener('abort', withdraw, { once: true });
    const answer = (result: Readonly<Record<string, unknown>>) => (done(), resolve(result));
    const refuse = (message: string) => (done(), reject(refusal(message)));
    this.#set([...this.#waiting, { id, server, asked, params, answer, refuse }]);
    return promise;
  }

  #remove(id: number): void {
    this.#set(this.#waiting.filter((each) => each.id !== id));
  }

  #set(waiting: readonly Question[]): void {
    this.#waiting = waiting;
    for (const listener of this.#listeners) listener();
  }
}

/** What is asked, or undefined for what this page does not answer. */
export function readQuestion(
  method: string,
  params: Readonly<Record<string, unknown>>,
): Elicitation | Sampling | undefined {
  if (method === 'sampling/createMessage') {
    const systemPrompt = textOf(params['systemPrompt']);
    return { kind: 'sampling', messages: params['messages'], systemPrompt, params };
  }
  if (method !== 'elicitation/create') return undefined;
  return {
    kind: 'elicitation',
    mode: params['mode'] === 'url' ? 'url' : 'form',
    message: textOf(params['message']),
    schema: isRecord(params['requestedSchema']) ? params['requestedSchema'] : undefined,
    url: textOf(params['url']),
    elicitationId: textOf(recordOf(params)['elicitationId']),
  };
}

function refusal(message: string): Error {
  return Object.assign(new Error(message), { code: REFUSED });
}
