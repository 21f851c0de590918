/**
 * MCP servers as child processes that speak over stdin and stdout.
 *
 * Guarantees: one process a link; no process, and nothing it started in its group (on Linux: nothing that carries
 * its marker), outlives its link, the driver, or the gateway, however the gateway ends; the environment of the
 * gateway stays with the gateway; a child that dies, hangs, floods or writes rubbish costs its own link only.
 *
 * Source: MCP base protocol, stdio: one message a line, UTF-8, stderr for logs.
 */
import {
  type LinkContext,
  type LinkEvents,
  type UpstreamDriver,
  UpstreamError,
  type UpstreamLink,
} from '../engine/ports.ts';
import { DEFAULT_LIMITS, type ReadLimits } from '../protocol/message.ts';
import { Backoff } from './backoff.ts';
import { Refusals } from './reports.ts';
import { type Child, startChild } from './stdio-child.ts';
import { childEnvironment } from './stdio-environment.ts';
import { type LinkEnd, StdioLink } from './stdio-link.ts';
import { type LoggedChild, ServerLog } from './stdio-log.ts';
import {
  DEFAULT_MAX_LINE_BYTES,
  DEFAULT_MAX_PROCESSES,
  DEFAULT_MAX_QUEUED_BYTES,
  DEFAULT_QUICK_DEATH_MS,
  DEFAULT_STOP_GRACE_MS,
  type StdioOptions,
} from './stdio-options.ts';
import { WarmPool } from './stdio-pool.ts';
import { type Redact, redactor } from './stdio-secrets.ts';
import { sharedWatchdog, type Watchdog } from './stdio-watchdog.ts';

export type { StdioOptions } from './stdio-options.ts';

/**
 * A driver for one server.
 *
 * `open` rejects with `start-failed` (the command cannot be run), `backoff` (it failed more than once just now; with
 * `retryAfterMs`), `too-many-processes`, `closed` (the driver was closed, or nobody waits any more). A link ends
 * with `exited` (the child died; the sentence has the exit code and the last line of its stderr) or `closed`.
 *
 * A link is open as soon as the operating system runs the command: whether it answers is for `initialize` to show.
 */
export function stdio(options: StdioOptions): UpstreamDriver {
  return new StdioDriver(options);
}

/** Failures of the server as such are counted under this key; those of callers under their principal. */
const SERVER = '';

class StdioDriver implements UpstreamDriver {
  readonly kind = 'stdio';
  readonly #options: StdioOptions;
  readonly #limits: ReadLimits;
  readonly #watchdog: Watchdog;
  readonly #refusals: Refusals;
  readonly #redact: Redact;
  /** Children that never said a word: the server is broken, for everybody. */
  readonly #starts: Backoff;
  /** Children that worked and then died early: told apart by who had them, for it may be what they were asked. */
  readonly #crashes: Backoff;
  readonly #pool: WarmPool | undefined;
  readonly #children = new Set<Child>();
  readonly #links = new Set<StdioLink>();
  readonly #starting = new Set<Promise<LoggedChild>>();
  #holdsWatchdog = false;
  #ends = 0;
  #restarts = 0;
  #closing: Promise<void> | undefined;

  constructor(options: StdioOptions) {
    const { runtime, backoff = {}, random = Math.random, env, args, warm = 0 } = options;
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, bytes: options.maxLineBytes ?? DEFAULT_MAX_LINE_BYTES };
    this.#watchdog = options.watchdog ?? sharedWatchdog(runtime);
    this.#redact = redactor({ env, args });
    this.#refusals = new Refusals(options.name, options.observer, () => runtime.now());
    this.#starts = new Backoff(backoff, () => runtime.now(), random);
    this.#crashes = new Backoff(backoff, () => runtime.now(), random);
    if (warm > 0) this.#pool = this.#warmPool(warm);
  }

  async open(events: LinkEvents, context: LinkContext): Promise<UpstreamLink> {
    this.#checkWanted(context);
    this.#checkBackoff(this.#starts, SERVER);
    this.#checkBackoff(this.#crashes, context.principal);
    const started = this.#pool?.take() ?? (await this.#start());
    try {
      this.#checkWanted(context);
    } catch (error) {
      void started.child.stop();
      throw error;
    }
    return this.#link(started, events, context.principal);
  }

  health(): ReturnType<UpstreamDriver['health']> {
    const facts = { links: this.#links.size, restarts: this.#restarts };
    const why = this.#starts.reason(SERVER);
    const reason = why === undefined ? {} : { reason: why };
    if (this.#closing) return { state: 'failed', ...facts, reason: 'It was closed.' };
    if (this.#starts.waitMs(SERVER) > 0) return { state: 'backoff', ...facts, ...reason };
    if (this.#starts.failures(SERVER) > 0) return { state: 'failed', ...facts, ...reason };
    return { state: this.#children.size > 0 ? 'up' : 'idle', ...facts };
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    const links = [...this.#links].map((link) => link.close());
    // A start that fails now is told to whoever asked for it.
    await Promise.allSettled([this.#pool?.close(), ...links, ...this.#starting]);
    await Promise.all([...this.#children].map((child) => child.stop()));
    if (this.#holdsWatchdog) await this.#watchdog.release();
  }

  #checkWanted({ signal }: LinkContext): void {
    if (!this.#closing && !signal.aborted) return;
    const why = this.#closing ? 'it is being shut down' : 'nobody waits for it any more';
    throw new UpstreamError({
      code: 'closed',
      message: `The server "${this.#options.name}" was not started: ${why}.`,
    });
  }

  #checkBackoff(backoff: Backoff, key: string): void {
    const retryAfterMs = backoff.waitMs(key);
    if (retryAfterMs === 0) return;
    const { name } = this.#options;
    const times = `${backoff.failures(key)} times in a row`;
    const message = `The server "${name}" failed ${times} and rests for ${Math.ceil(retryAfterMs / 1_000)} s; last: ${backoff.reason(key)}`;
    throw new UpstreamError({ code: 'backoff', message, retryAfterMs });
  }

  get #hasRoom(): boolean {
    return this.#children.size + this.#starting.size < (this.#options.maxProcesses ?? DEFAULT_MAX_PROCESSES);
  }

  async #start(): Promise<LoggedChild> {
    if (!this.#hasRoom) throw this.#tooMany();
    const starting = this.#startOne();
    this.#starting.add(starting);
    try {
      return await starting;
    } catch (error) {
      this.#failed(error instanceof Error ? error.message : String(error));
      throw error;
    } finally {
      this.#starting.delete(starting);
    }
  }

  async #startOne(): Promise<LoggedChild> {
    if (!this.#holdsWatchdog) {
      this.#holdsWatchdog = true;
      this.#watchdog.hold();
    }
    const {
      name,
      command,
      args = [],
      env,
      cwd,
      stopGraceMs = DEFAULT_STOP_GRACE_MS,
      runtime,
    } = this.#options;
    const environment = childEnvironment(process.env, env);
    const watchdog = this.#watchdog;
    const child = await startChild({
      refusals: this.#refusals,
      name,
      command,
      args,
      env: environment,
      cwd,
      stopGraceMs,
      runtime,
      watchdog,
    });
    return this.#started(child);
  }

  #started(child: Child): LoggedChild {
    const { name: server, observer, runtime } = this.#options;
    this.#children.add(child);
    void child.gone.then(() => {
      this.#children.delete(child);
      this.#pool?.refill();
    });
    if (this.#ends > 0) {
      this.#ends -= 1;
      this.#restarts += 1;
    }
    const log = new ServerLog(child.stderr, {
      server,
      observer,
      now: () => runtime.now(),
      redact: this.#redact,
    });
    return { child, log };
  }

  #link({ child, log }: LoggedChild, events: LinkEvents, principal: string): StdioLink {
    const { name, runtime, maxQueuedBytes = DEFAULT_MAX_QUEUED_BYTES } = this.#options;
    const link: StdioLink = new StdioLink(child, log, events, {
      name,
      runtime,
      refusals: this.#refusals,
      limits: this.#limits,
      maxQueuedBytes,
      onEnd: (end) => {
        this.#links.delete(link);
        this.#ended(end, principal);
      },
    });
    this.#links.add(link);
    return link;
  }

  #ended({ fault, isWanted, wasAsked, hasSpoken, livedMs }: LinkEnd, principal: string): void {
    const isQuick = livedMs < (this.#options.quickDeathMs ?? DEFAULT_QUICK_DEATH_MS);
    if (hasSpoken) this.#starts.succeeded(SERVER);
    if (!isQuick) this.#crashes.succeeded(principal);
    if (isWanted) {
      // Given up by whoever waited for its first word: it hangs.
      if (wasAsked && !hasSpoken && !isQuick)
        this.#failed(`The server "${this.#options.name}" did not answer.`);
      return;
    }
    if (!hasSpoken) return this.#failed(fault.message);
    this.#ends += 1;
    if (isQuick) this.#crashes.failed(principal, fault.message);
  }

  /** The server as such could not be started, or died without a word. */
  #failed(message: string): void {
    this.#ends += 1;
    this.#starts.failed(SERVER, message);
  }

  #tooMany(): UpstreamError {
    const { name, maxProcesses = DEFAULT_MAX_PROCESSES } = this.#options;
    const message = `The server "${name}" runs in ${maxProcesses} processes already; try again later, share it, or raise maxProcesses.`;
    return new UpstreamError({ code: 'too-many-processes', message, retryAfterMs: 1_000 });
  }

  #warmPool(size: number): WarmPool {
    return new WarmPool({
      size,
      runtime: this.#options.runtime,
      start: () => this.#start(),
      waitMs: () => (this.#hasRoom ? this.#starts.waitMs(SERVER) : undefined),
      onDied: ({ child, log }) => {
        const last = log.lastLine ? `: ${log.lastLine}` : '.';
        this.#failed(
          `A spare process of the server "${this.#options.name}" ended (${child.exit?.code ?? child.exit?.signal})${last}`,
        );
      },
    });
  }
}
