/** Any node serves any client: what lands elsewhere is carried to the owner of its session. */
import { area } from './row.ts';

export const carry = area('CARRY', 'PROMISE any node', [
  ['POST', 'A POST that lands on another node is answered through it, as JSON or as a stream.'],
  ['GET', 'A standing stream may be opened through any node.'],
  ['RESUME', 'A cut stream is taken up again through any node, each event once and in order.'],
  ['DELETE', 'A session may be ended through any node.'],
  ['ANSWER', 'An answer of a client to its server may land on any node.'],
  ['NOTICE', 'Notifications and cancellations may land on any node.'],
  ['SSE', 'Clients of every HTTP+SSE dialect may post to any node; the answer is on their stream.'],
  ['CLIENT-GONE', 'A client that goes away at another node is gone for its session, too.'],
  ['STRANGER', "Another's session is 404 on every node, and a session at another mount is."],
  ['REFUSED', 'What is wrong with a request is told in the same words on every node.'],
  ['LOST', 'A request whose owner is lost is answered once, with its id and that it may have run.'],
]);
