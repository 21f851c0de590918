/**
 * What stays open longer than its request ends when the proof of its caller does, and at its greatest age where there is
 * one; a little before, so that not all come back at once, and never after. A session of Streamable HTTP lives on, and its stream is taken up with the next proof; one of
 * HTTP+SSE or WebSocket is its stream. The answer to a call is bounded by the call, and may finish.
 */
import type { ModernCall } from '../../engine/modern/modern-call.ts';
import type { Connection } from '../../engine/ports.ts';
import type { Session } from '../../engine/session.ts';
import type { Stream } from '../../engine/stream.ts';
import { wallTime } from '../../engine/wall.ts';
import type { ServerVisit } from './front.ts';

/** A tenth of what is left, and no more than that, in ms. */
const MOST_JITTER_MS = 30_000;
const JITTER = 0.1;

/** Of its greatest age: so much earlier a stream may end. */
const AGE_JITTER = 0.2;
/** A session that is its stream is looked at again after so long while calls of it are in flight. */
const BUSY_MS = 500;

/** When what was opened now ends, in ms since the epoch. @param random a number in [0, 1) */
export function endOf(until: number, now: number, random: number): number {
  return until - random * Math.min(MOST_JITTER_MS, JITTER * Math.max(0, until - now));
}

/** When what is opened now has reached its age, spread over the last fifth so that not all come back at once. */
export function ageOf(ageMs: number, now: number, random: number): number {
  return now + ageMs * (1 - AGE_JITTER * random);
}

/** To be called before the connection follows the stream. */
export function endsInTime(
  visit: ServerVisit,
  session: Session,
  stream: Stream,
  connection: Connection,
): void {
  const { expiries } = visit.front.gateway.context;
  const proof = proofEnd(visit);
  if (proof !== undefined) expiries.add(connection, proof, () => stream.drop('expired'));
  endsByAge(visit, session)?.(stream, connection);
}

/** The same for the streams of POSTs, which may outlive the proof; undefined where they have no greatest age. */
export function endsByAge(
  visit: ServerVisit,
  session: Session,
): ((stream: Stream, connection: Connection) => void) | undefined {
  const { ages, runtime, settings } = visit.front.gateway.context;
  const ageMs = session.dialect.resumable ? settings.streamAgeMs : settings.sseAgeMs;
  if (ageMs <= 0) return undefined;
  return (stream, connection) => {
    if (!isTakenUp(session, stream)) return;
    const rotate = () => {
      // Where the stream is the session, its calls would be lost with it.
      if (session.dialect.resumable || session.inFlight === 0) stream.drop('rotated');
      else ages.add(connection, runtime.now() + BUSY_MS, rotate);
    };
    ages.add(connection, ageOf(ageMs, runtime.now(), visit.front.random()), rotate);
  };
}

/** For a call that listens: it is ended in good order. @param key by which it is forgotten when it is over */
export function listensUntil(visit: ServerVisit, call: ModernCall, key: object): void {
  if (call.isOver) return;
  const { context, desk } = visit.front.gateway;
  const { ages, expiries, runtime, settings } = context;
  const proof = proofEnd(visit);
  if (proof !== undefined) expiries.add(key, proof, () => desk.expire(call));
  if (settings.streamAgeMs <= 0) return;
  const due = ageOf(settings.streamAgeMs, runtime.now(), visit.front.random());
  ages.add(key, due, () => desk.rotate(call));
}

/** By the time of day, as the proof itself. */
function proofEnd({ caller, front }: ServerVisit): number | undefined {
  const { until } = caller;
  if (until === undefined) return undefined;
  return endOf(until, wallTime(front.gateway.context.runtime), front.random());
}

/** Older clients do not take up the stream of a call that ends before its answer. */
function isTakenUp({ dialect }: Session, stream: Stream): boolean {
  return !dialect.resumable || stream.number === 0 || stream.mayRotate;
}
