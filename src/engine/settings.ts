/**
 * Every cap and every wait of the engine, with its default and why.
 *
 * Counts are per gateway process unless said otherwise; sizes are bytes; times are milliseconds.
 */
import { DEFAULT_LIMITS, type ReadLimits } from '../protocol/message.ts';
import type { Caps } from './ports-held.ts';

export interface Settings {
  /** What is read of one client message: 4 MiB, as much as an image as base64 needs. */
  readonly read: ReadLimits;
  /** Open sessions: an idle one costs some 10 KB, so ten thousand fit any machine. */
  readonly sessions: number;
  /** Connections on which events travel, whatever carries them. Over it, answers that can do without one come whole. */
  readonly streams: number;
  /** Requests in flight, in the words of either era; listening ones count, too. */
  readonly calls: number;
  /** Bytes of the modern requests in flight: each is kept until it is answered, because it may have to be sent otherwise. */
  readonly callBytes: number;
  /** Modern calls that listen: as they stay for long, they must not take all room from those that pass. */
  readonly listens: number;
  /** Bytes that were sent to clients and not taken, of all streams and whole answers. */
  readonly queuedTotalBytes: number;
  /**
   * What one caller may hold of all these. Default: half of what there is where callers can be told apart; all where
   * everybody is one, as on loopback.
   */
  readonly perCaller: Caps;
  /** What one address may hold of all these. Default: as much as its callers. */
  readonly perAddress: Caps;
  /** The older name of `perCaller.sessions`. */
  readonly sessionsPerPrincipal?: number | undefined;
  /** Requests in flight in one session, either direction. */
  readonly exchangesPerSession: number;
  /** Conversations with one legacy server lent to modern calls of one principal: those of stdio are a process each. */
  readonly seatsPerPool: number;
  /** Modern calls that wait for one of them, at one server. */
  readonly seatsAwaited: number;
  /** The same of one principal; on loopback everybody is one. */
  readonly seatsAwaitedPerPrincipal: number;
  /** How long such a call waits: until somebody has filled in a form. */
  readonly seatWaitMs: number;
  /** Calls whose server has asked and whose client has not come back with answers yet. */
  readonly parked: number;
  /** How long such a call waits for its client: people fill in a form within minutes. */
  readonly parkMs: number;
  /** Requests with an idempotency key that are in flight or remembered: some 80 in a second; each costs 1 KB. */
  readonly idempotencyKeys: number;
  /** Bytes of these requests while they are in flight, and then of their answers. */
  readonly idempotencyBytes: number;
  /** A longer answer is not kept, which its next try is told: most are a few KB. */
  readonly idempotencyAnswerBytes: number;
  /**
   * How long an answer is kept under its key: a client that lost one is back within minutes, and each kept for longer takes
   * the place of another.
   */
  readonly idempotencyMs: number;
  /** How often one call may be asked. */
  readonly inputRounds: number;
  /** Questions of one server in one round. */
  readonly questionsPerRound: number;
  /** How long more questions are waited for, so that two at once make one round. */
  readonly gatherMs: number;
  /** Text of all that is listened for at one conversation with a server: URIs, mostly. */
  readonly listenBytes: number;
  /** The same of one principal, where several share the conversation. */
  readonly listenBytesPerPrincipal: number;
  /** Streams of calls kept for resumption in one session. */
  readonly streamsPerSession: number;
  /** Resources one session may subscribe to. */
  readonly subscriptionsPerSession: number;
  /** Bytes of an id, a progress token or a method, which are kept as long as the call: real ones have under 100. */
  readonly idBytes: number;
  /** Bytes of a URI subscribed to, which is kept as long as the session: longer ones are no names. */
  readonly uriBytes: number;
  /**
   * Bytes of the params of `initialize`, kept to open a lost link again, and of what a modern request says instead: icons
   * as `data:` URIs fit in.
   */
  readonly helloBytes: number;
  /** Bytes of the params of `logging/setLevel`, kept for the same reason: a word and `_meta`. */
  readonly levelBytes: number;
  /** Bytes waiting for one slow reader before it is cut off as `slow`. */
  readonly queuedBytes: number;
  /** Bytes waiting for one server before new calls are refused as `upstream_busy`. */
  readonly upstreamQueuedBytes: number;
  /** A Streamable session without a stream or a call for so long is closed: half an hour, a coffee break. */
  readonly sessionIdleMs: number;
  /**
   * A session of HTTP+SSE whose client said nothing for so long is closed, though its stream is open; 0 never is: a
   * client may well only listen.
   */
  readonly sseIdleMs: number;
  /** How often sessions whose time is over are looked for; 0: each is closed at its time. */
  readonly sweepMs: number;
  /** As `sessionIdleMs`, for what serves clients that never name a session. */
  readonly statelessIdleMs: number;
  /**
   * The same for one that no client has named since its `initialize`: clients go on at once, people who type
   * within minutes.
   */
  readonly unclaimedMs: number;
  /** The same for one whose client went away before `initialize` was answered: it may take the stream up again. */
  readonly unreadMs: number;
  /** A request without an answer or progress for so long is answered with `timed_out`. */
  readonly requestMs: number;
  /** From opening a link to the answer to `initialize`. */
  readonly startMs: number;
  /**
   * How long a server may take to say which revisions it speaks, once it runs: who knows the question answers within
   * a second, and who does not may stay silent.
   */
  readonly probeMs: number;
  /** A server that is silent in a conversation for so long is asked whether it lives; 0: once a call timed out. */
  readonly healthIntervalMs: number;
  /** How long it may be silent then, three times in a row. */
  readonly healthTimeoutMs: number;
  /** How long holds what was found out of it: servers change with an update, and probing costs a process. */
  readonly eraMs: number;
  /** Between two heartbeats: under the 55 s of Heroku and the 60 s of nginx, with room for a lost one. */
  readonly heartbeatMs: number;
  /**
   * How long a POST waits for a plain JSON answer before its stream is opened. Quick answers need no stream;
   * a slow call must get its first event (and so the means to resume) early.
   */
  readonly graceMs: number;
  /**
   * The same for a modern POST. Longer, as its stream gives no means to resume, and an error has its status only while no
   * stream was begun (MCP 2026-07-28, Streamable HTTP).
   */
  readonly modernGraceMs: number;
  /** A reader that takes nothing for so long while bytes wait for it is cut off as `slow`. */
  readonly stallMs: number;
  /** `retry:` told to clients: how soon they should come back after a stream ended. */
  readonly retryMs: number;
  /**
   * How long a gateway that drains goes on as before, but for new sessions, so that those who send clients to it notice
   * that it is not ready; 0: nobody does.
   */
  readonly drainDelayMs: number;
  /** How long calls in flight may take to finish when the gateway drains, after that. */
  readonly drainMs: number;
  /**
   * A stream that can be taken up again is ended before it is open for so long, told when to come back; so is what a modern
   * client listens for. 0: never.
   */
  readonly streamAgeMs: number;
  /** The same for HTTP+SSE and WebSockets, where the session ends with it, once no call is in flight. */
  readonly sseAgeMs: number;
  /** 2025-11-25: a call's stream is closed after so long for the client to poll; 0 never does. */
  readonly pollMs: number;
}

export const DEFAULT_SETTINGS: Settings = {
  read: DEFAULT_LIMITS,
  sessions: 10_000,
  streams: 10_000,
  calls: 50_000,
  callBytes: 512 * 1024 * 1024,
  listens: 10_000,
  queuedTotalBytes: 1024 * 1024 * 1024,
  perCaller: {},
  perAddress: {},
  exchangesPerSession: 1_000,
  seatsPerPool: 64,
  seatsAwaited: 2_000,
  seatsAwaitedPerPrincipal: 1_000,
  seatWaitMs: 60_000,
  parked: 1_000,
  parkMs: 300_000,
  idempotencyKeys: 50_000,
  idempotencyBytes: 64 * 1024 * 1024,
  idempotencyAnswerBytes: 256 * 1024,
  idempotencyMs: 10 * 60_000,
  inputRounds: 8,
  questionsPerRound: 32,
  gatherMs: 5,
  listenBytes: 2 * 1024 * 1024,
  listenBytesPerPrincipal: 1024 * 1024,
  streamsPerSession: 1_000,
  subscriptionsPerSession: 1_000,
  idBytes: 1_024,
  uriBytes: 8 * 1024,
  helloBytes: 64 * 1024,
  levelBytes: 4 * 1024,
  queuedBytes: 8 * 1024 * 1024,
  upstreamQueuedBytes: 32 * 1024 * 1024,
  sessionIdleMs: 30 * 60_000,
  sseIdleMs: 0,
  sweepMs: 0,
  statelessIdleMs: 60_000,
  unclaimedMs: 120_000,
  unreadMs: 10_000,
  requestMs: 300_000,
  startMs: 30_000,
  probeMs: 5_000,
  healthIntervalMs: 0,
  healthTimeoutMs: 10_000,
  eraMs: 10 * 60_000,
  heartbeatMs: 15_000,
  graceMs: 50,
  modernGraceMs: 1_000,
  stallMs: 60_000,
  retryMs: 1_000,
  drainDelayMs: 0,
  drainMs: 10_000,
  streamAgeMs: 0,
  sseAgeMs: 0,
  pollMs: 0,
};

/** What all may hold together, as accounts count it. */
export function capsOf(settings: Settings): Caps {
  const { sessions, streams, calls, callBytes, listens, parked, queuedTotalBytes } = settings;
  const { idempotencyKeys, idempotencyBytes } = settings;
  const kept = { idempotencyKeys, idempotencyBytes };
  return { sessions, streams, calls, callBytes, listens, parked, ...kept, queuedBytes: queuedTotalBytes };
}

/** What one caller may hold, as far as that is said. */
export function callerCapsOf({ perCaller, sessionsPerPrincipal }: Settings): Caps {
  return sessionsPerPrincipal === undefined ? perCaller : { sessions: sessionsPerPrincipal, ...perCaller };
}
