/**
 * The guard of every leg: from where, who, which route; what is refused is told in a way that does not depend on what
 * there is. What comes out of it is a visit, and nothing else is ever served.
 */
import { plainAddress } from '../../access/addresses.ts';
import { headersOf } from '../../access/rate-words.ts';
import type { AnswerClock, Responder } from '../../engine/ports.ts';
import { isLooped, LOOP_HEADER } from '../../protocol/loop.ts';
import { type Soon, whenKnown } from '../soon.ts';
import type { Known, Stranger } from './caller.ts';
import { type Braked, provenCaller } from './braked.ts';
import type { FrontOptions, Visit } from './front.ts';
import { preflight } from './preflight.ts';
import { operatorVisit } from './operators.ts';
import { refuse, TOLD_HEAD } from './replies.ts';
import { type IncomingRequest, seenAs } from './request.ts';
import { RequestClock } from './request-clock.ts';
import { rescue } from './rescue.ts';
import type { Match, Router } from './routes.ts';
import { cut, note, turnAway } from './turned.ts';

/** Undefined when the request was refused, or answered here. Never rejects. */
export function guard(
  front: FrontOptions,
  router: Router,
  came: IncomingRequest,
  responder: Responder,
): Soon<Visit | undefined> {
  const { origins } = front;
  const clock = clockOf(front, responder);
  const whence = front.proxies?.whence(came.peer, came);
  const request = whence?.scheme || whence?.host !== undefined ? seenAs(came, whence) : came;
  const address = whence?.address ?? plainAddress(came.peer);
  const asked: Asked = { front, request, responder, address, isSure: whence?.isSure ?? true };
  // Also behind a proxy the one that it was sent to: whoever names another to a proxy that passes it on gains nothing.
  if (!origins.allowsHost(came.header('host'))) return wrongHost(asked, came);
  if (request !== came && !origins.allowsHost(request.header('host'))) return wrongHost(asked, request);
  if (!origins.allowsOrigin(request.header('origin'))) {
    const origin = quoted('origin', request.header('origin'));
    return turnAway(asked, 'forbidden_origin', 'Pages of this origin may not call here.', origin);
  }
  if (isNameless(request))
    return turnAway(asked, 'forbidden_origin', 'Pages of others may not call here.', 'no origin, of a page');
  const route = router.match(request.path);
  if (route && clock && (front.admin || !route.row.ofOperators)) clock.endpoint = route.row.leg;
  if (route?.row.ofOperators && front.admin) return operatorVisit(asked, route, front.admin);
  const match = route?.row.ofOperators ? undefined : route;
  const rescued = match ? undefined : rescue(came, front.basePath);
  if (rescued) return guard(front, router, rescued, responder);
  if (match && request.method === 'OPTIONS') return void preflight(request, responder, match);
  const now = front.gateway.context.runtime.now();
  const caller = provenCaller(asked, match, now);
  return whenKnown(caller, (found) => admitted(asked, match, found));
}

/** Where somebody wants to know how long requests take. */
function clockOf({ gateway }: FrontOptions, responder: Responder): AnswerClock | undefined {
  const { observer, runtime } = gateway.context;
  if (observer.requestAnswered) responder.clock ??= new RequestClock(observer, runtime);
  return responder.clock;
}

/**
 * Whether a page of another origin calls without saying which: by a GET whose answer it cannot read, but which could
 * open a stream. People may follow links to us (W3C Fetch Metadata).
 */
function isNameless(request: IncomingRequest): boolean {
  const site = request.header('sec-fetch-site');
  if (site === undefined || site === 'none' || site === 'same-origin') return false;
  return request.header('origin') === undefined && request.header('sec-fetch-mode') !== 'navigate';
}

function wrongHost(asked: Asked, request: IncomingRequest): undefined {
  const host = quoted('host', request.header('host'));
  return turnAway(asked, 'forbidden_host', 'This host name is not allowed here.', host);
}

export interface Asked {
  readonly front: FrontOptions;
  readonly request: IncomingRequest;
  readonly responder: Responder;
  /** As far as it can be told. */
  readonly address: string;
  /** Whether that is the client's own. */
  readonly isSure: boolean;
}

function admitted(
  asked: Asked,
  match: Match | undefined,
  caller: Known | Stranger | Braked,
): Visit | undefined {
  const { front, request, responder } = asked;
  if ('over' in caller) return braked(asked, caller);
  if ('word' in caller && caller.word !== 'not_found') return strange(asked, caller.word, caller);
  if (!match || 'word' in caller) return turnAway(asked, 'not_found', 'There is nothing at this path.');
  if (!match.row.methods.includes(request.method)) return void notAllowed(responder, match);
  if (isLooped(request.header(LOOP_HEADER), front.loopId()))
    return turnAway(asked, 'loop', 'A server of this gateway leads back to it.');
  return { front, request, responder, match, ...caller, address: asked.address };
}

/** The same to everybody, whatever is shown and wherever it is. */
function braked(asked: Asked, { over }: Braked): undefined {
  const message = 'Too many wrong keys came from this address.';
  note(asked, 'rate_limited', message, undefined);
  const data = { retryAfterMs: over.waitMs };
  const head = { 'retry-after': headersOf(over)['retry-after'] ?? '' };
  refuse(asked.responder, 'rate_limited', message, head, undefined, data);
}

const SENTENCES = {
  unauthorized: 'A valid key is needed here.',
  insufficient_scope: 'The token does not allow this.',
  auth_unavailable: 'Whether the token is good cannot be told now.',
} as const;

function strange(asked: Asked, word: keyof typeof SENTENCES, { challenge, fact }: Stranger): undefined {
  const { front, responder } = asked;
  const message = SENTENCES[word];
  note(asked, word, message, fact);
  const head: Record<string, string> = challenge === undefined ? {} : { 'www-authenticate': challenge };
  const { unauthorized } = front.dialect.shape;
  if (word === 'unauthorized' && unauthorized) responder.reply(401, { ...TOLD_HEAD, ...head }, unauthorized);
  else refuse(responder, word, message, head);
}

/** What would have to be listed for the request to pass. */
function quoted(what: 'host' | 'origin', value: string | undefined): string {
  return value === undefined ? `no ${what}` : `${what} ${JSON.stringify(cut(value))}`;
}

function notAllowed(responder: Responder, match: Match): void {
  // A client that POSTs first falls back to SSE on 404 and 405 only: the header must be right.
  const allow = match.row.methods[0] === 'POST' ? 'POST' : match.row.methods.join(', ');
  refuse(responder, 'method_not_allowed', 'This path does not take this method.', { allow });
}
