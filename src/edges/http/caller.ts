/** Whose request it is, and what a stranger is told: nothing that depends on what there is. */
import type { RequestHead } from '../../engine/ports.ts';
import type { Site, Sites } from '../sites.ts';
import type { Tickets } from '../../access/tickets.ts';
import type { IncomingRequest } from './request.ts';
import type { Match } from './routes.ts';
import { ticketHolder } from './tickets.ts';

export interface Caller {
  readonly site: Site;
  /** Undefined only on public routes. */
  readonly principal: string | undefined;
}

/** Whether a path is within a project, be there one of that name or not, and be it a route or not. */
const UNDER_PROJECTS = /^\/projects(?:\/|$)/;

/**
 * A path under `/projects` answers a request without a key that opens anything in one way, and one with a key of
 * elsewhere in one way, whatever is there.
 * @returns the caller, or the word of the refusal
 */
export function callerOf(
  { sites, tickets }: { readonly sites: Sites; readonly tickets: Tickets },
  request: IncomingRequest,
  match: Match | undefined,
): Caller | 'unauthorized' | 'not_found' {
  if (match?.row.isPublic) return sites.of(request) ?? { site: sites.root, principal: undefined };
  const isInProject = match ? match.project !== undefined : UNDER_PROJECTS.test(request.path);
  const site = isInProject ? sites.projects.get(match?.project ?? '') : sites.root;
  // A ticket is spent also where nothing is: what is left of it must not tell.
  const principal = site?.door.authenticate(request) ?? holder(site, ticketHolder(tickets, request, match));
  if (site && principal !== undefined) return { site, principal };
  return isInProject && isKnown(sites, request) ? 'not_found' : 'unauthorized';
}

/** Who shows a good ticket, if that is still somebody the site knows. */
function holder(site: Site | undefined, principal: string | undefined): string | undefined {
  return principal !== undefined && site?.door.knows(principal) ? principal : undefined;
}

/** Whether there is nothing to prove, or the request proves something somewhere. */
function isKnown(sites: Sites, head: RequestHead): boolean {
  return !sites.haveKeys || sites.knowsKey(head);
}
