/** Connects the SDK's client to a server of the configuration or behind a URL. */
import { Client, ProtocolError, type Transport } from '@modelcontextprotocol/client';
import type { ServerConfig, StdioServer } from '../../config/types.ts';
import { commandFault } from '../commands-exist.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Io } from '../io.ts';
import { MODERN_VERSION } from '../../protocol/era.ts';
import { SLUICE_VERSION } from '../../protocol/version.ts';
import type { Attempt } from './attempt.ts';
import { capital, failureOf, NoAnswer } from './failure.ts';
import { openBuiltin, openSocket, openStdio } from './local.ts';
import { kindsFor, mayBeOther, openRemote, type RemoteKind } from './remote.ts';

/** What to connect to. */
export type Target =
  | { readonly kind: 'server'; readonly server: ServerConfig }
  | { readonly kind: 'url'; readonly url: URL; readonly headers: Readonly<Record<string, string>> };

export interface ConnectOptions {
  readonly io: Io;
  readonly quiet: boolean;
  /** From the first byte to the answer to `initialize`, in ms; a server of the configuration has its own. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** How long a last word (a cancellation, the end of a session) may take. */
const FAREWELL_MS = 2_000;

export class Connection {
  readonly client: Client;
  /** How to call the server in a sentence. */
  readonly label: string;
  readonly #attempt: Attempt;
  readonly #lastWords: Promise<unknown>[] = [];

  constructor(client: Client, label: string, attempt: Attempt) {
    this.client = client;
    this.label = label;
    this.#attempt = attempt;
    this.#watchCancellations(attempt.transport);
  }

  /** Lets a cancellation out, ends the session, and everything that was started for it. */
  async close(): Promise<void> {
    await within(FAREWELL_MS, Promise.allSettled(this.#lastWords));
    if (this.#attempt.farewell) await within(FAREWELL_MS, this.#attempt.farewell());
    await this.client.close().catch(() => undefined);
    await this.#attempt.close?.();
  }

  /** What a failed request means. @param timeoutMs how long it was waited for */
  failure(error: unknown, timeoutMs?: number): Error {
    return failureOf(error, { label: this.label, attempt: this.#attempt, timeoutMs });
  }

  /** The client sends a cancellation without waiting for it; closing at once would swallow it. */
  #watchCancellations(transport: Transport): void {
    const send = transport.send.bind(transport);
    transport.send = (message, options) => {
      const sent = send(message, options);
      if ('method' in message && message.method === 'notifications/cancelled') this.#lastWords.push(sent);
      return sent;
    };
  }
}

/** @throws CliError with one sentence when the server cannot be reached, did not start, or wants another key */
export async function connect(target: Target, options: ConnectOptions): Promise<Connection> {
  if (target.kind === 'server') return connectServer(target.server, options);
  const about = { type: undefined, headers: target.headers, era: 'auto' } as const;
  return connectUrl(target.url, about, options.timeoutMs, options);
}

async function connectServer(server: ServerConfig, options: ConnectOptions): Promise<Connection> {
  const label = `the server "${server.name}"`;
  switch (server.type) {
    case 'stdio':
      await refuseMissing(server, options.io);
      return meetInEra(
        server.era,
        () => openStdio(server, options.io, options.quiet),
        label,
        server.startTimeout,
        options,
      );
    case 'ws':
      return meet(
        'legacy',
        await openSocket(server),
        shownUrl(new URL(server.url)),
        server.startTimeout,
        options,
      );
    case 'inprocess':
      return meet(
        'legacy',
        openBuiltin(server, options.io, options.quiet),
        label,
        server.startTimeout,
        options,
      );
    default:
      return connectUrl(
        new URL(server.url),
        { type: server.type, headers: server.headers, era: server.era },
        server.startTimeout,
        options,
      );
  }
}

/** The words of `serve`: what is missing is told before anybody waits for it. */
async function refuseMissing(server: StdioServer, io: Io): Promise<void> {
  const fault = await commandFault(server, io.env, io.cwd);
  if (fault) throw new CliError(EXIT.unreachable, capital(fault.message));
}

async function connectUrl(
  url: URL,
  about: {
    readonly type: RemoteKind | undefined;
    readonly headers: Readonly<Record<string, string>>;
    readonly era: ServerConfig['era'];
  },
  timeoutMs: number,
  options: ConnectOptions,
): Promise<Connection> {
  const { headers } = about;
  const label = shownUrl(url);
  if (/^wss?:$/.test(url.protocol)) {
    const socket = await openSocket({ name: url.host, url: url.href, headers });
    return meet('legacy', socket, label, timeoutMs, options);
  }
  const [first = 'http', ...others] = kindsFor(url, about.type);
  const attempts: Attempt[] = [];
  const open = (kind: RemoteKind) => {
    const attempt = openRemote(kind, url, headers);
    attempts.push(attempt);
    return attempt;
  };
  // Over HTTP+SSE there is no other era.
  const meetOver = (kind: RemoteKind) =>
    meetInEra(kind === 'sse' ? 'legacy' : about.era, () => open(kind), label, timeoutMs, options);
  try {
    return await meetOver(first);
  } catch (error) {
    const [other] = others;
    if (other === undefined || !mayBeOther(attempts[0]?.status?.())) throw error;
    // Where neither works, the way the address asked for is the one to tell of.
    return await meetOver(other).catch((later: unknown) => {
      throw later instanceof CliError && later.code === EXIT.auth ? later : error;
    });
  }
}

/** Without query and password: they may hold keys. */
function shownUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/** Old words first: all servers but the newest know them, and some end at the sight of others. */
async function meetInEra(
  era: ServerConfig['era'],
  open: () => Attempt,
  label: string,
  timeout: number,
  options: ConnectOptions,
): Promise<Connection> {
  const attempt = open();
  if (era !== 'auto') return meet(era, attempt, label, timeout, options);
  try {
    return await meet('legacy', attempt, label, timeout, options);
  } catch (error) {
    if (!mayBeModern(error, attempt)) throw error;
    return await meet('modern', open(), label, timeout, options).catch(() => {
      throw error;
    });
  }
}

/** Whether a server that refused `initialize` may do so because it knows 2026-07-28 alone. */
function mayBeModern(error: unknown, attempt: Attempt): boolean {
  const status = attempt.status?.();
  if (status !== undefined) return (status === 400 || status === 404) && attempt.said?.() !== undefined;
  return error instanceof CliError && ProtocolError.isInstance(error.cause);
}

async function meet(
  era: 'legacy' | 'modern',
  attempt: Attempt,
  label: string,
  timeout: number,
  options: ConnectOptions,
): Promise<Connection> {
  const client = new Client(
    { name: 'sluice', title: 'Sluice', version: SLUICE_VERSION },
    {
      capabilities: {},
      versionNegotiation: { mode: era === 'modern' ? { pin: MODERN_VERSION } : 'legacy' },
    },
  );
  const connection = new Connection(client, label, attempt);
  try {
    await orAborted(
      client.connect(attempt.transport, { timeout, signal: options.signal }),
      options.signal,
      timeout,
    );
    return connection;
  } catch (error) {
    const failure = connection.failure(error, timeout);
    await connection.close();
    throw failure;
  }
}

/** Waiting for an endpoint event or a start has no time-out of its own in the client. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal, timeout: number): Promise<T> {
  const late = AbortSignal.timeout(timeout + 500);
  const either = AbortSignal.any([signal, late]);
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.aborted ? signal.reason : new NoAnswer());
    either.addEventListener('abort', stop, { once: true });
    if (either.aborted) stop();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    either.removeEventListener('abort', stop);
    work.catch(() => undefined);
  }
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([
    work.then(
      () => undefined,
      () => undefined,
    ),
    timeout,
  ]);
  clearTimeout(timer);
}
