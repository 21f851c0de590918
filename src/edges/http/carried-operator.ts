/**
 * What an operator asks who was let in at another node. It is served here, goes no further, and is told of with the name of
 * that node.
 */
import type { Responder } from '../../engine/ports.ts';
import type { FrontOptions } from './front.ts';
import { tellProblem } from './operators.ts';
import { refuseWith } from './replies.ts';
import type { IncomingRequest } from './request.ts';
import { Router } from './routes.ts';

/** What that node has proven. */
export interface OperatorAsk {
  readonly request: IncomingRequest;
  /** As that node knows it. */
  readonly operator: string;
  /** The address of its client. */
  readonly address: string;
  readonly from: string;
}

/** Never throws. */
export function serveOperator(front: FrontOptions, ask: OperatorAsk, responder: Responder): void {
  const { request, operator, address, from } = ask;
  const { admin, sites } = front;
  const site = sites.operators;
  const match = new Router().match(request.path);
  if (!admin || !site) return tellProblem({ responder }, 'admin_off', 'The admin API of that node is off.');
  if (match?.row.leg !== 'admin')
    return tellProblem({ responder }, 'invalid_request', 'This is not asked of another node.');
  const caller = { principal: `${operator}@${from}` };
  admin
    .serveGuest({ front, request, responder, match, site, caller, address })
    .catch((error: unknown) => refuseWith(responder, error));
}

/** What came in the name of an operator without the proof of a node. */
export function refuseUnproven({ gateway }: FrontOptions, from: string, responder: Responder): void {
  const message = 'What came in the name of an operator was not sealed by a node, or is old.';
  gateway.context.observer.refused?.({
    where: 'relay',
    code: 'node_unproven',
    message: `${message.slice(0, -1)} (${from}).`,
  });
  tellProblem({ responder }, 'node_unproven', message);
}
