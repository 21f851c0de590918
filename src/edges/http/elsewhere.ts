/**
 * Requests for what another node has: they are carried there, and answered through here. What is here, or nowhere, goes
 * on as if there were one node.
 */
import { sessionHeader, sessionNamed } from '../../dialects/naming.ts';
import { nodeOfState } from '../../engine/bridge/input-state.ts';
import type { PostKind, Shape } from '../../engine/ports-shape.ts';
import type { Body } from '../../protocol/message.ts';
import { type Soon, whenKnown } from '../soon.ts';
import type { ServerVisit, Visit } from './front.ts';
import { hasModernHead } from './modern.ts';
import { isGivenBack, refuse, refuseAs } from './replies.ts';

/** Whose a session is: `uncertain` where that cannot be told for now. */
export type Whereabouts = 'here' | 'nowhere' | 'uncertain' | { readonly node: string };

export type WhereIs = (id: string, visit: ServerVisit) => Soon<Whereabouts>;

/** What takes requests to other nodes. */
export interface Carrier {
  /** What this node is called. */
  readonly node: string;
  /**
   * Has a request served by another node. Resolves as soon as it is on its way, or refused.
   * @param body where it was read, and counted, already
   */
  carry(visit: ServerVisit, node: string, body?: Uint8Array): Promise<void>;
  /** Whether what carries operators can be proven, so that whoever may write to what nodes share is none by that. */
  readonly provesOperators: boolean;
  /** Has what an operator asks served by another node, where its admin API is on. Never rejects. */
  operate(visit: Visit, node: string): Promise<void>;
  /** Whether there is such a node; `uncertain` where that cannot be told for now. Never rejects. */
  has(node: string): Soon<boolean | 'uncertain'>;
}

/** So often a request is carried: its session may have changed hands while it was under way. */
const MOST_HOPS = 2;

/** The session that the head names; undefined where it names none, or where that means nothing. */
function namedIn({ request, match }: ServerVisit): string | undefined {
  if (match.row.leg === 'tickets') return undefined;
  if (request.method !== 'POST') return sessionHeader(request);
  return hasModernHead(request) ? undefined : sessionNamed(request)?.id;
}

/** Serves a request where what its head names is. */
export function whereItIs(
  visit: ServerVisit,
  here: (visit: ServerVisit) => Promise<void> | undefined,
): Promise<void> | undefined {
  const id = visit.front.whereIs && namedIn(visit);
  if (id === undefined) return here(visit);
  const done = whenKnown(isServedElsewhere(visit, id), (isDone) => (isDone ? undefined : here(visit)));
  return done instanceof Promise ? done : undefined;
}

/**
 * Whether a request for a session was taken care of, as that is not here.
 * @param body where it was read already
 * @param kind who wrote it, as far as the body tells
 */
export function isServedElsewhere(
  visit: ServerVisit,
  id: string,
  body?: Uint8Array,
  kind?: PostKind,
): Soon<boolean> {
  const { whereIs } = visit.front;
  if (!whereIs) return false;
  return whenKnown(whereIs(id, visit), (where): Soon<boolean> => {
    if (where === 'here' || where === 'nowhere') return false;
    if (where === 'uncertain') return uncertain(visit, kind);
    return carried(visit, where.node, body, kind);
  });
}

/** The same for a modern request that goes on with a call which waits for its client's answers. */
export function isParkedElsewhere(visit: ServerVisit, { batch, messages }: Body): Soon<boolean> {
  const [message] = messages;
  const { relay } = visit.front;
  if (!relay || batch || message instanceof Error || !message) return false;
  const node = nodeOfState(message, visit.mount, visit.front.gateway.context.seal);
  if (node === undefined || node === relay.node) return false;
  return whenKnown(relay.has(node), (isThere): Soon<boolean> => {
    if (isThere === 'uncertain') return uncertain(visit);
    // What waited there is gone with it: told as of anything that is gone.
    return isThere && carried(visit, node, message.bytes);
  });
}

function carried(visit: ServerVisit, node: string, body?: Uint8Array, kind?: PostKind): Soon<boolean> {
  const { relay } = visit.front;
  if (!relay || (visit.carried?.hops ?? 0) >= MOST_HOPS) return uncertain(visit, kind);
  return relay.carry(visit, node, body).then(() => true);
}

function uncertain(visit: ServerVisit, kind?: PostKind): true {
  if (isGivenBack(visit)) return true;
  const message = 'Which node has this session cannot be told now.';
  refuseUncertain(visit, message, kind);
  return true;
}

/** Nothing was done, and it will be known soon. @param kind where the body tells it */
export function refuseUncertain(visit: ServerVisit, message: string, kind?: PostKind): void {
  const { request, responder } = visit;
  if (request.method === 'POST')
    refuseAs(visit, shapeOf(visit, kind), 'owner_uncertain', message, undefined, SOON);
  else refuse(responder, 'owner_uncertain', message, SOON);
}

const SOON = { 'retry-after': '1' };

/** In whose words a request is refused. @param kind where the body tells it */
export function shapeOf({ front, match, mount, request }: ServerVisit, kind?: PostKind): Shape {
  const { shapes, shape } = front.dialectOf(match, mount);
  const said = match.row.kind ?? kind ?? sessionNamed(request)?.kind;
  return (said && shapes?.[said]) ?? shape;
}
