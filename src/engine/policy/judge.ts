/**
 * Where calls of tools are judged on their way to one server: whether it lists the tool, whether the tool
 * only reads, whether the arguments fit.
 *
 * Guarantees: what is judged is what is sent, and nothing is sent that was not judged by what the server of this very
 * conversation listed; while it is asked, what comes later waits, so that the order stays; what waits is bounded in bytes
 * and time; what cannot be judged is refused.
 */
import { decodeString } from '../../protocol/decode.ts';
import type { Message } from '../../protocol/message.ts';
import type { EngineContext } from '../context.ts';
import type { Exchange } from '../exchange.ts';
import { fail } from '../faults.ts';
import { MERGE_LIMITS } from '../merge/limits.ts';
import { type Fetched, ListFetch } from '../merge/list-fetch.ts';
import { tellUnknown } from '../merge/unknown.ts';
import type { Failure } from '../own-call.ts';
import type { UpstreamFault } from '../ports.ts';
import type { Server } from '../server.ts';
import type { UpstreamLine } from '../upstream-line.ts';
import { canCheck, loadChecks } from './argument-checks.ts';
import type { Offering } from './offering.ts';
import { ToolBook } from './tool-books.ts';

/** The way to a server that calls go through. */
export interface JudgeHost {
  readonly server: Server;
  readonly line: UpstreamLine;
  /** What of it is offered now. */
  readonly offering: Offering;
}

/** How long a list holds where no change is told, in ms. */
const HOLDS_MS = 60_000;
/** How often a list is asked for again that was overtaken by a change, or whose conversation was lost. */
const TRIES = 3;
/** What a waiting message costs beside its bytes, roughly. */
const WAITING_COST = 200;

/** Something that waits; told what the server listed, or why that is not known. */
interface Held {
  readonly exchange: Exchange | undefined;
  readonly bytes: number;
  readonly go: (known: ToolBook | Failure) => void;
}

export class Judge {
  readonly #host: JudgeHost;
  readonly #context: EngineContext;
  /** What the server listed: where it is kept, when it was asked, and after how many changes. */
  #book = 0;
  #askedAt = 0;
  #changes = 0;
  /** How often the conversation was lost. */
  #losses = 0;
  #held: Held[] | undefined;
  #bytes = 0;
  #fetch: ListFetch | undefined;
  #isClosed = false;
  /** For a call that is sent once more, in another conversation. */
  readonly #again = (exchange: Exchange, message: Message): void =>
    this.call(exchange, message, this.#context.runtime.now());

  constructor(host: JudgeHost, context: EngineContext) {
    this.#host = host;
    this.#context = context;
  }

  /**
   * Sends a request on in its order, a call of a tool only if the server lists it and it may be used.
   * @param message with the name that its server knows
   * @param isHidden whether there is no such tool for the caller: it is told so when it would be told of one that is not there
   */
  call(exchange: Exchange, message: Message, now: number, isHidden = false): void {
    const isJudged = message.method === 'tools/call' && this.#host.offering.calls !== undefined;
    const { line } = this.#host;
    if (!isJudged) return this.pass(exchange, message, () => line.call(exchange, message, now));
    if (message.target === undefined)
      return exchange.fail('invalid_params', '"tools/call" must name what it is about.');
    const book = this.#held ? undefined : this.#known(now);
    if (book) return this.#judge(book, exchange, message, now, isHidden);
    const isFirst = this.#held === undefined;
    this.#held ??= [];
    this.#hold(exchange, message, (known) => {
      if ('word' in known) exchange.fail(known.word, known.message);
      else this.#judge(known, exchange, message, this.#context.runtime.now(), isHidden);
    });
    if (isFirst) this.#ask(1);
  }

  /** Lets anything else pass in its order. @param exchange of a request */
  pass(exchange: Exchange | undefined, message: Message, go: () => void): void {
    if (this.#held) this.#hold(exchange, message, go);
    else go();
  }

  /** The conversation was lost: the next one may be with another. */
  forget(): void {
    this.#book = 0;
    this.#losses++;
  }

  /** @param fault told to what waits, where somebody is to be told */
  close(fault?: UpstreamFault): void {
    this.#isClosed = true;
    this.#fetch?.stop();
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const { exchange } of held) if (fault && exchange) fail(exchange, fault);
  }

  // --------------------------------------------------------------------------------------------- judging

  #known(now: number): ToolBook | undefined {
    const { server } = this.#host;
    if (
      this.#lacksChecks ||
      this.#book === 0 ||
      now - this.#askedAt >= HOLDS_MS ||
      this.#changes !== server.toolChanges
    )
      return undefined;
    return server.books.find(this.#book);
  }

  get #lacksChecks(): boolean {
    return this.#host.offering.calls?.checkArguments === true && !canCheck();
  }

  async #whenLoaded(book: ToolBook): Promise<void> {
    await loadChecks().catch(() => undefined);
    if (!this.#isClosed) this.#release(canCheck() ? book : UNCHECKED);
  }

  #judge(book: ToolBook, exchange: Exchange, message: Message, now: number, isHidden: boolean): void {
    const { server, line, offering } = this.#host;
    const own = message.target ?? '';
    const tool = isHidden || offering.view.tools.shown(own) === undefined ? undefined : book.find(own);
    if (!tool || (offering.calls?.readOnly && !tool.isReadOnly))
      return tellUnknown('tools', exchange, nameIn(message));
    if (offering.calls?.checkArguments) {
      const objection = server.books.checks.objection(tool, message);
      if (objection) return exchange.fail(objection.word, objection.message, objection.data);
    }
    exchange.again = this.#again;
    line.call(exchange, message, now);
  }

  // --------------------------------------------------------------------------------------------- waiting

  #hold(exchange: Exchange | undefined, { bytes }: Message, go: Held['go']): void {
    const cost = bytes.length + WAITING_COST;
    if (this.#bytes + cost > this.#context.settings.upstreamQueuedBytes)
      return exchange?.fail('upstream_busy', 'Too much waits for the server to say what it has.');
    this.#bytes += cost;
    this.#held?.push({ exchange, bytes: cost, go });
  }

  /** All in one turn, so that nothing that comes later can overtake it. */
  #release(known: ToolBook | Failure): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.#bytes = 0;
    for (const { exchange, go } of held) if (!exchange?.isOver) go(known);
  }

  // ---------------------------------------------------------------------------------------------- asking

  #ask(attempt: number): void {
    const { server, line } = this.#host;
    const context = this.#context;
    const now = context.runtime.now();
    const changes = server.toolChanges;
    const losses = this.#losses;
    this.#fetch = new ListFetch({
      kind: 'tools',
      server,
      line,
      limits: MERGE_LIMITS,
      context,
      done: (fetched) => {
        if (this.#isClosed) return;
        const isOld = changes !== server.toolChanges || losses !== this.#losses;
        if ((isOld || fetched.failure?.isPassing === true) && attempt < TRIES) this.#ask(attempt + 1);
        else this.#listed(fetched, now, changes);
      },
    });
    this.#fetch.start();
  }

  #listed({ list, trouble, failure }: Fetched, now: number, changes: number): void {
    const { server } = this.#host;
    if (trouble !== undefined)
      this.#context.notes.tell({
        where: 'policy',
        code: 'list_failed',
        message: trouble,
        server: server.name,
      });
    if (!list) return this.#release(failure ?? UNTOLD);
    this.#book = server.books.keep(list);
    this.#askedAt = now;
    this.#changes = changes;
    const book = server.books.find(this.#book) ?? new ToolBook(list);
    if (this.#lacksChecks) void this.#whenLoaded(book);
    else this.#release(book);
  }
}

const UNCHECKED: Failure = {
  word: 'internal_error',
  message: 'The arguments cannot be checked here, so the call was not sent.',
};

const UNTOLD: Failure = {
  word: 'upstream_failed',
  message: 'The server could not be asked for its tools, so the call was not sent.',
};

/** As the client wrote it. */
function nameIn({ bytes, targetSpan: { start, end } }: Message): string {
  return end > 0 ? decodeString(bytes, start + 1, end - 1) : '';
}
