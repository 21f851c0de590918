/** What the relay is lent. */
import type { Responder, Runtime } from '../../engine/ports.ts';
import type { Bus, Directory } from '../../engine/ports-backplane.ts';
import type { Seal } from '../../engine/ports-era.ts';
import type { Observer } from '../../engine/ports-observer.ts';
import type { CallerBy, CarriedFacts } from '../http/carried.ts';
import type { OperatorAsk } from '../http/carried-operator.ts';
import type { ServerVisit } from '../http/front.ts';
import type { IncomingRequest } from '../http/request.ts';
import type { RelayLimits } from './limits.ts';

export interface RelayPorts {
  /** What this node is called. */
  readonly node: string;
  readonly bus: Pick<Bus, 'send' | 'kept'>;
  readonly directory: Pick<Directory, 'isReached' | 'peers' | 'stateOf' | 'heldUntil' | 'term'>;
  readonly runtime: Runtime;
  readonly seal?: Seal | undefined;
  readonly observer: Observer;
  /** How long a client may take nothing of an answer that has ended, in ms. */
  readonly stallMs: number;
  /** Serves what landed on another node. */
  readonly serve: (facts: CarriedFacts, responder: Responder, callerBy: CallerBy) => void;
  /** Whether what is sealed is proven by that: no other than nodes know the keys. Default: it is not. */
  readonly proves?: (() => boolean) | undefined;
  /** Serves what an operator asks who was let in at another node. Never throws. */
  readonly operate?: (ask: OperatorAsk, responder: Responder) => void;
  /** Refuses what came in the name of an operator, and was not proven. Never throws. */
  readonly unproven?: (from: string, responder: Responder) => void;
  /** Serves a request once more whose owner did nothing for it, and is gone or has let go of what it is about. */
  readonly again?: (visit: ServerVisit, body: Uint8Array | undefined) => void;
  /** Whether this node has let go of what a request names, or never had it, and takes no more. */
  readonly isLetGo?: (request: IncomingRequest) => boolean;
  /** A node gives back what it has let go of. */
  readonly leaves?: (node: string) => void;
  readonly limits?: Partial<RelayLimits> | undefined;
}
