/**
 * A POST of a modern client: everything that it says twice is compared before anything is sent on; then the request is
 * handed to the desk. No session is looked for or made, whatever the head names.
 *
 * Source: MCP 2026-07-28, Streamable HTTP; versioning.
 */
import { overdrawn } from '../../engine/overdrawn.ts';
import type { Responder } from '../../engine/ports.ts';
import { hasShortId, objectionTo } from '../../engine/objections.ts';
import { countsOnce } from '../../engine/once/once.ts';
import { ModernCall } from '../../engine/modern/modern-call.ts';
import { claimedVersion, eraOf } from '../../protocol/era.ts';
import { IDEMPOTENCY_HEADER, idempotencyHeader, idempotencyKeyOf } from '../../protocol/idempotency.ts';
import { copySpan, type Body, type Message } from '../../protocol/message.ts';
import {
  badMeta,
  badVersion,
  hasProperId,
  isModernVersion,
  type MetaComplaint,
} from '../../protocol/meta.ts';
import { openerOf } from './forwarded.ts';
import type { ServerVisit } from './front.ts';
import { contradiction, incompleteness, type ModernHead, readHead } from './modern-head.ts';
import { ModernReply } from './modern-reply.ts';
import { refuse } from './replies.ts';
import { traceOf } from './trace.ts';
import type { IncomingRequest } from './request.ts';
import { listensUntil } from './until.ts';

/** Whether the head alone says that a modern client wrote it. */
export function hasModernHead(request: IncomingRequest): boolean {
  const version = request.header('mcp-protocol-version');
  return version !== undefined && isModernVersion(version);
}

/** Whether a modern client wrote this: what the body says counts, and only without that the head. */
export function isModernPost(request: IncomingRequest, { messages }: Body): boolean {
  for (const message of messages) if (!(message instanceof Error) && eraOf(message) === 'modern') return true;
  return hasModernHead(request);
}

/** @param isJsonOnly the client takes no stream */
export function postModern(visit: ServerVisit, body: Body, isJsonOnly: boolean): void {
  if (body.batch) return object(visit, { word: 'batch_not_allowed', message: '2026-07-28 has no batches.' });
  const [message] = body.messages;
  const head = readHead(visit.request);
  if (message.kind !== 'request') return takeOther(visit, message, head);
  const complaint = complaintAbout(visit, message, head, isJsonOnly);
  if (complaint) return object(visit, complaint, message);
  if (!('word' in head)) take(visit, message, head, isJsonOnly);
}

function take(visit: ServerVisit, message: Message, { params }: ModernHead, isJsonOnly: boolean): void {
  const { front, responder } = visit;
  // Nobody waits for it any more.
  if (responder.isDone) return;
  const opener = openerOf(visit);
  const key = idempotencyKeyOf(message, visit.request.header(IDEMPOTENCY_HEADER));
  if (typeof key === 'object') return object(visit, key, message);
  // It comes as a stream, or not at all.
  const full = message.method === LISTEN ? overdrawn(opener.payers, 'streams') : undefined;
  if (full) return object(visit, full, message);
  const reply = new ModernReply(responder, front.gateway, isJsonOnly);
  const facts = {
    ...opener,
    message,
    hasHeaders: true,
    paramHeaders: params,
    idempotencyKey: key,
    trace: traceOf(visit),
  };
  const call = new ModernCall(facts, reply);
  // So that a client knows that its key means something here.
  if (key !== undefined && countsOnce(message.method))
    responder.note?.({ [IDEMPOTENCY_HEADER]: idempotencyHeader(key) });
  reply.follow(call);
  front.gateway.desk.take(call);
  reply.start(message.method === LISTEN);
  if (message.method === LISTEN) listensUntil(visit, call, reply);
}

const LISTEN = 'subscriptions/listen';

/** The first thing that is wrong with a request, in the order in which the reference implementation looks. */
function complaintAbout(
  { front }: ServerVisit,
  message: Message,
  head: ModernHead | MetaComplaint,
  isJsonOnly: boolean,
): MetaComplaint | undefined {
  const { settings } = front.gateway.context;
  const objection = objectionTo(message, settings);
  if (objection) return objection;
  if (!hasProperId(message))
    return { word: 'invalid_request', message: 'The `id` must be a string or an integer.' };
  const bad = badMeta(message);
  if (bad) return bad;
  if ('word' in head) return head;
  return (
    contradiction(message, head) ??
    badVersion(claimedVersion(message) ?? '') ??
    incompleteness(message, head) ??
    (isJsonOnly && message.method === LISTEN ? NO_STREAM : undefined)
  );
}

const NO_STREAM: MetaComplaint = {
  word: 'not_acceptable',
  message: 'What is listened for comes as text/event-stream: accept it.',
};

/** What is no request. No notification of a client has a meaning over HTTP: it is accepted, and not sent on. */
function takeOther(visit: ServerVisit, message: Message, head: ModernHead | MetaComplaint): void {
  if (message.kind !== 'notification') {
    const words = 'Answers are not posted in 2026-07-28: a request is sent again with its `inputResponses`.';
    return object(visit, { word: 'invalid_request', message: words });
  }
  const complaint = complaintAboutNotice(visit, message, head);
  if (complaint) return object(visit, complaint);
  visit.front.gateway.context.observer.received?.(message.method, message.kind);
  visit.responder.reply(202, {});
}

/** Nothing is asked of its head (MCP 2026-07-28, "Sending Messages", note); what is there must be true. */
function complaintAboutNotice(
  { front }: ServerVisit,
  message: Message,
  head: ModernHead | MetaComplaint,
): MetaComplaint | undefined {
  const objection = objectionTo(message, front.gateway.context.settings);
  if (objection) return objection;
  if ('word' in head) return head;
  if (eraOf(message) === 'legacy') return contradictsMethod(message, head) ?? badVersion(head.version ?? '');
  const version = claimedVersion(message);
  if (version === undefined) return badMeta(message);
  return contradiction(message, head) ?? badVersion(version);
}

function contradictsMethod(message: Message, head: ModernHead): MetaComplaint | undefined {
  return contradiction(message, { ...head, version: undefined });
}

function object(visit: ServerVisit, { word, message, data }: MetaComplaint, request?: Message): void {
  const { context } = visit.front.gateway;
  const { principal, address, mount } = visit;
  context.notes.tell({ where: 'http', code: word, message, server: mount.name, principal, address });
  const hasId = request !== undefined && hasShortId(request, context.settings);
  const id = hasId ? copySpan(request.bytes, request.id) : undefined;
  refuse(visit.responder, word, message, {}, id, data);
}

/** To one who opens or ends a session in modern words. */
export function postOnly(responder: Responder): void {
  const message = 'Protocol version 2026-07-28 has POST alone: every request is answered in its own body.';
  refuse(responder, 'method_not_allowed', message, { allow: 'POST' });
}
