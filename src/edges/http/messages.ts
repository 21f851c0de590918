/**
 * POST of HTTP+SSE: acknowledged at once, answered on the session's stream, in the shape in which it came. Most
 * shapes have errors there, too, because some clients end their session at any answer but 2xx.
 */
import type { Verdict } from '../../access/limits.ts';
import { JSON_HEAD } from '../../engine/http-heads.ts';
import type { Dialect } from '../../engine/ports.ts';
import type { PostKind, Shape } from '../../engine/ports-shape.ts';
import { TracedSink } from '../../engine/traced-sink.ts';
import type { Session } from '../../engine/session.ts';
import { errorResponse, ProtocolError } from '../../protocol/errors.ts';
import { readBody, type Body } from '../../protocol/message.ts';
import { checkBatch, isJson, readBytes } from './body.ts';
import { BodyReply } from './body-reply.ts';
import type { ServerVisit } from './front.ts';
import { answerRate, overRate, refuseRate } from './rates.ts';
import { refuseAs, refuseUnknown, told } from './replies.ts';
import { receiveUnlessLacking } from './tool-scopes.ts';
import { traceOf } from './trace.ts';
import { wrappingOf, type Wrapping } from './wrapping.ts';

/** 2024-11-05 has no word on batches, but JSON-RPC 2.0 has them; 2025-06-18 took them out. */
const LAST_WITH_BATCHES = '2025-03-26';

/** A POST whose head names the session. @param kind what the name says about who wrote it */
export async function postMessage(visit: ServerVisit, session: Session, kind: PostKind): Promise<void> {
  const { dialect } = session;
  const shape = shapeOf(dialect, visit.match.row.kind, kind, 'plain');
  if (!isJson(visit.request.header('content-type'))) {
    return refuseAs(visit, shape, 'wrong_content_type', 'The body must be application/json.');
  }
  let bytes: Uint8Array;
  try {
    bytes = await readBytes(visit);
  } catch (error) {
    return complain(visit, session, shape, error);
  }
  takeBody(visit, session, shape, bytes);
}

/** @param shape what is known of it so far: the body may say more */
export function takeBody(visit: ServerVisit, session: Session, shape: Shape, bytes: Uint8Array): void {
  if (session.isClosed) return refuseUnknown(visit, shape);
  const limits = visit.front.gateway.context.settings.read;
  let said = shape;
  try {
    let body = readBody(bytes, limits);
    const wrapping = body.isWrapped ? wrappingOf(bytes, limits) : undefined;
    const own = wrapping && session.dialect.shapes?.[wrapping.kind];
    if (own && wrapping) {
      said = own;
      checkSame(wrapping, session);
      body = readBody(wrapping.bytes, limits);
    }
    deliver(visit, session, said, body);
  } catch (error) {
    complain(visit, session, said, error);
  }
}

/** The first of these kinds that the dialect has, else its own. */
function shapeOf(dialect: Dialect, ...kinds: readonly (PostKind | undefined)[]): Shape {
  for (const kind of kinds) {
    const shape = kind && dialect.shapes?.[kind];
    if (shape) return shape;
  }
  return dialect.shape;
}

function checkSame({ id }: Wrapping, session: Session): void {
  if (id === undefined || id === session.id) return;
  throw new ProtocolError('invalid_request', 'Head and body name different sessions.');
}

function deliver(visit: ServerVisit, session: Session, shape: Shape, body: Body): void {
  if (body.batch) checkBatch(body.messages, session.version, session.version <= LAST_WITH_BATCHES);
  const over = overRate(visit, body.messages);
  if (!(over instanceof Promise)) return handOver(visit, session, shape, body, over);
  over
    .then((late) => handOver(visit, session, shape, body, late))
    .catch((error: unknown) => complain(visit, session, shape, error));
}

/** @param over its requests are too many: they are refused, in the same shape as they would be answered */
function handOver(visit: ServerVisit, session: Session, shape: Shape, body: Body, over?: Verdict): void {
  const { messages } = body;
  const stream = session.standing.shaped(shape);
  if (over && !shape.complainsOnStream) return refuseRate(visit, over, messages, shape);
  const [first] = messages;
  const isAnsweredHere =
    shape.answersInBody && !body.batch && !(first instanceof Error) && first?.kind === 'request';
  const way = isAnsweredHere ? new BodyReply(visit.responder, stream, session.unread) : stream;
  const trace = traceOf(visit);
  const sink = trace ? new TracedSink(way, trace) : way;
  if (!isAnsweredHere) accept(visit, shape);
  for (const message of messages) {
    if (message instanceof Error) tell(session, shape, message);
    else if (over) answerRate(visit, session, message, over, sink);
    else receiveUnlessLacking(visit, session, message, sink);
  }
}

function accept(visit: ServerVisit, shape: Shape): void {
  const { status, headers, body } = shape.accepted(visit.front.gateway.context.runtime.now());
  visit.responder.reply(status, headers, body);
}

function complain(visit: ServerVisit, session: Session, shape: Shape, error: unknown): void {
  const { word, message, id } = told(error);
  if (!(error instanceof ProtocolError) || word === 'unauthorized')
    return refuseAs(visit, shape, word, message, id);
  if (!shape.complainsOnStream) {
    session.note(word, message);
    return refuseAs(visit, shape, word, message, id);
  }
  if (shape.answersInBody) visit.responder.reply(200, JSON_HEAD, responseTo(error));
  else accept(visit, shape);
  tell(session, shape, error);
}

function tell(session: Session, shape: Shape, error: Error): void {
  if (!(error instanceof ProtocolError)) throw error;
  session.note(error.word, error.message);
  session.standing.shaped(shape).answer(responseTo(error), error.id, true);
}

function responseTo(error: ProtocolError): Uint8Array {
  return errorResponse(error.id, error.word, error.message);
}
