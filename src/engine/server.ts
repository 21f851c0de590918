/** One configured MCP server: opens conversations with it and shares them as its entry says. */
import { MODERN_VERSION } from '../protocol/era.ts';
import { readMessage, type Message } from '../protocol/message.ts';
import type { Ask } from './asks.ts';
import type { EngineContext } from './context.ts';
import { Conversations } from './conversations.ts';
import { CachedLine, type Flights } from './cached-line.ts';
import { type Crowd, crowdOf } from './crowd.ts';
import { Deadlines } from './deadlines.ts';
import type { Exchange } from './exchange.ts';
import { KINDS, type Kind } from './catalog/kinds.ts';
import { isNarrowed, type Offer } from './catalog/view.ts';
import { AsLegacyDriver } from './bridge/as-legacy-driver.ts';
import { Eras } from './bridge/eras.ts';
import { badHandshake, disabled, type Fault, faultOf, restarted, startTimeout } from './faults.ts';
import { SAYS_NOTHING, SAYS_NOTHING_OF_OTHERS } from './faults.ts';
import { contextWith, namesFor, speaksFor } from './forwarded.ts';
import { isHandshake } from './handshake.ts';
import type { LineOwner, Mount } from './line.ts';
import { KeptLists } from './merge/kept-lists.ts';
import { ViewedServer } from './merge/viewed-line.ts';
import { offeringOf } from './policy/offering.ts';
import { ToolBooks } from './policy/tool-books.ts';
import { ModernLine } from './modern/modern-line.ts';
import type { Opening } from './opening.ts';
import {
  type LinkContext,
  type Sharing,
  type UpstreamDriver,
  UpstreamError,
  type UpstreamFault,
} from './ports.ts';
import { Pulses } from './pulses.ts';
import { ResultCache, type CacheRules } from './result-cache.ts';
import type { ServerOptions } from './server-options.ts';
import { SharedLinks } from './shared-links.ts';
import { UpstreamLine } from './upstream-line.ts';
import { UpstreamSession } from './upstream-session.ts';
import { admits } from './admits.ts';
import { wallTime } from './wall.ts';

export class Server implements Mount {
  readonly name: string;
  readonly driver: UpstreamDriver;
  readonly sharing: Sharing;
  /** In lower case; with them what else of its callers decides how it is spoken to. */
  readonly forwardHeaders: readonly string[];
  readonly shared: SharedLinks;
  /** From opening a link to the answer to `initialize`, in ms. */
  readonly startMs: number;
  readonly offer: Offer | undefined;
  /** What its entry says of results that may be given again. */
  readonly cacheRules: CacheRules | undefined;
  /** Which words it understands. */
  readonly eras: Eras;
  /** What paths to it lead to: itself, or what of it is offered. */
  readonly mount: Mount;
  /** What it listed to the lines of merges. */
  readonly lists = new KeptLists();
  /** What it listed of its tools, by which calls are judged. */
  readonly books = new ToolBooks();
  /** What is wrong with its lists, by kind: one sentence each. */
  readonly troubles = new Map<Kind, string>();
  /** What last went wrong with it, whoever called. */
  lastFault: Fault | undefined;
  /** How often its tools may have changed. */
  toolChanges = 0;
  readonly #context: EngineContext;
  readonly #numbers = { next: 1 };
  readonly #cache: { results: ResultCache; flights: Flights } | undefined;
  /** Opens conversations in legacy words. */
  readonly #legacy: AsLegacyDriver;
  #isClosed = false;
  readonly #deadlines: Deadlines<Exchange>;
  readonly #questions: Deadlines<Ask>;
  readonly #pulses: Pulses;
  readonly #conversations = new Conversations();
  #isDisabled = false;
  /** Undefined where there may be as many conversations as anybody likes. */
  readonly #crowd: Crowd | undefined;

  constructor(options: ServerOptions, context: EngineContext) {
    const { runtime, settings } = context;
    const requestMs = options.requestMs ?? settings.requestMs;
    this.name = options.name;
    this.driver = options.driver;
    this.sharing = options.sharing ?? 'session';
    this.forwardHeaders = namesFor(options.driver, options.forwardHeaders ?? []);
    this.offer = options.offer;
    this.cacheRules = options.cache;
    this.#context = context;
    const { offer } = options;
    this.mount = isNarrowed(offer) ? new ViewedServer(this, offeringOf(offer, undefined), context) : this;
    this.startMs = options.startMs ?? settings.startMs;
    const { forwardHeaders, startMs } = this;
    const { era: rule = 'auto', driver, probeMs = settings.probeMs } = options;
    const times = { startMs, probeMs, eraMs: settings.eraMs, runtime };
    this.eras = new Eras({ driver, rule, forwardHeaders, numbers: this.#numbers, ...times });
    const { name, eras } = this;
    const note = (code: string, message: string): void =>
      context.notes.tell({ where: 'upstream', code, message, server: name });
    this.#legacy = new AsLegacyDriver(driver, eras, { name, runtime, note, patienceMs: probeMs });
    const { healthIntervalMs: intervalMs = settings.healthIntervalMs } = options;
    const { healthTimeoutMs: timeoutMs = settings.healthTimeoutMs } = options;
    this.#pulses = new Pulses({ runtime, name, intervalMs, timeoutMs, driver });
    this.#deadlines = new Deadlines(runtime, requestMs, (exchange) => this.#timedOut(exchange));
    this.#questions = new Deadlines(runtime, requestMs, (ask) => ask.timeOut());
    if (options.cache || this.sharing !== 'session')
      this.#cache = { results: new ResultCache(options.cache ?? {}), flights: new Map() };
    this.#crowd = crowdOf(this, context.ledger);
    this.shared = new SharedLinks({
      serverName: this.name,
      keepMs: keepMsOf(this.sharing, options.idleMs),
      runtime,
      open: (opening) => this.open(opening),
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Starts a conversation of its own. Closing it before it is open gives the start up. */
  open(opening: Opening): UpstreamSession {
    const { runtime, observer } = this.#context;
    const { principal, forwarded } = opening;
    const era = opening.era ?? 'legacy';
    const startedAt = runtime.now();
    const abort = new AbortController();
    const upstream = this.#prepare(opening);
    const timer = runtime.after(this.startMs, () => upstream.closed(startTimeout(this.name, this.startMs)));
    let isOpen = false;
    this.#conversations.add(upstream);
    upstream.onClosed = (fault) => {
      timer.cancel();
      this.#pulses.end(upstream);
      this.#conversations.delete(upstream);
      this.#crowd?.leave(upstream, principal);
      const { code, message } = fault;
      if (code !== 'closed' && !SAYS_NOTHING_OF_OTHERS.has(code)) this.#lost(fault);
      if (era === 'modern') this.eras.failed(opening, fault);
      else if (isOpen && code === 'exited') this.#mayHaveTurned(opening);
      else if (!isOpen && !SAYS_NOTHING.has(code)) this.eras.doubt(opening);
      if (isOpen) observer.linkClosed?.({ server: this.name, code, message });
      else this.#context.notes.tell({ where: 'upstream', code, message, server: this.name });
      if (!isOpen) abort.abort();
      opening.ended(fault);
    };
    const answered = (answer: Message): void => {
      timer.cancel();
      if (answer.kind === 'response' && answer !== MODERN_READY && !isHandshake(upstream.handshake))
        return upstream.closed(badHandshake(this.name));
      isOpen = true;
      this.#pulses.begin(upstream);
      observer.linkOpened?.({ server: this.name, ms: runtime.now() - startedAt });
      opening.answered(answer);
    };
    // What a driver must know is whether several principals share it: one alone answers for its own crashes.
    const facts = { principal, isShared: this.sharing === 'shared', signal: abort.signal, era };
    this.#link(upstream, contextWith(facts, forwarded))
      .then(() => {
        if (era === 'legacy') upstream.initialize(opening.hello, answered, opening.seenAs);
        else if (!upstream.fault) answered(MODERN_READY);
      })
      .catch((error: unknown) => upstream.closed(faultOf(error)));
    return upstream;
  }

  /** Whether a request may go to it now; else its caller was told. */
  admits(exchange: Exchange, message: Message, by: string, now: number): boolean {
    return admits(this.#context.admission, { exchange, message, server: this.name, by }, now);
  }

  /** Another node was told that lists changed, or found it. @param method that says so */
  changedElsewhere(method: string): void {
    this.#aged(method, undefined);
    this.lists.doubted(method);
  }

  line(owner: LineOwner, version: string): UpstreamLine {
    const cache = this.#cache;
    // With headers of its own a caller may see what others do not.
    return cache && !speaksFor(this.forwardHeaders, owner.forwarded)
      ? new CachedLine(owner, this, version, this.#context, cache)
      : new UpstreamLine(owner, this, version, this.#context);
  }

  /** A way to it in modern words, for many clients at once; only where `eras` says that it understands them. */
  modernLine(owner: LineOwner): ModernLine {
    return new ModernLine(owner, this, MODERN_VERSION, this.#context);
  }

  /** The one reader of all it says is full (`true`) or has caught up (`false`); see `Gateway.pressure`. */
  pressure(full: boolean): void {
    this.#conversations.pressure(full);
  }

  /** Requests to it in flight. */
  get inFlight(): number {
    return this.#conversations.inFlight;
  }

  /** Nobody may call it for now. */
  get isDisabled(): boolean {
    return this.#isDisabled;
  }

  /** Called by the gateway, which ends its sessions. @internal */
  disable(isDisabled: boolean): void {
    this.#isDisabled = isDisabled;
    if (isDisabled) this.#conversations.end(disabled(this.name));
  }

  /** Ends its conversations, and whatever was started ahead; sessions go on, and open others when they are needed. */
  restart(): void {
    this.driver.refresh?.();
    this.#conversations.end(restarted(this.name, this.driver.mayRepeat));
  }

  /** This one: nothing of it is hidden. */
  get whole(): Server {
    return this;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.shared.close();
    await this.driver.close();
    this.#deadlines.clear();
    this.#questions.clear();
    this.#pulses.clear();
  }

  #prepare({ isShared, member, era }: Opening): UpstreamSession {
    const facts = {
      serverName: this.name,
      isShared,
      isModern: era === 'modern',
      numbers: this.#numbers,
      driver: this.driver,
      announced: ({ method, target }: Message) => {
        this.#aged(method, target);
        if (this.lists.announced(method)) this.#context.listsChanged?.(this.name, method);
      },
      deadlines: this.#deadlines,
      questions: this.#questions,
    };
    const upstream = new UpstreamSession(facts, this.#context);
    if (member) upstream.members.add(member);
    return upstream;
  }

  async #link(upstream: UpstreamSession, context: LinkContext): Promise<void> {
    // Not at once: whoever opens it must know of the conversation before anybody speaks of it.
    await Promise.resolve();
    if (upstream.fault) return;
    if (this.#isDisabled) throw new UpstreamError(disabled(this.name));
    this.#crowd?.enter(upstream, context.principal, this.#context.runtime.now());
    const driver = context.era === 'modern' ? this.driver : this.#legacy;
    upstream.use(await driver.open(upstream, context));
    this.#conversations.opened(upstream);
  }

  #timedOut(exchange: Exchange): void {
    const { upstream } = exchange;
    exchange.timeOut();
    if (upstream) this.#pulses.suspect(upstream);
  }

  #aged(method: string, target: string | undefined): void {
    if (method === KINDS.tools.changed) this.toolChanges++;
    this.#cache?.results.announced(method, target);
  }

  /** What comes back may be another. */
  #lost({ code, message }: UpstreamFault): void {
    if (code !== 'restarted') this.lastFault = { at: wallTime(this.#context.runtime), code, message };
    this.toolChanges++;
    this.#cache?.results.clear();
    this.lists.lost();
  }

  /** The same of its words. Where it knows modern ones alone, the next conversation in those finds that out. */
  #mayHaveTurned(opening: Opening): void {
    if (this.eras.isLegacy(opening) !== false) this.eras.forget(opening);
  }
}

function keepMsOf(sharing: Sharing, idleMs: number | undefined): number | undefined {
  return sharing === 'shared' ? idleMs : sharing === 'principal' ? (idleMs ?? 0) : 0;
}

/** Stands for the answer to a handshake that modern links do not have. */
const MODERN_READY = readMessage(new TextEncoder().encode('{"jsonrpc":"2.0","id":0,"result":{}}'));
