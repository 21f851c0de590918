/** Refusals on the HTTP side: the status, and a JSON-RPC error that says what was wrong and what to do. */
import { JSON_HEAD } from '../../engine/http-heads.ts';
import { isOwnExcess, type Refusal, RETRY_MS } from '../../engine/overdrawn.ts';
import type { Responder } from '../../engine/ports.ts';
import type { Shape } from '../../engine/ports-shape.ts';
import { errorResponse, type ErrorWord, ProtocolError } from '../../protocol/errors.ts';
import type { FrontOptions, Visit } from './front.ts';

const STATUS: Partial<Record<ErrorWord, number>> = {
  not_found: 404,
  unknown_server: 404,
  unknown_session: 404,
  unknown_node: 404,
  no_state_keys: 409,
  admin_off: 409,
  node_unproven: 502,
  method_not_allowed: 405,
  not_acceptable: 406,
  body_timeout: 408,
  too_large: 413,
  wrong_content_type: 415,
  unauthorized: 401,
  insufficient_scope: 403,
  forbidden_origin: 403,
  forbidden_host: 403,
  rate_limited: 429,
  loop: 508,
  headers_too_large: 431,
  too_many_calls: 503,
  too_many_sessions: 503,
  too_many_streams: 503,
  too_many_tickets: 503,
  too_many_keys: 503,
  backplane_away: 503,
  idempotency_mismatch: 422,
  draining: 503,
  overloaded: 503,
  node_lost: 503,
  owner_uncertain: 503,
  auth_unavailable: 503,
  expectation_failed: 417,
  upgrade_required: 426,
  internal_error: 500,
  body_already_read: 500,
};

/** Of what the gateway says itself: it is of now and of who asked, and not to be taken for anything but JSON. */
export const TOLD_HEAD: Readonly<Record<string, string>> = {
  ...JSON_HEAD,
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

/** Everything else that is refused before it reaches a server is the client's mistake. */
export function statusOf(word: ErrorWord): number {
  return STATUS[word] ?? 400;
}

/**
 * Answers a refusal.
 * @param id the raw id of the refused request, if it could be told
 * @param data further members of `error.data`
 */
export function refuse(
  responder: Responder,
  word: ErrorWord,
  message: string,
  headers: Record<string, string> = {},
  id?: Uint8Array,
  data?: Readonly<Record<string, unknown>>,
): void {
  const status = isOwnExcess(data) ? 429 : statusOf(word);
  if (responder.clock) responder.clock.word = word;
  const head = { ...TOLD_HEAD, ...statusHead(status), ...headers };
  responder.reply(status, head, errorResponse(id, word, message, data));
}

/** The same in the words of a shape, where it has words of its own. */
export function refuseAs(
  { front, responder }: Pick<Visit, 'front' | 'responder'>,
  shape: Shape,
  word: ErrorWord,
  message: string,
  id?: Uint8Array,
  headers: Record<string, string> = {},
  data?: Readonly<Record<string, unknown>>,
): void {
  const own = shape.refused?.({ word, message }, front.gateway.context.runtime.now());
  if (!own) return refuse(responder, word, message, headers, id, data);
  if (responder.clock) responder.clock.word = word;
  const status = own.status ?? (isOwnExcess(data) ? 429 : statusOf(word));
  responder.reply(status, { ...TOLD_HEAD, ...statusHead(status), ...headers }, own.body);
}

/**
 * Why something is refused that names a session which is not here. While the gateway drains it may be elsewhere, or soon
 * is: its client is to come back, not to give it up.
 */
export function unknownSession({ gateway }: FrontOptions): Refusal {
  if (gateway.isDraining) return { word: 'draining', message: 'The gateway is shutting down.' };
  return { word: 'unknown_session', message: 'Session not found.' };
}

/** Whether it was given back to the node that sent it here, which finds out who has what it is about by now. */
export function isGivenBack({ front, responder }: Pick<Visit, 'front' | 'responder'>): boolean {
  if (!responder.giveBack || !front.gateway.departure.isLeaving) return false;
  responder.giveBack();
  return true;
}

/** Refuses that. */
export function refuseUnknown({ front, responder }: Pick<Visit, 'front' | 'responder'>, shape?: Shape): void {
  if (isGivenBack({ front, responder })) return;
  const { word, message } = unknownSession(front);
  if (shape) refuseAs({ front, responder }, shape, word, message);
  else refuse(responder, word, message);
}

/** What belongs to a status; RFC 9110 section 15.5.2 has no 401 without a challenge. */
function statusHead(status: number): Record<string, string> {
  return status === 401 ? { 'www-authenticate': 'Bearer' } : retryHead(status);
}

export function retryHead(status: number): Record<string, string> {
  return status === 503 || status === 429 ? { 'retry-after': String(RETRY_MS / 1_000) } : {};
}

/** Answers with what a `ProtocolError` says; anything else is our own fault and told as such, without details. */
export function refuseWith(responder: Responder, error: unknown): void {
  const { word, message, id } = told(error);
  refuse(responder, word, message, {}, id);
}

/** What may be said of an error. */
export function told(error: unknown): Pick<ProtocolError, 'word' | 'message' | 'id'> {
  if (error instanceof ProtocolError) return error;
  return { word: 'internal_error', message: 'The gateway failed on this request.', id: undefined };
}

const encoder = new TextEncoder();

export function json(
  responder: Responder,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  responder.reply(status, { ...TOLD_HEAD, ...headers }, encoder.encode(`${JSON.stringify(value)}\n`));
}
