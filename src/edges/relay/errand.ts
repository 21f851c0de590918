/** A request that landed here and is carried, and what is to be done as it goes its way. */
import type { Responder } from '../../engine/ports.ts';
import type { ServerVisit } from '../http/front.ts';
import type { Loss } from './carriage.ts';
import type { Landed } from './landed-span.ts';
import { idsIn, mayAgain, tellLost } from './lost.ts';
import type { RelayPorts } from './relay-ports.ts';

export interface Errand {
  readonly responder: Responder;
  readonly body: Uint8Array | undefined;
  /** The ids of the requests in its body. */
  readonly idsIn: (body: Uint8Array) => readonly Uint8Array[];
  /** The other node has it. */
  readonly heard: () => void;
  /** It has no answer, and will get none. */
  readonly lost: (loss: Loss) => void;
  /** Nothing more is said or heard of it. */
  readonly over: (isLost: boolean) => void;
}

export interface Call {
  readonly visit: ServerVisit;
  readonly node: string;
  /** Or what was wrong with it. */
  readonly body: unknown;
  readonly span: Landed | undefined;
}

/** A request for a server. */
export function callErrand(
  { visit, node, body, span }: Call,
  { again, leaves, observer }: Pick<RelayPorts, 'again' | 'leaves' | 'observer'>,
): Errand {
  const { mount, request, responder } = visit;
  const tell = (outcome: 'served' | 'lost') =>
    observer.carried?.({ node, server: mount.name, method: request.method, outcome });
  return {
    responder,
    body: body instanceof Uint8Array ? body : undefined,
    idsIn: (bytes) => idsIn(visit, bytes),
    heard: () => tell('served'),
    over: (isLost) => span?.over(isLost ? 'upstream_failed' : 'ok'),
    lost: (loss) => {
      tell('lost');
      if (loss.why === 'back') leaves?.(node);
      if (again && mayAgain(visit, loss)) again(visit, loss.body);
      else tellLost(visit, loss);
    },
  };
}
