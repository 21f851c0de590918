/**
 * The ways of operators: the console, the admin API, and servers as whoever runs the gateway meets them.
 *
 * Guarantees: no page of another origin calls here, be it allowed elsewhere or not; a stranger learns nothing but that
 * there is a console; keys of callers open nothing here, and what opens this opens nothing else.
 */
import type { Verdict } from '../../access/limits.ts';
import { headersOf } from '../../access/rate-words.ts';
import type { Authenticator, Caller } from '../../access/principal.ts';
import { isLooped, LOOP_HEADER } from '../../protocol/loop.ts';
import type { ErrorWord } from '../../protocol/errors.ts';
import { ERRORS } from '../../protocol/errors.ts';
import { type Soon, whenKnown } from '../soon.ts';
import { welcomes } from '../sites.ts';
import type { FrontOptions, Visit } from './front.ts';
import type { Asked } from './guard.ts';
import { json, refuse, statusOf } from './replies.ts';
import type { Match } from './routes.ts';
import { note, turnAway } from './turned.ts';

/** What stands behind the ways of operators, wherever the admin API is on. */
export interface AdminDoor {
  /** Who they are, by the names under which what they open is kept. */
  readonly operators: Authenticator;
  /** Whose request it is. Never rejects. */
  admits(visit: Visit): Soon<Caller | Barred>;
  /** Whether anybody may ask this: signing in, and what the page tells of itself. */
  isOpen(path: string): boolean;
  /** Serves all but MCP. */
  serve(visit: Visit): Promise<void> | undefined;
  /** Serves what is of this node, for an operator who was let in at another. */
  serveGuest(visit: Visit & { readonly caller: Caller }): Promise<void>;
}

/** One who is not let in. */
export interface Barred {
  readonly word: 'unauthorized' | 'rate_limited' | 'forbidden_origin';
  /** For the log. */
  readonly fact?: string | undefined;
  readonly over?: Verdict | undefined;
}

/** Undefined when it was refused. Never rejects. */
export function operatorVisit(asked: Asked, match: Match, admin: AdminDoor): Soon<Visit | undefined> {
  const { front, request, responder, address } = asked;
  const site = front.sites.operators;
  if (!site || !welcomes(front.sites.root, asked)) return turnAway(asked, 'not_found', NOTHING);
  const visit: Visit = { front, request, responder, match, site, caller: undefined, address };
  const isMcp = match.row.leg === 'mcp';
  if (!isOwnPage(visit))
    return bar(visit, { word: 'forbidden_origin', fact: 'a page of another origin' }, isMcp);
  if (isMcp && isLooped(request.header(LOOP_HEADER), front.loopId()))
    return turnAway(asked, 'loop', 'A server of this gateway leads back to it.');
  const isAllowed = match.row.methods.includes(request.method);
  if (match.row.isPublic || admin.isOpen(request.path)) return isAllowed ? visit : notAllowed(visit, isMcp);
  return whenKnown(admin.admits(visit), (caller) => {
    if ('word' in caller) return bar(visit, caller, isMcp);
    return isAllowed ? { ...visit, caller } : notAllowed(visit, isMcp);
  });
}

const NOTHING = 'There is nothing at this path.';

/**
 * Whether the request is of our own page, of a person who typed the address, or of a program: not even of a page of
 * another port of this machine (W3C Fetch Metadata; the origin is compared by its host, as a proxy may speak TLS for us).
 */
function isOwnPage({ front, request, match }: Visit): boolean {
  const site = request.header('sec-fetch-site');
  const isLink = match.row.isPublic && request.header('sec-fetch-mode') === 'navigate';
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isLink) return false;
  const origin = request.header('origin');
  if (origin === undefined) return true;
  return isOrigin(origin, front, request.header('host'));
}

function isOrigin(origin: string, { publicOrigin }: FrontOptions, host: string | undefined): boolean {
  if (origin === publicOrigin) return true;
  return (
    host !== undefined &&
    /^https?:\/\//.test(origin) &&
    origin.replace(/^https?:\/\//, '') === host.toLowerCase()
  );
}

const SENTENCES = {
  unauthorized: 'Sign in first.',
  rate_limited: 'Too many wrong keys came from this address.',
  forbidden_origin: 'Only the console itself may call here.',
} as const;

function bar(visit: Visit, barred: Barred, isMcp: boolean): undefined {
  const { word, fact, over } = barred;
  const message = SENTENCES[word];
  note(visit, word, message, fact);
  const head: Record<string, string> = over ? { 'retry-after': headersOf(over)['retry-after'] ?? '' } : {};
  if (isMcp) return void refuse(visit.responder, word, message, head);
  tellProblem(visit, word, message, head);
}

/** A refusal of the admin API in its own words. */
export function tellProblem(
  { responder }: Pick<Visit, 'responder'>,
  word: ErrorWord,
  message: string,
  head: Record<string, string> = {},
  hint: string = HINTS[word] ?? ERRORS[word].hint,
): void {
  const status = statusOf(word);
  const challenge: Record<string, string> = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
  json(responder, status, { error: { code: word, message, hint } }, { ...challenge, ...head });
}

const HINTS: Partial<Record<ErrorWord, string>> = {
  forbidden_origin: 'Open the console at the address of the gateway itself; programs send the admin key.',
  rate_limited: 'Wait, and try again.',
  unauthorized:
    'Sign in at /console with the address that `serve` printed, one of `sluice console`, or the admin key.',
};

function notAllowed(visit: Visit, isMcp: boolean): undefined {
  const message = 'This path does not take this method.';
  const head = { allow: visit.match.row.methods.join(', ') };
  if (isMcp) refuse(visit.responder, 'method_not_allowed', message, head);
  else tellProblem(visit, 'method_not_allowed', message, head);
}
