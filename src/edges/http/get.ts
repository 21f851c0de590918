/** GET: the standing stream of a Streamable session, a cut stream taken up again, or a new HTTP+SSE session. */
import { sessionHeader } from '../../dialects/naming.ts';
import { type EventId, parseEventId } from '../../engine/event-id.ts';
import { isRefusal } from '../../engine/gateway.ts';
import { STREAM_HEAD } from '../../engine/http-heads.ts';
import { overdrawn } from '../../engine/overdrawn.ts';
import type { Session } from '../../engine/session.ts';
import type { Stream } from '../../engine/stream.ts';
import { encodeComment } from '../../protocol/sse.ts';
import { supportsPriming } from '../../protocol/methods.ts';
import { openerOf } from './forwarded.ts';
import type { ServerVisit } from './front.ts';
import { streamHint } from './health.ts';
import { originOf } from './origin.ts';
import { refuse, refuseAs, refuseUnknown } from './replies.ts';
import { endsInTime } from './until.ts';
import type { Soon } from '../soon.ts';

/** Some boxes hold the head back until the first byte of the body. */
const FIRST_BYTES = encodeComment('connected');
const AWAY = 'What the node before kept of this stream cannot be read now.';

/** @returns a promise where something has to be asked for first */
export function openStream(visit: ServerVisit): Soon<void> {
  if (!acceptsStream(visit)) return streamHint(visit);
  const id = sessionHeader(visit.request);
  if (id === undefined && visit.match.row.ofOperators) return sessionNeeded(visit);
  if (id === undefined) return openSse(visit);
  const session = visit.front.gateway.find(id, visit.principal, visit.mount);
  if (!session?.dialect.resumable) return refuseUnknown(visit);
  const last = visit.request.header('last-event-id');
  if (last === undefined || last === '') followStanding(visit, session);
  else return resume(visit, session, last);
}

/** Unless the dialect has it otherwise, only a client that says so gets a stream: a browser tab would wait for ever. */
function acceptsStream({ front, match, mount, request }: ServerVisit): boolean {
  const accept = request.header('accept') ?? '*/*';
  if (/text\/event-stream/i.test(accept)) return true;
  return accept === '*/*' && front.dialectOf(match, mount).opensUnasked === true;
}

/** Streamable HTTP alone: there is nowhere to post in the older way. */
function sessionNeeded({ responder }: ServerVisit): void {
  const message = 'A stream needs the session that it belongs to: send `initialize` first.';
  refuse(responder, 'method_not_allowed', message, { allow: 'POST' });
}

function openSse(visit: ServerVisit): void {
  // Nobody is there any more: a session would wait for its reader in vain.
  if (visit.responder.isDone) return;
  const { match, mount, request } = visit;
  const { basePath, gateway, sse } = visit.front;
  const dialect = visit.front.dialectOf(match, mount);
  if (!sse.enabled) return refuseAs(visit, dialect.shape, 'not_found', 'HTTP+SSE is switched off here.');
  const opener = openerOf(visit);
  const full = overdrawn(opener.payers, 'streams');
  if (full) return refuseAs(visit, dialect.shape, full.word, full.message, undefined, {}, full.data);
  const routes = { messages: `${basePath}${match.prefix}/messages`, stream: basePath + request.path };
  const session = gateway.open({
    ...opener,
    dialect,
    version: '2024-11-05',
    endpoint: (id) => dialect.endpoint?.(routes, id) ?? '',
  });
  if (isRefusal(session)) {
    const { word, message, data } = session;
    return refuseAs(visit, dialect.shape, word, message, undefined, {}, data);
  }
  const opening = dialect.opening(session, gateway.context.runtime.now(), originOf(visit));
  const head = { ...STREAM_HEAD, ...dialect.headers?.(session) };
  const connection = visit.responder.stream(200, head, opening);
  opened(visit, session, false);
  endsInTime(visit, session, session.standing, connection);
  session.standing.follow(connection);
}

/** Whether a connection more may follow a stream of the session; where not, it is refused. */
function mayFollow({ responder }: ServerVisit, session: Session, stream: Stream): boolean {
  // It takes the place of the one that follows.
  const full = stream.isFollowed ? undefined : overdrawn(session.payers, 'streams');
  if (full) refuse(responder, full.word, full.message, {}, undefined, full.data);
  return full === undefined;
}

function followStanding(visit: ServerVisit, session: Session): void {
  const stream = session.standing;
  if (!mayFollow(visit, session, stream)) return;
  const primes = supportsPriming(session.version);
  const first = primes
    ? session.dialect.priming?.(
        stream.history.eventId(stream.delivered),
        visit.front.gateway.context.settings.retryMs,
      )
    : FIRST_BYTES;
  stream.mayRotate = primes;
  const connection = visit.responder.stream(200, headOf(session), first);
  opened(visit, session, false);
  endsInTime(visit, session, stream, connection);
  stream.follow(connection);
}

/** @returns a promise where an earlier owner of the session may have kept the stream */
function resume(visit: ServerVisit, session: Session, last: string): Soon<void> {
  const id = parseEventId(last);
  if (!id) return refuse(visit.responder, 'bad_event_id', 'This is no event id of this gateway.');
  const stream = session.streams.get(id.stream);
  if (stream || session.generation === 0) return takeUp(visit, session, stream, id);
  return session.streams.adopt(id.stream).then(
    (adopted) => takeUp(visit, session, adopted, id),
    () => refuse(visit.responder, 'owner_uncertain', AWAY, { 'retry-after': '1' }),
  );
}

function takeUp(visit: ServerVisit, session: Session, stream: Stream | undefined, id: EventId): void {
  const { responder } = visit;
  if (responder.isDone) return;
  if (session.isClosed) return refuseUnknown(visit);
  const place = stream?.history.placeOf(id);
  const isLost = place === undefined && stream?.history.isBefore(id.epoch);
  if (!stream?.history.knows(id.epoch) || isLost)
    return refuse(responder, 'history_lost', 'The events after this id are no longer kept.');
  if (place === undefined) return refuse(responder, 'bad_event_id', 'There was no such event yet.');
  // Nothing will ever follow: 204 tells an event source to stop coming back (WHATWG HTML, server-sent events).
  if (isComplete(stream, place)) return responder.reply(204, {});
  if (!mayFollow(visit, session, stream)) return;
  const connection = responder.stream(200, headOf(session), FIRST_BYTES);
  opened(visit, session, true);
  endsInTime(visit, session, stream, connection);
  stream.follow(connection, place);
}

function isComplete(stream: Stream, offset: number): boolean {
  return stream.isEnded && offset === stream.history.published;
}

function headOf(session: Session): Record<string, string> {
  return { ...STREAM_HEAD, ...session.streamHeaders() };
}

function opened(visit: ServerVisit, session: Session, resumed: boolean): void {
  visit.front.gateway.context.observer.streamOpened?.({
    session: session.id,
    server: visit.mount.name,
    dialect: session.dialect.name,
    resumed,
  });
}
