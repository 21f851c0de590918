/**
 * A request that landed on another node, where it was let in and its mount was found, and whose session is here: from now
 * on it is like one of our own. What it is about must be the same here as there.
 */
import type { Verdict } from '../../access/limits.ts';
import type { Caller } from '../../access/principal.ts';
import type { Responder } from '../../engine/ports.ts';
import { mountFor, type Site } from '../sites.ts';
import type { FrontOptions, ServerVisit } from './front.ts';
import { refuse } from './replies.ts';
import type { IncomingRequest } from './request.ts';
import type { Router } from './routes.ts';
import { turnAway } from './turned.ts';

/** What is told of it. */
export interface CarriedFacts {
  readonly request: IncomingRequest;
  /** The address of its client. */
  readonly address: string;
  /** Name and key of the mount that was found. */
  readonly mount: string;
  readonly key: string;
  readonly principal: string;
  /** What is told of its caller beside that. */
  readonly caller: string;
  /** What its caller showed, where a server is shown credentials that are had for it. */
  readonly subject: { readonly key: string; readonly token: string } | undefined;
  /** How often it was carried. */
  readonly hops: number;
  /** Whether its bytes count already, and what became of that. */
  readonly isCounted: boolean;
  readonly read: Verdict | undefined;
}

/** Who that is, as it is known here. */
export type CallerBy = (
  site: Site,
  told: Pick<CarriedFacts, 'principal' | 'caller' | 'subject'>,
) => Caller | undefined;

/** Undefined when it was refused. */
export function visitOf(
  front: FrontOptions,
  router: Router,
  facts: CarriedFacts,
  responder: Responder,
  callerBy: CallerBy,
): ServerVisit | undefined {
  const { request, address, principal, hops, isCounted, read } = facts;
  const match = router.match(request.path);
  const { sites } = front;
  const site = match && sites.at(match);
  const at = { front, request, responder, address };
  if (!match?.row.ofServer && match?.row.leg !== 'mcp') return unknown(at);
  const caller = site && callerBy(site, facts);
  if (!site || !caller) return void refuse(responder, 'unauthorized', 'The key is not good any more.');
  const mount = mountFor(site, match.server, caller);
  if (mount?.name !== facts.mount || (mount.key ?? '') !== facts.key) return unknown(at);
  return { ...at, match, site, caller, principal, mount, read, carried: { hops, isCounted } };
}

function unknown(at: Parameters<typeof turnAway>[0]): undefined {
  return turnAway(at, 'unknown_server', 'There is no such server here.');
}
