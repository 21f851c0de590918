/** One configured MCP server: opens conversations with it and shares them as its entry says. */
import type { EngineContext } from './context.ts';
import { Deadlines } from './deadlines.ts';
import type { Exchange } from './exchange.ts';
import { ownHello } from './handshake.ts';
import { LATEST_LEGACY } from '../protocol/methods.ts';
import type { Message } from '../protocol/message.ts';
import { UpstreamError, type Sharing, type UpstreamDriver, type UpstreamFault } from './ports.ts';
import { INITIALIZED, UpstreamSession } from './upstream-session.ts';

export interface ServerOptions {
  readonly name: string;
  readonly driver: UpstreamDriver;
  /** Default `session`. */
  readonly sharing?: Sharing;
  /** How long a call may stay without an answer or progress, in ms; default: the gateway's. */
  readonly requestMs?: number;
  /** From opening a link to the answer to `initialize`, in ms; default: the gateway's. */
  readonly startMs?: number;
}

/** A conversation that was opened, and what the server said to `initialize`. */
export interface Opened {
  readonly upstream: UpstreamSession;
  readonly answer: Message;
}

export class Server {
  readonly name: string;
  readonly driver: UpstreamDriver;
  readonly sharing: Sharing;
  readonly #context: EngineContext;
  readonly #startMs: number;
  readonly #deadlines: Deadlines<Exchange>;
  /** Shared conversations by whom they are shared; bounded by the sessions that hold them. */
  readonly #shared = new Map<string, Promise<UpstreamSession>>();

  constructor(options: ServerOptions, context: EngineContext) {
    this.name = options.name;
    this.driver = options.driver;
    this.sharing = options.sharing ?? 'session';
    this.#context = context;
    this.#startMs = options.startMs ?? context.settings.startMs;
    this.#deadlines = new Deadlines(
      context.runtime,
      options.requestMs ?? context.settings.requestMs,
      timeOut,
    );
  }

  /**
   * Opens a conversation of its own.
   * @param hello the params of `initialize` as JSON text
   * @throws UpstreamError when the server does not start or does not answer in time
   */
  async open(hello: Uint8Array, principal: string, signal: AbortSignal, isShared = false): Promise<Opened> {
    const facts = { serverName: this.name, isShared, deadlines: this.#deadlines };
    const upstream = new UpstreamSession(facts, this.#context);
    const startedAt = this.#context.runtime.now();
    const timer = this.#context.runtime.after(this.#startMs, () => upstream.closed(this.#tooSlow()));
    upstream.onClosed = (fault) => this.#closed(upstream, fault);
    const giveUp = () => upstream.closed(NOBODY_WAITS);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      upstream.use(await this.driver.open(upstream, { principal, signal }));
      const answer = await upstream.initialize(hello);
      this.#context.observer.linkOpened?.({ server: this.name, ms: this.#context.runtime.now() - startedAt });
      return { upstream, answer };
    } catch (error) {
      // The caller is told now: a child that does not want to go takes its time.
      void upstream.close();
      throw error;
    } finally {
      timer.cancel();
      signal.removeEventListener('abort', giveUp);
    }
  }

  /**
   * The conversation that all sessions with the same key share, opened when there is none.
   * @throws UpstreamError as `open` does, and when the server refuses the handshake
   */
  async share(key: string, principal: string): Promise<UpstreamSession> {
    let shared = this.#shared.get(key);
    if (!shared) {
      shared = this.#openShared(key, principal);
      this.#shared.set(key, shared);
      shared.catch(() => this.#shared.delete(key));
    }
    return shared;
  }

  /** A session no longer uses a shared conversation: without any other member it ends. */
  leave(key: string, upstream: UpstreamSession): void {
    // A server that everybody shares stays up: the next caller should not pay for its start.
    if (upstream.members.size > 0 || this.sharing === 'shared') return;
    this.#shared.delete(key);
    void upstream.close();
  }

  async close(): Promise<void> {
    const shared = [...this.#shared.values()];
    this.#shared.clear();
    await Promise.allSettled(shared.map(async (upstream) => (await upstream).close()));
    await this.driver.close();
    this.#deadlines.clear();
  }

  async #openShared(key: string, principal: string): Promise<UpstreamSession> {
    const { upstream, answer } = await this.open(
      ownHello(LATEST_LEGACY),
      principal,
      new AbortController().signal,
      true,
    );
    if (answer.kind === 'error') {
      await upstream.close();
      throw refused(this.name);
    }
    upstream.notify(INITIALIZED);
    const closed = upstream.onClosed;
    upstream.onClosed = (fault) => {
      this.#shared.delete(key);
      closed?.(fault);
    };
    return upstream;
  }

  #closed(upstream: UpstreamSession, fault: { code: string; message: string }): void {
    this.#context.observer.linkClosed?.({ server: this.name, code: fault.code, message: fault.message });
    void upstream.close();
  }

  #tooSlow(): { code: string; message: string } {
    const seconds = Math.round(this.#startMs / 100) / 10;
    return {
      code: 'start-timeout',
      message: `The server "${this.name}" did not answer \`initialize\` within ${seconds} s.`,
    };
  }
}

const NOBODY_WAITS: UpstreamFault = { code: 'closed', message: 'Nobody waits for the server any more.' };

/** The server answered our own `initialize` with an error. */
export function refused(server: string): UpstreamError {
  return new UpstreamError({
    code: 'refused',
    message: `The server "${server}" refused to be initialised.`,
  });
}

function timeOut(exchange: Exchange): void {
  exchange.timeOut();
}
