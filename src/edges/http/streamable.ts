/** POST of Streamable HTTP: answered in its own body (MCP 2025-03-26 and later, transports). The body tells the era. */
import { sessionHeader } from '../../dialects/naming.ts';
import { stateless, streamable } from '../../dialects/streamable.ts';
import { aboutIds } from '../../engine/adoption.ts';
import { CallReply } from '../../engine/call-reply.ts';
import type { Sink } from '../../engine/exchange.ts';
import { isRefusal } from '../../engine/gateway.ts';
import type { Refusal } from '../../engine/overdrawn.ts';
import { oneCallMore } from '../../engine/room.ts';
import { helloOf, requestedVersion } from '../../engine/handshake.ts';
import type { Session } from '../../engine/session.ts';
import { errorResponse, ProtocolError } from '../../protocol/errors.ts';
import { copySpan, readBody, type Body, type Message } from '../../protocol/message.ts';
import { isLegacyVersion, supportsBatch, supportsPriming } from '../../protocol/methods.ts';
import { checkBatch, isJson, readBytes } from './body.ts';
import { isParkedElsewhere } from './elsewhere.ts';
import { openerOf } from './forwarded.ts';
import type { ServerVisit } from './front.ts';
import { isModernPost, postModern } from './modern.ts';
import { overRate, refuseRate } from './rates.ts';
import { isGivenBack, refuse, refuseUnknown, refuseWith, unknownSession } from './replies.ts';
import { refuseLacking } from './tool-scopes.ts';
import { traceOf } from './trace.ts';
import { endsByAge } from './until.ts';

/** The version of a client that names none (MCP 2025-06-18, transports, "Protocol Version Header"). */
const UNNAMED_VERSION = '2025-03-26';

/**
 * @param known the session that its head names, where there is one
 * @param body what it holds, where that was read already
 */
export async function postStreamable(
  visit: ServerVisit,
  known: Session | undefined,
  body?: Body,
): Promise<void> {
  const { request, responder } = visit;
  const wish = acceptance(request.header('accept'));
  if (wish === undefined) {
    return refuse(
      responder,
      'not_acceptable',
      'The answer may be application/json or text/event-stream: accept both.',
    );
  }
  if (!isJson(request.header('content-type'))) {
    return refuse(responder, 'wrong_content_type', 'The body must be application/json.');
  }
  // In modern words neither counts, and the body says which words these are.
  const refusal = refusalOf(visit, known);
  try {
    const read = body ?? readBody(await readBytes(visit), visit.front.gateway.context.settings.read);
    const isModern = isModernPost(request, read);
    if (refusal && !isModern) return refuseHead(visit, refusal);
    const parked = isModern && isParkedElsewhere(visit, read);
    if (parked instanceof Promise ? await parked : parked) return;
    const counted = overRate(visit, read.messages);
    const over = counted instanceof Promise ? await counted : counted;
    if (known?.isClosed && !isModern) return refuseUnknown(visit);
    if (over) return refuseRate(visit, over, read.messages);
    if (refuseLacking(visit, read.messages)) return;
    if (isModern) return postModern(visit, read, wish === 'json');
    take(visit, read, known, request.header('mcp-protocol-version'), wish);
  } catch (error) {
    if (refusal) refuseHead(visit, refusal);
    else refuseWith(responder, error);
  }
}

/** What is wrong with the head of a POST in legacy words. */
function refusalOf({ front, request }: ServerVisit, known: Session | undefined): Refusal | undefined {
  const version = request.header('mcp-protocol-version');
  if (version !== undefined && !isLegacyVersion(version))
    return { word: 'unsupported_version', message: 'This protocol version is not supported here.' };
  if (!known?.dialect.resumable && sessionHeader(request) !== undefined) return unknownSession(front);
  return undefined;
}

function refuseHead(visit: ServerVisit, { word, message }: Refusal): void {
  if (word === 'draining' && isGivenBack(visit)) return;
  refuse(visit.responder, word, message);
}

function take(
  visit: ServerVisit,
  body: Body,
  known: Session | undefined,
  version: string | undefined,
  wish: Acceptance,
): void {
  const { context } = visit.front.gateway;
  const { messages } = body;
  const spoken = known?.version ?? version ?? UNNAMED_VERSION;
  if (body.batch) checkBatch(messages, spoken, supportsBatch(spoken));
  const hello = body.batch ? undefined : helloIn(body.messages[0]);
  const requests = messages.filter(isRequest).length;
  const opener = known ?? openerOf(visit);
  const full = requests > 0 ? oneCallMore(opener.payers, context, requests) : undefined;
  if (full) return refuseFull(visit, full, messages);
  const session = 'standing' in opener ? opener : open(visit, opener, hello, version);
  if (isRefusal(session)) return refuseFull(visit, session, messages);
  const reply = new CallReply(session, visit.responder, context, {
    requests,
    isBatch: body.batch,
    address: visit.address,
    trace: traceOf(visit),
    prefersStream: wish === 'stream',
    isJsonOnly: wish === 'json',
    ...(session.generation > 0 ? { about: () => aboutIds(idsOf(messages)) } : {}),
    primes:
      supportsPriming(hello ? requestedVersion(helloOf(hello)) : session.version) && !session.isStateless,
    opened: endsByAge(visit, session),
    ...(hello && !known ? { onUnread: () => session.close('unread') } : {}),
  });
  const sink = hello && !known ? untilInitialized(session, reply) : reply;
  for (const message of messages) receive(session, message, sink);
  if (requests === 0) visit.responder.reply(202, {});
  else reply.start();
}

/** Refuses a POST as a whole for what is held already. */
function refuseFull({ responder }: ServerVisit, full: Refusal, messages: Body['messages']): void {
  const [first] = messages;
  const isOne = messages.length === 1 && !(first instanceof Error) && first?.kind === 'request';
  const id = isOne ? copySpan(first.bytes, first.id) : undefined;
  refuse(responder, full.word, full.message, {}, id, full.data);
}

/** The raw ids of the requests. */
function idsOf(messages: Body['messages']): Uint8Array[] {
  const ids: Uint8Array[] = [];
  for (const message of messages)
    if (!(message instanceof Error) && message.kind === 'request')
      ids.push(copySpan(message.bytes, message.id));
  return ids;
}

/** The message when it is an `initialize`. Without an id it is no request, and opens nothing. */
function helloIn(message: Message): Message | undefined {
  return message.kind === 'request' && message.method === 'initialize' ? message : undefined;
}

/** What is no message is answered, too. */
function isRequest(message: Message | Error): boolean {
  return message instanceof Error || message.kind === 'request';
}

function receive(session: Session, message: Message | Error, sink: Sink): void {
  if (!(message instanceof Error)) return session.receive(message, sink);
  if (!(message instanceof ProtocolError)) throw message;
  sink.answer(errorResponse(message.id, message.word, message.message), message.id);
}

/** A session whose `initialize` failed is of no use: the client never learns its id. */
function untilInitialized(session: Session, reply: CallReply): Sink {
  return {
    event: (data) => reply.event(data),
    answer: (data, id) => {
      reply.answer(data, id);
      if (!session.line.wasInitialized) session.close('not-initialized');
      // A client that went away meanwhile has this long to come back for the answer.
      else session.patience.renew();
    },
    cancelled: () => reply.cancelled(),
    address: reply.address,
    trace: reply.trace,
    opens: () => reply.opens(),
    get isFollowed() {
      return reply.isFollowed;
    },
  };
}

function open(
  { front: { gateway } }: ServerVisit,
  opener: ReturnType<typeof openerOf>,
  hello: Message | undefined,
  version = UNNAMED_VERSION,
): Session | Refusal {
  // Some clients never echo their session: their requests are served without one.
  if (!hello) return gateway.stateless({ ...opener, dialect: stateless, version });
  const session = gateway.open({ ...opener, dialect: streamable, version: UNNAMED_VERSION });
  if (!isRefusal(session)) session.patience.awaitClaim();
  return session;
}

/** How an answer may come: as a stream if it can, as either, or as JSON alone. */
type Acceptance = 'stream' | 'either' | 'json';

/**
 * Undefined when no answer would be acceptable: both types must be accepted, and the one named first is preferred. A
 * client that takes anything, or does not say, gets JSON: had it a reader of streams, it would have named them.
 */
function acceptance(accept: string | undefined): Acceptance | undefined {
  if (accept === undefined) return 'json';
  const lower = accept.toLowerCase();
  const json = lower.indexOf('application/json');
  const stream = lower.indexOf('text/event-stream');
  if (json >= 0 && stream >= 0) return stream < json ? 'stream' : 'either';
  if (!lower.includes('*/*')) return undefined;
  return stream >= 0 ? 'stream' : 'json';
}
