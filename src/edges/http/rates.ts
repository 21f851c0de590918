/**
 * Calls within a minute: what is counted of a POST or a frame, and what a caller that made too many is told, on every
 * transport: when it may go on.
 *
 * Source: RFC 9110 section 10.2.3 and RFC 6585 section 4 (429); draft-ietf-httpapi-ratelimit-headers (RateLimit-*).
 */
import type { OverRate } from '../../access/rates.ts';
import type { Sink } from '../../engine/exchange.ts';
import { JSON_HEAD } from '../../engine/http-heads.ts';
import type { Shape } from '../../engine/ports-shape.ts';
import type { Session } from '../../engine/session.ts';
import { errorResponse } from '../../protocol/errors.ts';
import { copySpan, type Message } from '../../protocol/message.ts';
import type { ServerVisit } from './front.ts';

type Messages = readonly (Message | Error)[];

/**
 * Counts the requests among the messages. Undefined at once where nothing limits them. Messages that come later are
 * taken later, be they counted or not.
 */
export function overRate(visit: ServerVisit, messages: Messages): Promise<OverRate | undefined> | undefined {
  return visit.site.rates?.take(visit.principal, messages.filter(isRequest).length);
}

/** The refusal of a POST as a whole, in the words of a shape where it has its own. */
export function refuseRate(visit: ServerVisit, over: OverRate, messages: Messages, shape?: Shape): void {
  note(visit);
  const now = visit.front.gateway.context.runtime.now();
  const own = shape?.refused?.({ word: 'rate_limited', message: sentence(over) }, now);
  const [first] = messages;
  const id = messages.length === 1 && first && isRequest(first) ? idOf(first) : undefined;
  const head = { ...JSON_HEAD, ...headersOf(over) };
  visit.responder.reply(own?.status ?? 429, head, own?.body ?? errorOf(id, over));
}

/** Hands a message over, but for a request, which is answered with the refusal: the session goes on. */
export function answerRate(
  visit: ServerVisit,
  session: Session,
  message: Message,
  over: OverRate,
  sink: Sink,
): void {
  if (!isRequest(message)) return session.receive(message, sink);
  note(visit);
  sink.answer(errorOf(idOf(message), over), idOf(message), true);
}

function isRequest(message: Message | Error): message is Message {
  return !(message instanceof Error) && message.kind === 'request';
}

function idOf(message: Message): Uint8Array {
  return copySpan(message.bytes, message.id);
}

function errorOf(id: Uint8Array | undefined, over: OverRate): Uint8Array {
  return errorResponse(id, 'rate_limited', sentence(over), { retryAfterMs: over.retryMs, limit: over.limit });
}

function sentence({ limit }: OverRate): string {
  return `These are more than ${limit} requests within a minute.`;
}

function headersOf({ limit, retryMs }: OverRate): Record<string, string> {
  const seconds = String(Math.ceil(retryMs / 1_000));
  return {
    'retry-after': seconds,
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': '0',
    'ratelimit-reset': seconds,
  };
}

function note({ front, mount, principal }: ServerVisit): void {
  const message = `The caller ${principal} made more requests than it may within a minute.`;
  front.gateway.context.notes.tell({ where: 'http', code: 'rate_limited', message, server: mount.name });
}
