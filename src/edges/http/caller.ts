/** Whose request it is, and what a stranger is told: nothing that depends on what there is. */
import {
  type Caller,
  isRefused,
  type LookUp,
  NO_PROOF,
  type Place,
  type Proof,
  type Refused,
} from '../../access/principal.ts';
import type { TicketBook } from '../../access/tickets.ts';
import { type From, type Site, type Sites, welcomes } from '../sites.ts';
import type { IncomingRequest } from './request.ts';
import type { Match } from './routes.ts';
import { type Soon, whenKnown } from '../soon.ts';
import { isFrom, ticketOf } from './tickets.ts';

/** A request whose caller is known. */
export interface Known {
  readonly site: Site;
  /** Undefined only on public routes. */
  readonly caller: Caller | undefined;
}

/** One that is not let in. */
export interface Stranger {
  readonly word: 'unauthorized' | 'insufficient_scope' | 'auth_unavailable' | 'not_found';
  /** The value of `WWW-Authenticate`. */
  readonly challenge?: string | undefined;
  /** For the log. */
  readonly fact?: string | undefined;
}

/** What is looked at to know a caller. */
export interface Asked extends From {
  readonly front: {
    readonly sites: Sites;
    readonly tickets: TicketBook;
    readonly publicOrigin: string | undefined;
  };
  readonly request: IncomingRequest;
}

/** Whether a path is within a project, be there one of that name or not, and be it a route or not. */
const UNDER_PROJECTS = /^\/projects(?:\/|$)/;

const NOT_FOUND: Stranger = { word: 'not_found' };

/**
 * A path under `/projects` answers a request without a proof that opens anything in one way, and one with a proof of
 * elsewhere in one way, whatever is there. Never rejects.
 * @param mayLookUp who may be asked about proofs that are not known yet
 */
export function callerOf(
  asked: Asked,
  match: Match | undefined,
  mayLookUp: LookUp = true,
): Soon<Known | Stranger> {
  const { front, request } = asked;
  const { sites } = front;
  const at = placeOf(request, match, mayLookUp);
  if (match?.row.isPublic) {
    return whenKnown(sites.of(request, at, asked), (known) =>
      'site' in known ? known : { site: sites.root, caller: undefined },
    );
  }
  const isInProject = match ? match.project !== undefined : UNDER_PROJECTS.test(request.path);
  const site = isInProject ? sites.projects.get(match?.project ?? '') : sites.root;
  const isWelcome = !site || welcomes(site, asked);
  // What a stranger to the place shows is not looked at: nothing can be tried out from there.
  const shown = (isWelcome ? site?.door.authenticate(request, at) : elsewhere(asked)) ?? NO_PROOF;
  return whenKnown(shown, (proof): Soon<Known | Stranger> => {
    if (site && !isRefused(proof)) return { site, caller: proof };
    // A ticket is spent also where nothing is: what is left of it must not tell.
    const ticket = isWelcome ? ticketOf(request, match) : undefined;
    const holder = ticket === undefined ? undefined : holderBy(asked, match, ticket, mayLookUp !== false);
    return whenKnown(holder, (caller): Soon<Known | Stranger> => {
      const known = holderOf(site, caller, request);
      if (site && known) return { site, caller: known };
      if (!isInProject) return strange(sites.root, request, at, refusalOf(proof, ticket));
      if (!sites.haveKeys) return NOT_FOUND;
      return elsewhereInProjects(asked, at, ticket);
    });
  });
}

/** Told as all sites see it together: what the one that was asked for has to say would tell that it is there. */
function elsewhereInProjects(asked: Asked, at: Place, ticket: string | undefined): Soon<Stranger> {
  const { front, request } = asked;
  const { sites } = front;
  return whenKnown(sites.of(request, at, asked), (known) => {
    if (!('site' in known)) return strange(sites.root, request, at, refusalOf(known, ticket));
    if (known.site.door.isRequired) return NOT_FOUND;
    return strange(sites.root, request, at, refusalOf(NO_PROOF, ticket));
  });
}

function strange(site: Site, request: IncomingRequest, at: Place, refused: Refused): Stranger {
  const { error, fact } = refused;
  if (error === 'unavailable') return { word: 'auth_unavailable', fact };
  const word = error === 'insufficient_scope' ? error : 'unauthorized';
  return { word, challenge: site.door.challenge(request, at, refused), fact };
}

function elsewhere({ address, isSure }: From): Refused {
  const fact = isSure ? `address ${address}` : 'what proxies tell of the address cannot be followed';
  return { isRefused: true, fact };
}

/** As far as it is told, be it in the log only. */
function refusalOf(proof: Proof, ticket: string | undefined): Refused {
  const refused = isRefused(proof) ? proof : NO_PROOF;
  if (refused.fact !== undefined) return refused;
  return { ...refused, fact: ticket === undefined ? 'no key was sent' : 'the ticket is not good any more' };
}

/** What the path asks for, be it a route or not. */
function placeOf({ path }: IncomingRequest, match: Match | undefined, mayLookUp: LookUp): Place {
  return match
    ? { prefix: match.prefix, leg: match.row.leg, mayLookUp }
    : { prefix: path, leg: '', mayLookUp };
}

/** Whose ticket it is, which is spent by this. @param mayAsk whether others may be asked. Never rejects. */
function holderBy(
  { front, request }: Asked,
  match: Match | undefined,
  ticket: string,
  mayAsk: boolean,
): Soon<Caller | undefined> {
  const { tickets, publicOrigin } = front;
  const shown = {
    route: match?.prefix ?? '',
    isFrom: (origin: string) => isFrom(request, publicOrigin, origin),
  };
  return tickets.take(ticket, shown, mayAsk);
}

/** Who shows a good ticket, as the site knows it now, if it still does. */
function holderOf(
  site: Site | undefined,
  caller: Caller | undefined,
  { certificate }: IncomingRequest,
): Caller | undefined {
  const recalled = caller && site?.door.recall(caller.principal);
  const known = recalled === 'varies' ? caller : recalled;
  return known?.certificate === undefined || known.certificate === certificate ? known : undefined;
}
