/**
 * MCP servers in the gateway's own process: built with either SDK generation, or plain functions.
 *
 * Guarantees: every link has a server (or a state of calls) of its own; a server that throws, rejects, never answers
 * or says what is no JSON costs its own callers only; nothing is called from within another's call. Runs on every
 * runtime with the web's interfaces.
 */
import {
  type LinkContext,
  type LinkEvents,
  type UpstreamDriver,
  UpstreamError,
  type UpstreamLink,
} from '../engine/ports.ts';
import type { Observer } from '../engine/ports-observer.ts';
import { DEFAULT_LIMITS } from '../protocol/message.ts';
import { HandlerPeer, Handlers, type HandlerTable, type RequestHandler } from './inprocess-handler.ts';
import { InprocessLink } from './inprocess-link.ts';
import { type ConnectableServer, ServerPeer } from './inprocess-server.ts';
import { Refusals } from './reports.ts';
import { type Clock, LATE, within } from './within.ts';

interface CommonOptions {
  /** The server's name, for people. Default `inprocess`. */
  readonly name?: string | undefined;
  /** How long `create` and `connect` may take, in ms. Default 30,000. */
  readonly startTimeoutMs?: number | undefined;
  /** How long a server's `close` is waited for, in ms. Default 2,000. */
  readonly stopGraceMs?: number | undefined;
  /** Links open at once. Default 10,000, as many as the gateway has sessions. */
  readonly maxLinks?: number | undefined;
  /** Bytes of one message of the server. Default 16 MiB. */
  readonly maxMessageBytes?: number | undefined;
  /** Bytes the server may say on a link that nobody reads; more ends the link. Default 32 MiB. */
  readonly maxHeldBytes?: number | undefined;
  /** The clock. Default: the system's. */
  readonly runtime?: Clock | undefined;
  readonly observer?: Observer | undefined;
}

/** A server built with an MCP SDK. One on a transport of its own is legacy; see the second example of `inprocess`. */
export interface ServerOptions extends CommonOptions {
  /** Gives a new server for each link: a server object can serve one client only. */
  readonly create: (context: {
    readonly principal: string;
  }) => ConnectableServer | Promise<ConnectableServer>;
}

/**
 * A server made of functions, for clients of both eras. `initialize`, `ping` and `server/discover` are answered unless a
 * function does; what a modern result must say is added.
 */
export interface HandlerOptions extends CommonOptions {
  readonly handler: HandlerTable | RequestHandler;
  /** For `initialize` and `server/discover`, as the next two. Default `0.0.0`. */
  readonly version?: string | undefined;
  readonly instructions?: string | undefined;
  /** Default: what the methods of a table imply. */
  readonly capabilities?: Readonly<Record<string, unknown>> | undefined;
  /** Requests in flight on one link; more are answered with an error. Default 1,000. */
  readonly maxCalls?: number | undefined;
}

export type InprocessOptions = ServerOptions | HandlerOptions;

/**
 * A driver for one server.
 *
 * `open` rejects with `start-failed` (`create` or `connect` threw), `start-timeout`, `too-many-links`, `closed` (the
 * driver was closed, or nobody waits any more). A link ends with `closed`.
 *
 * @example
 * inprocess({ create: () => buildMcpServer() })
 * inprocess({
 *   handler: {
 *     'tools/list': () => ({ tools: [{ name: 'add', inputSchema: { type: 'object' } }] }),
 *     'tools/call': ({ arguments: { a, b } }) => ({ content: [{ type: 'text', text: String(a + b) }] }),
 *   },
 * })
 * // A server of the modern SDK, for clients of both eras: over the SDK's own entry.
 * inprocess({
 *   create: () => {
 *     let served: { close(): Promise<void> } | undefined;
 *     return {
 *       connect: async (transport) => void (served = serveStdio(buildMcpServer, { transport })),
 *       close: async () => served?.close(),
 *     };
 *   },
 * })
 */
export function inprocess(options: InprocessOptions): UpstreamDriver {
  return new InprocessDriver(options);
}

const SYSTEM: Clock = {
  now: () => Date.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};

const NOBODY: Observer = {};
const MIB = 1024 * 1024;

class InprocessDriver implements UpstreamDriver {
  readonly kind = 'inprocess';
  readonly canBeModern = true;
  readonly maxLinks: number;
  readonly #options: InprocessOptions;
  readonly #name: string;
  readonly #runtime: Clock;
  /** One for all links: what is told of a server is bounded, however many links it has. */
  readonly #refusals: Refusals;
  readonly #handlers: Handlers | undefined;
  readonly #links = new Set<InprocessLink>();
  readonly #used = new WeakSet<ConnectableServer>();
  #lastFault: string | undefined;
  #isClosed = false;

  constructor(options: InprocessOptions) {
    this.#options = options;
    this.maxLinks = options.maxLinks ?? 10_000;
    this.#name = options.name ?? 'inprocess';
    this.#runtime = options.runtime ?? SYSTEM;
    this.#refusals = new Refusals(this.#name, options.observer ?? NOBODY, () => this.#runtime.now());
    if ('handler' in options) {
      const { handler, version = '0.0.0', instructions, capabilities } = options;
      this.#handlers = new Handlers(handler, { name: this.#name, version, instructions, capabilities });
    }
  }

  async open(events: LinkEvents, context: LinkContext): Promise<UpstreamLink> {
    this.#checkWanted(context.signal);
    if (this.#links.size >= this.maxLinks) throw this.#tooMany();
    const link = this.#link(events);
    if ('create' in this.#options) await this.#connect(this.#options.create, link, context);
    else this.#useHandlers(link, context.principal);
    link.open();
    return link;
  }

  health(): ReturnType<UpstreamDriver['health']> {
    const facts = { links: this.#links.size, restarts: 0 };
    if (this.#isClosed) return { state: 'failed', ...facts, reason: 'It was closed.' };
    if (this.#lastFault !== undefined) return { state: 'failed', ...facts, reason: this.#lastFault };
    return { state: this.#links.size > 0 ? 'up' : 'idle', ...facts };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#links].map((link) => link.close()));
  }

  #link(events: LinkEvents): InprocessLink {
    const { maxMessageBytes = 16 * MIB, maxHeldBytes = 32 * MIB, stopGraceMs = 2_000 } = this.#options;
    const link: InprocessLink = new InprocessLink({
      name: this.#name,
      limits: { ...DEFAULT_LIMITS, bytes: maxMessageBytes },
      refusals: this.#refusals,
      events,
      maxHeldBytes,
      stopGraceMs,
      runtime: this.#runtime,
      onEnd: () => this.#links.delete(link),
    });
    this.#links.add(link);
    return link;
  }

  #useHandlers(link: InprocessLink, principal: string): void {
    if (!this.#handlers || !('handler' in this.#options)) return;
    const { maxCalls = 1_000 } = this.#options;
    link.use(new HandlerPeer({ handlers: this.#handlers, line: link, principal, maxCalls }));
  }

  /** Has the server made and connected. Rejects with `UpstreamError`, after which nothing is left of it. */
  async #connect(create: ServerOptions['create'], link: InprocessLink, context: LinkContext): Promise<void> {
    const { startTimeoutMs = 30_000 } = this.#options;
    const starting = this.#startServer(create, link, context.principal);
    try {
      const started = await within(starting, startTimeoutMs, this.#runtime, context.signal);
      this.#checkWanted(context.signal);
      if (started === LATE) throw this.#tooSlow(startTimeoutMs);
      if (link.hasEnded) throw new Error('It closed the link before it was open.');
      this.#lastFault = undefined;
    } catch (error) {
      // The server may come to life after all; then it is closed at once.
      starting.then(
        (peer) => peer.close(),
        () => {},
      );
      link.end({ code: 'closed', message: 'It never was open.' });
      throw error instanceof UpstreamError ? error : this.#failed(error);
    }
  }

  async #startServer(
    create: ServerOptions['create'],
    link: InprocessLink,
    principal: string,
  ): Promise<ServerPeer> {
    const server = await create({ principal });
    // Its answers would go to whoever connected last.
    if (this.#used.has(server)) throw this.#failed(new Error('"create" gave the same server twice.'));
    this.#used.add(server);
    const peer = new ServerPeer(server, link);
    link.use(peer);
    await peer.connect();
    return peer;
  }

  #checkWanted(signal: AbortSignal): void {
    if (!this.#isClosed && !signal.aborted) return;
    const why = this.#isClosed ? 'it is being shut down' : 'nobody waits for it any more';
    throw new UpstreamError({
      code: 'closed',
      message: `The server "${this.#name}" was not started: ${why}.`,
    });
  }

  #tooMany(): UpstreamError {
    const message = `The server "${this.#name}" has too many links open; close some, or share it.`;
    return new UpstreamError({ code: 'too-many-links', message });
  }

  #tooSlow(ms: number): UpstreamError {
    const message = `The server "${this.#name}" was not ready within ${ms / 1_000} s; look at what its "create" waits for.`;
    this.#lastFault = message;
    return new UpstreamError({ code: 'start-timeout', message });
  }

  /** What it threw stays inside: it may hold anything. */
  #failed(error: unknown): UpstreamError {
    const why = error instanceof Error ? error.message : String(error);
    const message = `The server "${this.#name}" could not be created; the log of the gateway says why.`;
    this.#lastFault = message;
    this.#refusals.report(
      'start-failed',
      `"create" or "connect" failed (each link needs a new server): ${why}`,
    );
    return new UpstreamError({ code: 'start-failed', message });
  }
}
