/**
 * Which message of a client goes where. Most are forwarded as they are; the table names those that the gateway
 * must understand to keep its promises.
 */
import { eraOf } from '../protocol/era.ts';
import { errorResponse } from '../protocol/errors.ts';
import { copySpan, type Message } from '../protocol/message.ts';
import type { Sink } from './exchange.ts';
import { emptyResult } from './notice.ts';
import { hasShortId, objectionTo, type Objection } from './objections.ts';
import type { Session } from './session.ts';
import type { Settings } from './settings.ts';

type RequestRoute = (session: Session, message: Message, sink: Sink) => void;
type NotificationRoute = (session: Session, message: Message) => void;

const REQUESTS = new Map<string, RequestRoute>([
  ['initialize', initialize],
  ['ping', ping],
  ['logging/setLevel', setLevel],
  ['resources/subscribe', subscribe],
  ['resources/unsubscribe', unsubscribe],
  ['server/discover', unknownMethod],
]);

const NOTIFICATIONS = new Map<string, NotificationRoute>([
  ['notifications/cancelled', cancelled],
  ['notifications/progress', progressed],
]);

/** @param message a request or a notification of the client */
export function route(session: Session, message: Message, sink: Sink, settings: Settings): void {
  const objection = objectionTo(message, settings) ?? wrongEra(message);
  if (objection) return refuse(session, message, sink, objection, settings);
  if (message.kind === 'request') {
    const special = REQUESTS.get(message.method);
    if (special) special(session, message, sink);
    else session.forward(message, sink);
    return;
  }
  const special = NOTIFICATIONS.get(message.method);
  if (special) special(session, message);
  else session.line.notify(message);
}

/**
 * A conversation is held in legacy words. Clients of both eras that find out by `server/discover` which are spoken take
 * an unknown method for the answer.
 */
function wrongEra(message: Message): Objection | undefined {
  if (eraOf(message) === 'legacy' || message.method === 'server/discover') return undefined;
  return {
    word: 'wrong_era',
    message: 'This is a session of legacy words: its messages name no version in `_meta`.',
  };
}

/** A long id is not given back: the answer would be kept as long as the stream it travels on. */
function refuse(
  session: Session,
  message: Message,
  sink: Sink,
  objection: Objection,
  settings: Settings,
): void {
  const isRequest = message.kind === 'request';
  const id = isRequest && hasShortId(message, settings) ? copySpan(message.bytes, message.id) : undefined;
  session.note(objection.word, objection.message, id);
  if (!isRequest) return;
  session.trailOf(message, sink)?.ended(objection.word);
  const answer = errorResponse(id, objection.word, objection.message);
  session.taps.answeredAtOnce(message, answer, true);
  sink.answer(answer, id, true);
}

function initialize(session: Session, message: Message, sink: Sink): void {
  const exchange = session.begin(message, sink);
  if (exchange) session.line.initialize(exchange, message);
}

/** End to end where there is a way to the server, so that a client notices a server that hangs. */
function ping(session: Session, message: Message, sink: Sink): void {
  if (session.line.isOpen) return session.forward(message, sink);
  const answer = emptyResult(copySpan(message.bytes, message.id));
  session.taps.answeredAtOnce(message, answer, false);
  sink.answer(answer);
}

function setLevel(session: Session, message: Message, sink: Sink): void {
  const exchange = session.begin(message, sink);
  if (exchange) session.line.setLevel(exchange, message);
}

function subscribe(session: Session, message: Message, sink: Sink): void {
  const exchange = session.begin(message, sink);
  if (exchange) session.line.subscribe(exchange, message);
}

function unsubscribe(session: Session, message: Message, sink: Sink): void {
  const exchange = session.begin(message, sink);
  if (exchange) session.line.unsubscribe(exchange, message);
}

function unknownMethod(session: Session, message: Message, sink: Sink): void {
  session.begin(message, sink)?.fail('method_not_found', `Method "${message.method}" is not known here.`);
}

function cancelled(session: Session, message: Message): void {
  // Clients that name no session are many, all with the same ids: whose call is meant, nobody can tell.
  if (session.isStateless) return;
  const exchange = session.named(message);
  // It may have crossed its own answer, or name what was never asked: both mean nothing (MCP, cancellation).
  if (!exchange || exchange.method === 'initialize') return;
  if (exchange.number > 0) exchange.upstream?.cancel(exchange, message);
  exchange.cancel();
}

function progressed(session: Session, message: Message): void {
  if (!session.asks.progressed(message))
    session.note('unknown_progress', 'Progress of a question nobody asked.');
}
