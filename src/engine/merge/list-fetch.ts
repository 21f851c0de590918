/**
 * One list of one server, all its pages, asked for on one way.
 *
 * Guarantees: tells exactly once what came of it, unless it is stopped; bounded in pages, items, bytes and time.
 */
import { outcomeOf } from '../../protocol/long.ts';
import { readListing, type ListedItem } from '../../protocol/listing.ts';
import type { Message } from '../../protocol/message.ts';
import type { ServerList } from '../catalog/catalog.ts';
import { KINDS, type Kind } from '../catalog/kinds.ts';
import type { EngineContext } from '../context.ts';
import { isFailure, OwnCall, type Failure } from '../own-call.ts';
import type { Timer } from '../ports.ts';
import type { Server } from '../server.ts';
import type { UpstreamLine } from '../upstream-line.ts';
import type { UpstreamSession } from '../upstream-session.ts';
import { errorCodeOf, handshakeOf, type Handshake } from './answers.ts';
import type { MergeLimits } from './limits.ts';

/** What came of it. */
export interface Fetched {
  /** Undefined when the server could not be asked, or did not answer well. */
  readonly list: ServerList | undefined;
  /** What is wrong with what it answered, or that it did not: one sentence for whoever runs the gateway. */
  readonly trouble: string | undefined;
  /** Why there was no answer, where there was none. */
  readonly failure?: Failure | undefined;
  /** What the server said of itself when the way to it was opened. */
  readonly handshake: Handshake | undefined;
}

export interface FetchOptions {
  readonly kind: Kind;
  readonly server: Server;
  readonly line: UpstreamLine;
  readonly limits: MergeLimits;
  readonly context: EngineContext;
  readonly done: (fetched: Fetched) => void;
}

const METHOD_NOT_FOUND = -32601;

export class ListFetch {
  readonly #options: FetchOptions;
  readonly #items: ListedItem[] = [];
  #timer: Timer | undefined;
  #handshake: Handshake | undefined;
  #bytes = 0;
  #pages = 0;
  #cursor: string | undefined;
  #call: OwnCall | undefined;
  #isOver = false;

  constructor(options: FetchOptions) {
    this.#options = options;
  }

  /** May tell before it returns. */
  start(): void {
    const { server, context, line } = this.#options;
    this.#timer = context.runtime.after(server.startMs, () => this.#tooSlow());
    const call = this.#newCall('{}');
    line.reach(call, (upstream) => this.#opened(upstream, call));
  }

  /** Nobody wants to know any more: nothing is told. What is in flight is called off. */
  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timer?.cancel();
    this.#callOff();
  }

  /** A server is not asked for what it said it does not have: some never answer. */
  #opened(upstream: UpstreamSession, call: OwnCall): void {
    if (this.#isOver) return;
    this.#handshake = handshakeOf(upstream);
    if (this.#handshake.capabilities.has(KINDS[this.#options.kind].capability)) return this.#send(call);
    call.cancel();
    this.#finish(true, undefined);
  }

  #newCall(params: string): OwnCall {
    const { kind, context } = this.#options;
    const call = new OwnCall(KINDS[kind].method, params, context.runtime.now(), (answer) => {
      if (!this.#isOver) this.#answered(answer);
    });
    this.#call = call;
    return call;
  }

  #send(call: OwnCall): void {
    this.#options.line.call(call, call.message, this.#options.context.runtime.now());
  }

  #answered(answer: Message | Failure): void {
    // Why there is no way to it is told where it was tried.
    if (isFailure(answer)) return this.#finish(false, undefined, answer);
    if (answer.kind === 'error') {
      const code = errorCodeOf(answer);
      if (code === METHOD_NOT_FOUND) return this.#finish(true, undefined);
      return this.#finish(
        false,
        this.#sentence(`answered \`${this.#method}\` with the error ${code ?? 'without a code'}`),
      );
    }
    const result = outcomeOf(answer);
    if (this.#bytes + result.length > this.#options.limits.bytes)
      return this.#finish(true, this.#tooMuch(`${megabytes(this.#options.limits.bytes)} MB`));
    this.#read(result);
  }

  #read(result: Uint8Array): void {
    const { kind, limits } = this.#options;
    let page;
    try {
      page = readListing(result, KINDS[kind].list, KINDS[kind].key);
    } catch {
      return this.#finish(
        false,
        this.#sentence(`answered \`${this.#method}\` with something that is no such list`),
      );
    }
    this.#bytes += result.length;
    this.#pages += 1;
    for (const item of page.items) {
      if (this.#items.length >= limits.items)
        return this.#finish(true, this.#tooMuch(`${limits.items} ${kind}`));
      this.#items.push(item);
    }
    const { nextCursor } = page;
    // An empty cursor, or the same again, would lead to the same page for ever.
    if (!nextCursor || nextCursor === this.#cursor) return this.#finish(true, undefined);
    this.#cursor = nextCursor;
    if (this.#pages >= limits.pages) return this.#finish(true, this.#tooMuch(`${limits.pages} pages`));
    this.#send(this.#newCall(JSON.stringify({ cursor: nextCursor })));
  }

  #tooSlow(): void {
    if (this.#isOver) return;
    const seconds = Math.round(this.#options.server.startMs / 100) / 10;
    this.#finish(false, this.#sentence(`did not answer \`${this.#method}\` within ${seconds} s`));
    this.#callOff();
  }

  #callOff(): void {
    const call = this.#call;
    if (!call || call.isOver) return;
    if (call.number > 0) call.upstream?.callOff(call, 'The gateway gave up waiting.');
    call.cancel();
  }

  #finish(hasList: boolean, trouble: string | undefined, failure?: Failure): void {
    this.#isOver = true;
    this.#timer?.cancel();
    const list = hasList ? { items: this.#items, bytes: this.#bytes } : undefined;
    this.#options.done({ list, trouble, failure, handshake: this.#handshake });
  }

  get #method(): string {
    return KINDS[this.#options.kind].method;
  }

  #tooMuch(what: string): string {
    return this.#sentence(`lists more than ${what} under \`${this.#method}\`; the rest is left out`);
  }

  #sentence(rest: string): string {
    return `The server "${this.#options.server.name}" ${rest}.`;
  }
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 / 102.4) / 10;
}
