/**
 * How much within a time: what is counted of a POST, a frame, and a stream that is opened; and what a caller that wants
 * more is told, on every transport: which limit it met, and when it may go on.
 *
 * Requests are counted, whatever they ask for, and each of a batch; notifications and answers are not. Bytes are those
 * really read, whatever became of them; where too many were, notifications are dropped, too. Answers always pass: they
 * were asked for.
 *
 * Source: RFC 9110 section 10.2.3 and RFC 6585 section 4 (429); draft-ietf-httpapi-ratelimit-headers (RateLimit-*).
 */
import type { Verdict } from '../../access/limits.ts';
import { dataOf, headersOf, sentenceOf, standingOf } from '../../access/rate-words.ts';
import type { Sink } from '../../engine/exchange.ts';
import { JSON_HEAD } from '../../engine/http-heads.ts';
import type { Shape } from '../../engine/ports-shape.ts';
import type { Session } from '../../engine/session.ts';
import { errorResponse } from '../../protocol/errors.ts';
import { copySpan, type Message } from '../../protocol/message.ts';
import { type Soon, whenKnown } from '../soon.ts';
import type { ServerVisit } from './front.ts';
import { refuse } from './replies.ts';

type Messages = readonly (Message | Error)[];

/**
 * Counts the requests among the messages. Undefined: they may go on. Never rejects.
 * @param read what became of counting their bytes
 */
export function overRate(
  visit: ServerVisit,
  messages: Messages,
  read: Verdict | undefined = visit.read,
): Soon<Verdict | undefined> {
  // What carries answers alone was asked for.
  if (read?.isRefused === true && messages.some((message) => isHeld(message, read))) return read;
  let calls = 0;
  for (const message of messages) if (isRequest(message)) calls++;
  const now = visit.front.gateway.context.runtime.now();
  return whenKnown(visit.site.gate.calls(visit, calls, now), (verdict) => {
    if (verdict?.isRefused === true) return verdict;
    if (verdict && isWorthTelling(verdict)) visit.responder.note?.(standingOf(verdict));
    return undefined;
  });
}

/** Three headers cost more than all the counting: they are told once half is used, when somebody may want to know. */
function isWorthTelling({ limit, remaining }: Verdict): boolean {
  return remaining * 2 < limit.burst;
}

/** Counts bytes of a caller that were read. Never rejects. */
export function countRead(visit: ServerVisit, bytes: number): Soon<Verdict | undefined> {
  return visit.site.gate.read(visit, bytes, visit.front.gateway.context.runtime.now());
}

/** Counts a stream that is to be opened; false when it was refused. Never rejects. */
export function mayOpen(visit: ServerVisit): Soon<boolean> {
  const now = visit.front.gateway.context.runtime.now();
  return whenKnown(visit.site.gate.opens(visit, now), (verdict) => {
    if (verdict?.isRefused !== true) return true;
    note(visit, verdict);
    const data = dataOf(verdict);
    refuse(visit.responder, 'rate_limited', sentenceOf(verdict), headersOf(verdict), undefined, data);
    return false;
  });
}

/** The refusal of a POST as a whole, in the words of a shape where it has its own. */
export function refuseRate(visit: ServerVisit, over: Verdict, messages: Messages, shape?: Shape): void {
  note(visit, over);
  const now = visit.front.gateway.context.runtime.now();
  const own = shape?.refused?.({ word: 'rate_limited', message: sentenceOf(over) }, now);
  const [first] = messages;
  const id = messages.length === 1 && first && isRequest(first) ? idOf(first) : undefined;
  const head = { ...JSON_HEAD, ...headersOf(over) };
  visit.responder.reply(own?.status ?? 429, head, own?.body ?? errorOf(id, over));
}

/**
 * Hands a message over, but for what is over the limit: a request is answered with the refusal, and the session goes
 * on; of a notification nobody can be told, so it is dropped.
 */
export function answerRate(
  visit: ServerVisit,
  session: Session,
  message: Message,
  over: Verdict,
  sink: Sink,
): void {
  if (!isHeld(message, over)) return session.receive(message, sink);
  note(visit, over);
  if (isRequest(message)) sink.answer(errorOf(idOf(message), over), idOf(message), true);
}

function isHeld(message: Message | Error, { limit }: Verdict): boolean {
  if (message instanceof Error) return false;
  return message.kind === 'request' || (limit.unit === 'bytes' && message.kind === 'notification');
}

function isRequest(message: Message | Error): message is Message {
  return !(message instanceof Error) && message.kind === 'request';
}

function idOf(message: Message): Uint8Array {
  return copySpan(message.bytes, message.id);
}

function errorOf(id: Uint8Array | undefined, over: Verdict): Uint8Array {
  return errorResponse(id, 'rate_limited', sentenceOf(over), dataOf(over));
}

function note({ front, mount, principal, address }: ServerVisit, over: Verdict): void {
  const message = `${sentenceOf(over)} It was ${principal}.`;
  const who = { principal, address, server: mount.name };
  front.gateway.context.notes.tell({ where: 'http', code: 'rate_limited', message, ...who });
}
