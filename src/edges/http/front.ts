/**
 * The front door, the same on every runtime: route, guard, then the leg the route belongs to.
 *
 * Guarantees: a request is answered exactly once; a refusal tells a stranger nothing about what exists; nothing
 * that a request holds ends the process.
 */
import type { OriginGuard } from '../../access/origins.ts';
import type { Tickets } from '../../access/tickets.ts';
import type { Gateway } from '../../engine/gateway.ts';
import type { Mount } from '../../engine/line.ts';
import type { Dialect, Responder } from '../../engine/ports.ts';
import { health, healthz, readyz } from './health.ts';
import { hasModernHead } from './modern.ts';
import { post } from './post.ts';
import { refuse, refuseWith } from './replies.ts';
import type { IncomingRequest } from './request.ts';
import { rescue } from './rescue.ts';
import { Router, type Match } from './routes.ts';
import { openStream } from './get.ts';
import { endSession } from './delete.ts';
import { giveTicket, ticketOf } from './tickets.ts';
import { upgradeRequired } from './websocket.ts';
import { JSON_HEAD, STREAM_HEAD } from '../../engine/http-heads.ts';
import { isLooped, LOOP_HEADER } from '../../protocol/loop.ts';
import type { Site, Sites } from '../sites.ts';
import { callerOf } from './caller.ts';

export interface FrontOptions {
  readonly gateway: Gateway;
  /** Who may call, and what paths lead to. */
  readonly sites: Sites;
  /** Stand-ins for keys, for streams that are opened without headers. */
  readonly tickets: Tickets;
  readonly origins: OriginGuard;
  /** What a GET without a session opens, and what refuses a POST that names none. */
  readonly dialectOf: (match: Match, mount: Mount) => Dialect;
  /** What strangers are spoken to in: it must not depend on where they ask. */
  readonly dialect: Dialect;
  readonly sse: SseRules;
  /** The gateway's own origin as clients see it; undefined: as they call it. */
  readonly publicOrigin: string | undefined;
  /** Put before every path told to clients, for a proxy that strips a prefix; without a slash at its end. */
  readonly basePath: string;
  /** How long a body may take, in ms. */
  readonly bodyMs: number;
  readonly version: string;
  /** By which the gateway knows its own requests again. */
  readonly loopId: () => string;
}

/** Whether and how often streams of HTTP+SSE are opened; those of Streamable HTTP are not counted. */
export interface SseRules {
  /** Off: opening one is 404. */
  readonly enabled: boolean;
  /** At once; one more is 503. */
  readonly maxStreams: number;
}

/** One request on its way: what the guard found out about it. */
export interface Visit {
  readonly front: FrontOptions;
  readonly request: IncomingRequest;
  readonly responder: Responder;
  readonly match: Match;
  /** The gateway itself or the project that it is at. */
  readonly site: Site;
  /** Undefined only on public routes. */
  readonly principal: string | undefined;
}

/** A visit to a server, or to several merged. */
export interface ServerVisit extends Visit {
  readonly principal: string;
  readonly mount: Mount;
}

export class Front {
  #options: FrontOptions;
  readonly #router = new Router();

  constructor(options: FrontOptions) {
    this.#options = options;
  }

  /** Takes over other rules from now on; what is open stays open. */
  change(options: Partial<FrontOptions>): void {
    this.#options = { ...this.#options, ...options };
  }

  get basePath(): string {
    return this.#options.basePath;
  }

  /** Bytes of one message of a client. */
  get messageBytes(): number {
    return this.#options.gateway.context.settings.read.bytes;
  }

  /** How long a peer may take nothing of an answer that was given to it, in ms. */
  get stallMs(): number {
    return this.#options.gateway.context.settings.stallMs;
  }

  /** Headers for every answer to a request (CORS), to be set before `handle`. */
  headersFor(request: IncomingRequest): Record<string, string> | undefined {
    const origin = request.header('origin');
    if (origin === undefined || !this.#options.origins.allowsOrigin(origin)) return undefined;
    return {
      'access-control-allow-origin': origin,
      vary: 'Origin',
      'access-control-expose-headers': EXPOSED,
    };
  }

  handle(request: IncomingRequest, responder: Responder): void {
    try {
      const visit = this.#guard(request, responder);
      if (visit) this.#serve(visit)?.catch((error: unknown) => this.#failed(visit, error));
    } catch (error) {
      refuseWith(responder, error);
    }
  }

  /** Guards a request that asks to become a WebSocket; undefined when it was refused. Never throws. */
  admit(request: IncomingRequest, responder: Responder): ServerVisit | undefined {
    try {
      const visit = this.#guard(request, responder);
      return visit && this.#atServer(visit);
    } catch (error) {
      refuseWith(responder, error);
    }
  }

  /** A visit that goes on, under the rules of now: those may have changed since it was let in. */
  renewed(visit: ServerVisit): ServerVisit {
    if (visit.front === this.#options) return visit;
    const { sites } = this.#options;
    const { project } = visit.match;
    const site = project === undefined ? sites.root : sites.projects.get(project);
    return { ...visit, front: this.#options, site: site ?? visit.site };
  }

  #guard(request: IncomingRequest, responder: Responder): Visit | undefined {
    const { origins } = this.#options;
    if (!origins.allowsHost(request.header('host'))) {
      const host = quoted('host', request.header('host'));
      return this.#refuse(request, responder, 'forbidden_host', 'This host name is not allowed here.', host);
    }
    if (!origins.allowsOrigin(request.header('origin'))) {
      const origin = quoted('origin', request.header('origin'));
      const message = 'Pages of this origin may not call here.';
      return this.#refuse(request, responder, 'forbidden_origin', message, origin);
    }
    const match = this.#router.match(request.path);
    const rescued = match ? undefined : rescue(request, this.#options.basePath);
    if (rescued) return this.#guard(rescued, responder);
    if (match && request.method === 'OPTIONS') return void preflight(request, responder, match);
    const caller = callerOf(this.#options, request, match);
    if (caller === 'unauthorized') {
      const message = 'A valid key is needed here.';
      return this.#refuse(request, responder, caller, message, keyFact(request, match));
    }
    if (!match || caller === 'not_found')
      return this.#refuse(request, responder, 'not_found', 'There is nothing at this path.');
    if (!match.row.methods.includes(request.method)) return void notAllowed(responder, match);
    if (isLooped(request.header(LOOP_HEADER), this.#options.loopId()))
      return this.#refuse(request, responder, 'loop', 'A server of this gateway leads back to it.');
    return { front: this.#options, request, responder, match, ...caller };
  }

  #serve(visit: Visit): Promise<void> | undefined {
    switch (visit.match.row.leg) {
      case 'healthz':
        return void healthz(visit);
      case 'readyz':
        return void readyz(visit);
      case 'health':
        return void health(visit);
      default:
        return this.#serveServer(visit);
    }
  }

  #atServer(visit: Visit): ServerVisit | undefined {
    const { match, principal, site } = visit;
    const mount = match.server === undefined ? site.root : site.servers.get(match.server)?.mount;
    if (mount && principal !== undefined) return { ...visit, principal, mount };
    const message = 'There is no such server here.';
    return this.#refuse(visit.request, visit.responder, 'unknown_server', message);
  }

  #serveServer(visit: Visit): Promise<void> | undefined {
    const at = this.#atServer(visit);
    if (!at) return undefined;
    if (at.match.row.leg === 'ws') return void upgradeRequired(at.responder);
    // Modern clients post, and nothing else (MCP 2026-07-28, "Earlier Streamable HTTP Revisions").
    const isSession = visit.request.method === 'GET' || visit.request.method === 'DELETE';
    if (isSession && hasModernHead(visit.request)) return void postOnly(visit.responder);
    switch (visit.request.method) {
      case 'GET':
        return void openStream(at);
      case 'HEAD':
        return void visit.responder.reply(200, STREAM_HEAD);
      case 'DELETE':
        return void endSession(at);
      default:
        if (visit.match.row.leg === 'tickets') return void giveTicket(at);
        return post(at);
    }
  }

  #failed(visit: Visit, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#options.gateway.context.observer.refused?.({ where: 'http', code: 'request-failed', message });
    refuseWith(visit.responder, error);
  }

  /** @param fact what the log tells beside the path, for whoever runs the gateway; the peer is not told */
  #refuse(
    request: IncomingRequest,
    responder: Responder,
    word: Refused,
    message: string,
    fact?: string,
  ): undefined {
    const asked = `${cut(request.method)} ${cut(request.path)}`;
    const facts = fact === undefined ? asked : `${fact}, ${asked}`;
    const told = `${message.slice(0, -1)} (${facts}).`;
    this.#options.gateway.context.observer.refused?.({ where: 'http', code: word, message: told });
    const { unauthorized } = this.#options.dialect.shape;
    const isStranger = word === 'unauthorized';
    if (isStranger && unauthorized) responder.reply(401, { ...JSON_HEAD, ...CHALLENGE }, unauthorized);
    else refuse(responder, word, message, isStranger ? CHALLENGE : {});
    return undefined;
  }
}

type Refused =
  | 'forbidden_host'
  | 'forbidden_origin'
  | 'unauthorized'
  | 'not_found'
  | 'unknown_server'
  | 'loop';

const CHALLENGE = { 'www-authenticate': 'Bearer' };

/** Characters of one text of a stranger in the log. */
const LOGGED_CHARACTERS = 200;

function cut(text: string): string {
  return text.length > LOGGED_CHARACTERS ? `${text.slice(0, LOGGED_CHARACTERS)}…` : text;
}

/** What would have to be listed for the request to pass. */
function quoted(what: 'host' | 'origin', value: string | undefined): string {
  return value === undefined ? `no ${what}` : `${what} ${JSON.stringify(cut(value))}`;
}

/** Whether there was a key at all; never which. */
function keyFact(request: IncomingRequest, match: Match | undefined): string {
  const isShown = request.header('authorization') !== undefined || request.header('x-api-key') !== undefined;
  if (isShown) return 'the key is unknown';
  return ticketOf(request, match) === undefined ? 'no key was sent' : 'the ticket is not good any more';
}

const EXPOSED =
  'Mcp-Session-Id, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, WWW-Authenticate, X-Session-ID';
const ASKED =
  'Authorization, Content-Type, Last-Event-ID, Mcp-Method, Mcp-Name, Mcp-Protocol-Version, Mcp-Session-Id, X-API-Key, X-Session-ID';

/** Names of headers and nothing else, as browsers write them. */
const NAMES = /^[\w!#$%&'*+.^`|~-]+(?:, ?[\w!#$%&'*+.^`|~-]+){0,31}$/;

/** A page that may call may send what it likes: which headers mean something depends on where it calls. */
function preflight(request: IncomingRequest, responder: Responder, match: Match): void {
  const wished = request.header('access-control-request-headers') ?? '';
  responder.reply(204, {
    'access-control-allow-methods': match.row.methods.join(', '),
    'access-control-allow-headers': NAMES.test(wished) ? `${ASKED}, ${wished}` : ASKED,
    'access-control-max-age': '600',
  });
}

function postOnly(responder: Responder): void {
  const message = 'Protocol version 2026-07-28 has POST alone: every request is answered in its own body.';
  refuse(responder, 'method_not_allowed', message, { allow: 'POST' });
}

function notAllowed(responder: Responder, match: Match): void {
  // A client that POSTs first falls back to SSE on 404 and 405 only: the header must be right.
  const allow = match.row.methods[0] === 'POST' ? 'POST' : match.row.methods.join(', ');
  refuse(responder, 'method_not_allowed', 'This path does not take this method.', { allow });
}
