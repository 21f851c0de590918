/**
 * The front door, the same on every runtime: route, guard, then the leg the route belongs to.
 *
 * Guarantees: a request is answered exactly once; a refusal tells a stranger nothing about what exists; nothing
 * that a request holds ends the process.
 */
import type { Verdict } from '../../access/limits.ts';
import type { Brake } from '../../access/brake.ts';
import type { OriginGuard } from '../../access/origins.ts';
import type { Proxies } from '../../access/proxies.ts';
import type { TicketBook } from '../../access/tickets.ts';
import type { Gateway } from '../../engine/gateway.ts';
import type { Mount } from '../../engine/line.ts';
import type { Dialect, Responder } from '../../engine/ports.ts';
import type { Caller } from '../../access/principal.ts';
import { type Soon, whenKnown } from '../soon.ts';
import { guard } from './guard.ts';
import type { AdminDoor } from './operators.ts';
import { EXPOSED, NO_REFERRER, VARY } from './preflight.ts';
import { type CallerBy, type CarriedFacts, visitOf } from './carried.ts';
import { type Carrier, whereItIs, type WhereIs } from './elsewhere.ts';
import { health, healthz, readyz } from './health.ts';
import { hasModernHead, postOnly } from './modern.ts';
import { post } from './post.ts';
import { refuseWith } from './replies.ts';
import { type IncomingRequest, withBody } from './request.ts';
import { isOfOperators, Router, type Match } from './routes.ts';
import { turnAway } from './turned.ts';
import { openStream } from './get.ts';
import { endSession } from './delete.ts';
import { metrics, type MetricsText } from './metrics.ts';
import { mayOpen } from './rates.ts';
import { giveTicket, hasTicket } from './tickets.ts';
import { upgradeRequired } from './websocket.ts';
import { STREAM_HEAD } from '../../engine/http-heads.ts';
import { mountFor, type Site, type Sites } from '../sites.ts';
import type { OAuthOptions } from '../../access/oauth-options.ts';
import { resourceMetadata } from './resource-metadata.ts';
import type { ToolScopes } from './tool-scopes.ts';

export interface FrontOptions {
  readonly gateway: Gateway;
  /** Who may call, and what paths lead to. */
  readonly sites: Sites;
  /** Whether a principal may still use a mount, by the rules of now. */
  readonly allows: (principal: string, mount: Mount) => boolean;
  /** Stand-ins for keys, for streams that are opened without headers. */
  readonly tickets: TicketBook;
  /** On who shows wrong keys and tokens. */
  readonly brake: Brake;
  readonly origins: OriginGuard;
  /** Whose word is taken for where a request comes from; undefined: nobody's. */
  readonly proxies: Proxies | undefined;
  /** What a GET without a session opens, and what refuses a POST that names none. */
  readonly dialectOf: (match: Match, mount: Mount) => Dialect;
  /** What strangers are spoken to in: it must not depend on where they ask. */
  readonly dialect: Dialect;
  /** Whether streams of HTTP+SSE are opened; off, opening one is 404. */
  readonly sse: { readonly enabled: boolean };
  /** Its own origin as clients see it; undefined: as they call it. */
  readonly publicOrigin: string | undefined;
  /** Put before every path told to clients, for a proxy that strips a prefix; without a slash at its end. */
  readonly basePath: string;
  /** How long a body may take, in ms. */
  readonly bodyMs: number;
  readonly version: string;
  /** By which the gateway knows its own requests again. */
  readonly loopId: () => string;
  /** A number in [0, 1), for the jitter of ends. */
  readonly random: () => number;
  /** Whose tokens are taken; undefined: nobody's. */
  readonly oauth: OAuthOptions | undefined;
  /** What calls of some tools need of a token; undefined: nothing more. */
  readonly toolScopes: ToolScopes | undefined;
  /** Whose a session is; default: there is no other node. */
  readonly whereIs?: WhereIs | undefined;
  /** What stands behind the ways of operators; undefined: there are none. */
  readonly admin?: AdminDoor | undefined;
  /** What takes requests to other nodes. */
  readonly relay?: Carrier | undefined;
  readonly metrics?: MetricsText | undefined;
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
  readonly caller: Caller | undefined;
  /**
   * The address of the client, as far as it can be told; empty where the runtime does not tell, `unix` for a socket of
   * the file system.
   */
  readonly address: string;
}

/** A visit to a server, or to several merged. */
export interface ServerVisit extends Visit {
  readonly caller: Caller;
  readonly principal: string;
  readonly mount: Mount;
  /** What became of counting the bytes of its body, once that was read. */
  read?: Verdict | undefined;
  /** How it came here from the node where it landed; undefined: it landed here. */
  readonly carried?: { readonly hops: number; readonly isCounted: boolean } | undefined;
  /** How often it was served anew, as another node did nothing for it. */
  readonly tries?: number;
}

export class Front {
  /** What holds now. */
  rules: Readonly<FrontOptions>;
  readonly #router = new Router();

  constructor(options: FrontOptions) {
    this.rules = options;
  }

  /** Takes over other rules from now on; what is open stays open. */
  change(options: Partial<FrontOptions>): void {
    this.rules = { ...this.rules, ...options };
  }

  /** Bytes of one message of a client. */
  get messageBytes(): number {
    return this.rules.gateway.context.settings.read.bytes;
  }

  /** Whether clients had better come back elsewhere. */
  get isDraining(): boolean {
    return this.rules.gateway.isDraining;
  }

  /** How long a peer may take nothing of an answer that was given to it, in ms. */
  get stallMs(): number {
    return this.rules.gateway.context.settings.stallMs;
  }

  /** Headers for every answer to a request (CORS), to be set before `handle`. */
  headersFor(request: IncomingRequest): Record<string, string> | undefined {
    const ticketed = hasTicket(request.query) ? NO_REFERRER : undefined;
    const origin = request.header('origin');
    // What a page may not read must not be given to it from a cache that had it for another; POSTs are in none.
    if (origin === undefined) {
      if (request.method === 'POST') return undefined;
      return ticketed ? { ...VARY, ...ticketed } : VARY;
    }
    if (!this.rules.origins.allowsOrigin(origin)) return VARY;
    // Of what is for operators no other page may read a word, be it allowed elsewhere or not.
    if (this.rules.admin && isOfOperators(request.path)) return VARY;
    return {
      ...VARY,
      ...ticketed,
      'access-control-allow-origin': origin,
      'access-control-expose-headers': EXPOSED,
    };
  }

  handle(request: IncomingRequest, responder: Responder): void {
    try {
      const visit = this.#guarded(request, responder);
      if (visit instanceof Promise)
        visit.then((late) => this.take(late)).catch((error: unknown) => refuseWith(responder, error));
      else this.take(visit);
    } catch (error) {
      refuseWith(responder, error);
    }
  }

  /** Guards a request that asks to become a WebSocket; undefined when it was refused. Never throws or rejects. */
  admit(request: IncomingRequest, responder: Responder): Soon<ServerVisit | undefined> {
    const atServer = (visit: Visit | undefined): Soon<ServerVisit | undefined> => {
      const at = visit && this.#atServer(visit);
      return at && whenKnown(mayOpen(at), (may) => (may ? at : undefined));
    };
    try {
      const visit = this.#guarded(request, responder);
      if (!(visit instanceof Promise)) return atServer(visit);
      return visit.then(atServer).catch((error: unknown) => void refuseWith(responder, error));
    } catch (error) {
      refuseWith(responder, error);
    }
  }

  /** Serves a request that landed on another node and was let in there. Never throws. */
  handleCarried(facts: CarriedFacts, responder: Responder, callerBy: CallerBy): void {
    try {
      const visit = visitOf(this.rules, this.#router, facts, responder, callerBy);
      const done = visit && whereItIs(visit, this.#serveHere);
      done?.catch((error: unknown) => this.#failed(visit as ServerVisit, error));
    } catch (error) {
      refuseWith(responder, error);
    }
  }

  /** Serves a request once more, wherever what it is about is by now. Never throws. @param body where it was read */
  again(visit: ServerVisit, body: Uint8Array | undefined): void {
    const request = body ? withBody(visit.request, body) : visit.request;
    const at = { ...this.renewed(visit), request, tries: (visit.tries ?? 0) + 1 };
    try {
      whereItIs(at, this.#serveHere)?.catch((error: unknown) => this.#failed(at, error));
    } catch (error) {
      refuseWith(at.responder, error);
    }
  }

  /** A visit that goes on, under the rules of now: those may have changed since it was let in. */
  renewed(visit: ServerVisit): ServerVisit {
    if (visit.front === this.rules) return visit;
    const { sites } = this.rules;
    const site = sites.at(visit.match) ?? visit.site;
    const recalled = site.door.recall(visit.principal);
    const caller = recalled === undefined || recalled === 'varies' ? visit.caller : recalled;
    return { ...visit, front: this.rules, site, caller };
  }

  /** Once more where the rules changed while it was looked up who it is: nobody is let in under those of before. */
  #guarded(request: IncomingRequest, responder: Responder): Soon<Visit | undefined> {
    const visit = guard(this.rules, this.#router, request, responder);
    if (!(visit instanceof Promise)) return visit;
    return visit.then((late) =>
      late === undefined || late.front === this.rules ? late : this.#guarded(request, responder),
    );
  }

  /** Serves one that was let in; undefined: it was refused. Never throws. */
  take(visit: Visit | undefined): void {
    if (visit) this.#serve(visit)?.catch((error: unknown) => this.#failed(visit, error));
  }

  #serve(visit: Visit): Promise<void> | undefined {
    switch (visit.match.row.leg) {
      case 'healthz':
        return void healthz(visit);
      case 'readyz':
        return void readyz(visit);
      case 'health':
        return void health(visit);
      case 'metrics':
        return metrics(visit);
      case 'resource-metadata':
        return void resourceMetadata(visit);
      case 'console':
      case 'admin':
        return this.rules.admin?.serve(visit);
      default:
        return this.#serveServer(visit);
    }
  }

  #atServer(visit: Visit): ServerVisit | undefined {
    const { match, caller, site } = visit;
    const mount = caller && mountFor(site, match.server, caller);
    if (mount) return { ...visit, caller, principal: caller.principal, mount };
    return turnAway(visit, 'unknown_server', 'There is no such server here.');
  }

  #serveServer(visit: Visit): Promise<void> | undefined {
    const at = this.#atServer(visit);
    if (!at) return undefined;
    if (at.match.row.leg === 'ws') return void upgradeRequired(at.responder);
    // Modern clients post, and nothing else (MCP 2026-07-28, "Earlier Streamable HTTP Revisions").
    const isSession = visit.request.method === 'GET' || visit.request.method === 'DELETE';
    if (isSession && hasModernHead(visit.request)) return void postOnly(visit.responder);
    return whereItIs(at, this.#serveHere);
  }

  readonly #serveHere = (at: ServerVisit): Promise<void> | undefined => {
    switch (at.request.method) {
      case 'GET':
        return this.#opening(at, openStream);
      case 'HEAD':
        return void at.responder.reply(200, STREAM_HEAD);
      case 'DELETE':
        return void endSession(at);
      default:
        if (at.match.row.leg === 'tickets') return this.#opening(at, giveTicket);
        return post(at);
    }
  };

  /** What opens something is counted, as it is what all do at once who come back. */
  #opening(visit: ServerVisit, open: (visit: ServerVisit) => Soon<void>): Promise<void> | undefined {
    const done = whenKnown(mayOpen(visit), (may) => (may ? open(visit) : undefined));
    return done instanceof Promise ? done : undefined;
  }

  #failed(visit: Visit, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.rules.gateway.context.observer.refused?.({ where: 'http', code: 'request-failed', message });
    refuseWith(visit.responder, error);
  }
}
