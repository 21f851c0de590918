/** What every noun of the engine shares: the ports it was built with, its settings, and its timers. */
import { Degraded } from './degraded.ts';
import type { Cluster } from './cluster/cluster.ts';
import { Ledger } from './ledger.ts';
import { Notes } from './notes.ts';
import type { Runtime } from './ports.ts';
import type { EventLog } from './ports-backplane.ts';
import type { Observer } from './ports-observer.ts';
import type { Tap } from './ports-tap.ts';
import type { Tracer } from './ports-tracer.ts';
import type { Admission } from './ports-admission.ts';
import type { Seal } from './ports-era.ts';
import { callerCapsOf, capsOf, type Settings } from './settings.ts';
import { Deadlines, type Timed } from './deadlines.ts';
import type { Debt } from './debt.ts';
import { Expiries } from './expiries.ts';
import type { Stream } from './stream.ts';
import type { Session } from './session.ts';
import { wallTime } from './wall.ts';

/** An answer to a POST that becomes a stream when it is long in coming. */
export interface Graced extends Timed {
  commit(): void;
}

export interface EngineContext {
  readonly runtime: Runtime;
  readonly settings: Settings;
  readonly observer: Observer;
  /** Whoever looks at messages as they pass; nobody does, mostly. Set and taken away while the gateway runs. */
  tap?: Tap | undefined;
  /** Who holds how much. */
  readonly ledger: Ledger;
  /** What is refused or dropped. */
  readonly notes: Notes;
  /** What goes worse than it should. */
  readonly degraded: Degraded;
  /** Makes spans of requests; nobody does, mostly. */
  readonly tracer?: Tracer | undefined;
  readonly log: EventLog;
  /** What this node is called by others. */
  readonly node: string;
  /** Where there are others; set by the gateway. */
  cluster?: Cluster | undefined;
  /** What keeps state safe at clients; without one nothing can be left with them. */
  readonly seal?: Seal | undefined;
  /** Counts what goes to servers; without one nothing is limited there. */
  readonly admission?: Admission | undefined;
  /** Whether the process has more to do than it can: then what would stay is not opened. */
  readonly isOverloaded: () => boolean;
  /** Told of lists that changed, by who has them and what says so; default: nobody is. */
  readonly listsChanged?: ((server: string, method: string) => void) | undefined;
  /** Part of every event id: tells events of this run of the gateway from those of an earlier one. */
  readonly epoch: string;
  /** Streams with a connection: a heartbeat each time they fall due. */
  readonly heartbeats: Deadlines<Stream>;
  /** For whom something waited at the last look. */
  readonly owing: Deadlines<Debt>;
  /** Streams that ended, kept for a client that comes back. */
  readonly retained: Deadlines<Stream>;
  /** POSTs that still may be answered in one piece. */
  readonly graces: Deadlines<Graced>;
  /** Modern ones. */
  readonly modernGraces: Deadlines<Graced>;
  /** What ends with the proof of its caller, by the time of day. */
  readonly expiries: Expiries;
  /** What ends when it was open for long enough. */
  readonly ages: Expiries;
  /** Sessions without a stream or a call. */
  readonly idle: Deadlines<Session>;
  /** Sessions of HTTP+SSE, where those that only listen do not stay. */
  readonly sseIdle: Deadlines<Session>;
  readonly statelessIdle: Deadlines<Session>;
  /** Sessions that no client has named since their `initialize`. */
  readonly unclaimed: Deadlines<Session>;
  /** Those of them whose client went away before the answer. */
  readonly unread: Deadlines<Session>;
}

/** How long bytes count as waiting after they were taken, at the most. */
const OWING_MS = 250;
/** So soon it is noticed that the time of day was set. */
const LOOK_MS = 60_000;
/** How long an ended stream can be taken up again: longer than any client's reconnect back-off. */
const RETAIN_MS = 5 * 60_000;

export function createContext(ports: {
  runtime: Runtime;
  settings: Settings;
  observer: Observer;
  log: EventLog;
  node?: string;
  seal?: Seal | undefined;
  admission?: Admission | undefined;
  tracer?: Tracer | undefined;
  listsChanged?: ((server: string, method: string) => void) | undefined;
  degraded?: Degraded | undefined;
  isOverloaded?: (() => boolean) | undefined;
}): EngineContext {
  const { runtime, settings } = ports;
  const idleMs = settings.sessionIdleMs;
  const sessions = (ms: number) =>
    new Deadlines<Session>(runtime, ms, (session) => session.expire(), settings.sweepMs);
  return {
    node: 'alone',
    ...ports,
    // There from the start: what every message looks at must not change its shape.
    tap: undefined,
    isOverloaded: ports.isOverloaded ?? (() => false),
    ledger: new Ledger({
      gateway: { all: capsOf(settings), perCaller: callerCapsOf(settings), perAddress: settings.perAddress },
      projects: new Map(),
      isShared: false,
    }),
    owing: new Deadlines(runtime, OWING_MS, (debt) => debt.look()),
    degraded: ports.degraded ?? new Degraded(runtime, ports.observer),
    notes: new Notes(runtime, ports.observer),
    epoch: runtime
      .randomId()
      .replaceAll(/[^A-Za-z0-9]/g, '')
      .slice(0, 6),
    heartbeats: new Deadlines(runtime, settings.heartbeatMs, (stream) => stream.beat()),
    retained: new Deadlines(runtime, RETAIN_MS, (stream) => stream.forget()),
    graces: new Deadlines(runtime, settings.graceMs, (reply) => reply.commit()),
    modernGraces: new Deadlines(runtime, settings.modernGraceMs, (reply) => reply.commit()),
    expiries: new Expiries({ now: () => wallTime(runtime), after: runtime.after.bind(runtime) }, LOOK_MS),
    ages: new Expiries(runtime),
    idle: sessions(settings.sessionIdleMs),
    sseIdle: sessions(settings.sseIdleMs),
    statelessIdle: sessions(settings.statelessIdleMs),
    unclaimed: new Deadlines(runtime, sooner(settings.unclaimedMs, idleMs), (session) => session.expire()),
    unread: new Deadlines(runtime, sooner(settings.unreadMs, idleMs), (session) => session.expire()),
  };
}

/** A session that nobody named lives no longer than one in use; 0 is for ever. */
function sooner(ms: number, idleMs: number): number {
  return idleMs > 0 ? Math.min(ms, idleMs) : ms;
}

/** Stops every timer of the engine. */
export function clearContext(context: EngineContext): void {
  context.notes.close();
  context.degraded.close();
  context.heartbeats.clear();
  context.owing.clear();
  context.retained.clear();
  context.graces.clear();
  context.modernGraces.clear();
  context.expiries.clear();
  context.ages.clear();
  context.idle.clear();
  context.sseIdle.clear();
  context.statelessIdle.clear();
  context.unclaimed.clear();
  context.unread.clear();
}
