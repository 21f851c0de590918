/** What the tools of one link want to see of their arguments in headers. Bounded. */
import { memberAt } from '../../protocol/cuts.ts';
import type { Message } from '../../protocol/message.ts';
import { headersOf, type ParamHeader } from '../../protocol/param-headers.ts';
import type { ListedTools } from './listed-tools.ts';

export class ParamHeaders {
  /** Whether the last page of the list passed by, or there is no hope of it. */
  isKnown = false;
  readonly #tools = new Map<string, readonly ParamHeader[]>();
  readonly #cap: number;

  /** @param cap tools that are remembered */
  constructor(cap: number) {
    this.#cap = cap;
  }

  /** A page of the list passed by. */
  learn({ headers, nextCursor }: ListedTools): void {
    for (const [name, params] of headers)
      if (this.#tools.size < this.#cap || this.#tools.has(name)) this.#tools.set(name, params);
    if (nextCursor === undefined) this.isKnown = true;
  }

  /** The list is to be asked for again: it may have changed. */
  forget(): void {
    this.#tools.clear();
    this.isKnown = false;
  }

  /** The headers of a `tools/call`; undefined where its tool wants none. */
  of({ bytes, params, target }: Message): Record<string, string> | undefined {
    const wanted = target === undefined ? undefined : this.#tools.get(target);
    if (!wanted) return undefined;
    const { start, end } = memberAt(bytes, params, 'arguments');
    const args: unknown = end === 0 ? undefined : JSON.parse(decoder.decode(bytes.subarray(start, end)));
    return headersOf(wanted, args);
  }
}

const decoder = new TextDecoder();
