/**
 * What the tools of one conversation say of themselves: whether calling one twice does no harm. Asked for only when
 * an answer was lost; one list serves all who wait.
 *
 * Source: MCP 2025-03-26 and later, tool annotations (`readOnlyHint`, `idempotentHint`).
 */
import { outcomeOf } from '../protocol/long.ts';
import type { Message } from '../protocol/message.ts';
import { OWN_META } from './handshake.ts';
import { isFailure, OwnCall, type Failure } from './own-call.ts';
import type { UpstreamSession } from './upstream-session.ts';

/** Pages of a list that are read: beyond them a tool counts as unsafe. */
const MAX_PAGES = 50;

interface Tool {
  readonly name?: unknown;
  readonly annotations?: { readonly readOnlyHint?: unknown; readonly idempotentHint?: unknown };
}

interface Page {
  readonly tools?: readonly Tool[];
  readonly nextCursor?: unknown;
}

export class ToolHints {
  readonly #upstream: UpstreamSession;
  readonly #safe = new Set<string>();
  #waiting: ((isUnknown: boolean) => void)[] | undefined;
  #isKnown = false;

  constructor(upstream: UpstreamSession) {
    this.#upstream = upstream;
  }

  /**
   * @param told called once, perhaps at once: whether the tool may be called twice; undefined when the server cannot be
   * asked just now
   */
  ask(tool: string, now: number, told: (isSafe: boolean | undefined) => void): void {
    if (this.#isKnown) return told(this.#safe.has(tool));
    const isFirst = this.#waiting === undefined;
    (this.#waiting ??= []).push((isUnknown) => told(isUnknown ? undefined : this.#safe.has(tool)));
    if (isFirst) this.#list({}, 1, now);
  }

  #list(params: { readonly cursor?: string }, page: number, now: number): void {
    const said = this.#upstream.isModern ? { ...params, _meta: OWN_META } : params;
    const call = new OwnCall('tools/list', JSON.stringify(said), now, (answer) =>
      this.#listed(answer, page, now),
    );
    this.#upstream.call(call, call.message);
  }

  #listed(answer: Message | Failure, page: number, now: number): void {
    const read = isFailure(answer) || answer.kind === 'error' ? undefined : pageOf(answer);
    for (const tool of read?.tools ?? []) {
      const { readOnlyHint, idempotentHint } = tool.annotations ?? {};
      if (typeof tool.name === 'string' && (readOnlyHint === true || idempotentHint === true))
        this.#safe.add(tool.name);
    }
    const cursor = read?.nextCursor;
    if (typeof cursor === 'string' && page < MAX_PAGES) return this.#list({ cursor }, page + 1, now);
    this.#isKnown = read !== undefined;
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    const isUnknown = isFailure(answer) && answer.isPassing === true;
    for (const tell of waiting) tell(isUnknown);
  }
}

/** What the server sent is checked by its envelope only: it may still be broken. */
function pageOf(answer: Message): Page {
  try {
    const page = JSON.parse(new TextDecoder().decode(outcomeOf(answer))) as Page | null;
    return Array.isArray(page?.tools) ? page : {};
  } catch {
    return {};
  }
}
