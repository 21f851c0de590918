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
import { PerSecond, Refusals } from './reports.ts';
import { type Child, startChild } from './stdio-child.ts';
import { childEnvironment } from './stdio-environment.ts';
import { Failures } from './stdio-failures.ts';
import { StdioLink } from './stdio-link.ts';
import { type LoggedChild, SERVER_LINES_PER_SECOND, ServerLog } from './stdio-log.ts';
import {
  DEFAULT_MAX_LINE_BYTES,
  DEFAULT_MAX_PROCESSES,
  DEFAULT_MAX_QUEUED_BYTES,
  DEFAULT_QUICK_DEATH_MS,
  DEFAULT_STOP_GRACE_MS,
  refuseUnfit,
  type StdioOptions,
} from './stdio-options.ts';
import { ChildrenMemory } from './stdio-children-memory.ts';
import { WarmPool } from './stdio-pool.ts';
import { Room } from './stdio-room.ts';
import { environmentFor } from './stdio-personal.ts';
import { type Redact, redactor } from './stdio-secrets.ts';
import { sharedWatchdog, type Watchdog } from './stdio-watchdog.ts';

export type { StdioOptions } from './stdio-options.ts';

/**
 * A driver for one server.
 *
 * `open` rejects with `start-failed` (the command cannot be run), `backoff` (it failed more than once just now; with
 * `retryAfterMs`), `too-many-processes` (and none of them is ending), `closed` (the driver was closed, or nobody waits any more). A link ends
 * with `exited` (the child died; the sentence has the exit code and the last line of its stderr), `memory` (it used more
 * than it may, and was ended) or `closed`.
 *
 * Throws `TypeError` for an entry that no operating system can pass on (a NUL character, a name with `=`).
 *
 * A link is open as soon as the operating system runs the command: whether it answers is for `initialize` to show.
 */
export function stdio(options: StdioOptions): UpstreamDriver {
  return new StdioDriver(options);
}

/** The variables of whom a child is started for. */
type Personal = Readonly<Record<string, string>>;

class StdioDriver implements UpstreamDriver {
  readonly kind = 'stdio';
  readonly canBeModern = true;
  readonly maxLinks: number;
  readonly personal: 'principal' | undefined;
  readonly #options: StdioOptions;
  readonly #limits: ReadLimits;
  readonly #watchdog: Watchdog;
  readonly #refusals: Refusals;
  readonly #redact: Redact;
  readonly #logRate: PerSecond;
  readonly #failures: Failures;
  readonly #room: Room;
  readonly #memory: ChildrenMemory;
  readonly #pool: WarmPool | undefined;
  readonly #links = new Set<StdioLink>();
  #holdsWatchdog = false;
  #closing: Promise<void> | undefined;

  constructor(options: StdioOptions) {
    refuseUnfit(options);
    const { name, runtime, backoff = {}, random = Math.random, env, args, warm = 0 } = options;
    const { quickDeathMs = DEFAULT_QUICK_DEATH_MS, stopGraceMs = DEFAULT_STOP_GRACE_MS } = options;
    const { maxProcesses = DEFAULT_MAX_PROCESSES } = options;
    this.#options = options;
    this.maxLinks = maxProcesses;
    this.personal = options.envPerPrincipal ? 'principal' : undefined;
    this.#limits = { ...DEFAULT_LIMITS, bytes: options.maxLineBytes ?? DEFAULT_MAX_LINE_BYTES };
    this.#watchdog = options.watchdog ?? sharedWatchdog(runtime);
    this.#redact = redactor({ env, args });
    this.#refusals = new Refusals(name, options.observer, () => runtime.now());
    this.#logRate = new PerSecond(SERVER_LINES_PER_SECOND, () => runtime.now());
    this.#failures = new Failures({ name, quickDeathMs, backoff, runtime, random });
    this.#room = new Room({ maxProcesses, stopGraceMs, runtime });
    this.#memory = new ChildrenMemory(options, this.#refusals);
    if (warm > 0) this.#pool = this.#warmPool(warm);
  }

  async open(events: LinkEvents, context: LinkContext): Promise<UpstreamLink> {
    this.#checkWanted(context);
    this.#failures.check(context);
    try {
      const started = await this.#take(context);
      return this.#link(started, events, context);
    } catch (error) {
      if (!context.isProbe) this.#failures.gaveUp();
      throw error;
    }
  }

  health(): ReturnType<UpstreamDriver['health']> {
    const { children } = this.#room;
    const facts = {
      links: this.#links.size,
      restarts: this.#failures.restarts,
      processes: children.size,
      ...(this.#pool ? { warm: this.#pool.ready } : {}),
      ...this.#memory.shown(children),
    };
    if (this.#closing) return { state: 'failed', ...facts, reason: 'It was closed.' };
    const { state, ...reason } = this.#failures.state;
    if (state !== 'well') return { state, ...facts, ...reason };
    return { state: children.size > 0 ? 'up' : 'idle', ...facts, ...reason };
  }

  refresh(): void {
    this.#failures.forget();
    this.#pool?.renew();
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    const links = [...this.#links].map((link) => link.close());
    // A start that fails now is told to whoever asked for it.
    await Promise.allSettled([this.#pool?.close(), ...links, ...this.#room.starting]);
    await Promise.all([...this.#room.children].map((child) => child.stop()));
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

  /** A spare one, or one that is started now. */
  async #take(context: LinkContext): Promise<LoggedChild> {
    const { name, envPerPrincipal } = this.#options;
    const personal = environmentFor(name, envPerPrincipal, context.principal);
    const started = this.#pool?.take() ?? (await this.#startInRoom(context, personal));
    try {
      this.#checkWanted(context);
    } catch (error) {
      void started.child.stop();
      throw error;
    }
    return started;
  }

  /** A child that is just ending is waited for: its client may have closed one session to open the next. */
  #startInRoom(context: LinkContext, personal: Personal): Promise<LoggedChild> {
    return this.#room.enter(context.signal, () => {
      this.#checkWanted(context);
      return this.#start(personal);
    });
  }

  /** Takes its place before anything is waited for. */
  async #start(personal: Personal = {}): Promise<LoggedChild> {
    if (!this.#room.hasSome) throw this.#tooMany();
    const starting = this.#startOne(personal);
    this.#room.starting.add(starting);
    try {
      return await starting;
    } catch (error) {
      this.#failures.failed(error instanceof Error ? error.message : String(error));
      throw error;
    } finally {
      this.#room.starting.delete(starting);
    }
  }

  async #startOne(personal: Personal): Promise<LoggedChild> {
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
    const environment = childEnvironment(process.env, { ...env, ...personal });
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
    return this.#started(child, personal);
  }

  #started(child: Child, personal: Personal): LoggedChild {
    const { name: server, observer, runtime, env, args, envPerPrincipal } = this.#options;
    this.#room.children.add(child);
    this.#memory.watch(child);
    void child.gone.then(() => {
      this.#room.children.delete(child);
      this.#pool?.refill();
    });
    this.#failures.started();
    const log = new ServerLog(child.stderr, {
      server,
      observer,
      now: () => runtime.now(),
      total: this.#logRate,
      redact: envPerPrincipal ? redactor({ env, args, secrets: Object.values(personal) }) : this.#redact,
    });
    return { child, log };
  }

  #link({ child, log }: LoggedChild, events: LinkEvents, context: LinkContext): StdioLink {
    const { name, runtime, maxQueuedBytes = DEFAULT_MAX_QUEUED_BYTES } = this.#options;
    const link: StdioLink = new StdioLink(child, log, events, {
      name,
      runtime,
      refusals: this.#refusals,
      limits: this.#limits,
      maxQueuedBytes,
      onSpoken: () => this.#failures.spoke(),
      onEnd: (end) => {
        this.#links.delete(link);
        this.#failures.ended(end, context);
      },
    });
    this.#links.add(link);
    return link;
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
      waitMs: () => (this.#room.hasSome ? this.#failures.waitMs : undefined),
      onDied: ({ child, log }) => {
        const last = log.lastLine ? `: ${log.lastLine}` : '.';
        this.#failures.failed(
          child.sentence?.message ??
            `A spare process of the server "${this.#options.name}" ended (${child.exit?.code ?? child.exit?.signal})${last}`,
        );
      },
    });
  }
}
