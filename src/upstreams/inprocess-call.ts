/** One request on its way through a handler, and what the handler may do with it. */
import { sayValue } from './inprocess-answers.ts';
import type { Line } from './inprocess-link.ts';
import type { HandlerClient } from './inprocess-modern.ts';

/** A request or notification of a client. */
export interface HandlerRequest {
  readonly method: string;
  /** Whatever JSON the client sent; not checked. */
  readonly params: unknown;
  /** The gateway's own number of the request; absent for a notification. */
  readonly id: string | number | undefined;
}

/** What a function may know and do beside giving a result. */
export interface HandlerContext {
  readonly request: HandlerRequest;
  /** Who calls, as the gateway knows them. */
  readonly principal: string;
  /** What the client says of itself; undefined before it did. */
  readonly client: HandlerClient | undefined;
  /** Aborted when the client cancels the request, or the link ends. */
  readonly signal: AbortSignal;
  /** Sends a notification that belongs to this request. Resolves when the client reads. */
  notify(method: string, params?: unknown): Promise<void>;
  /** Tells progress, if the client asked for it; nothing after the result. */
  progress(progress: number, total?: number, message?: string): Promise<void>;
}

export class Call implements HandlerContext {
  readonly request: HandlerRequest;
  readonly principal: string;
  readonly client: HandlerClient | undefined;
  isDone = false;
  readonly #line: Line;
  /** Made when somebody asks for it: most handlers never do. */
  #abort: AbortController | undefined;
  #abortedFor: string | undefined;

  constructor(request: HandlerRequest, principal: string, client: HandlerClient | undefined, line: Line) {
    this.request = request;
    this.principal = principal;
    this.client = client;
    this.#line = line;
  }

  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#abortedFor !== undefined) this.abort(this.#abortedFor);
    return this.#abort.signal;
  }

  abort(reason: string): void {
    this.isDone = true;
    this.#abortedFor = reason;
    this.#abort?.abort(new DOMException(reason, 'AbortError'));
  }

  async notify(method: string, params?: unknown): Promise<void> {
    const { id } = this.request;
    const related = typeof id === 'number' ? id : undefined;
    await sayValue(
      this.#line,
      { jsonrpc: '2.0', method, ...(params === undefined ? {} : { params }) },
      related,
    );
  }

  async progress(progress: number, total?: number, message?: string): Promise<void> {
    const progressToken = memberOf(memberOf(this.request.params, '_meta'), 'progressToken');
    if (progressToken === undefined || this.isDone) return;
    await this.notify('notifications/progress', { progressToken, progress, total, message });
  }
}

/** A member of whatever JSON holds. */
export function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
