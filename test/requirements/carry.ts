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
  ['CLIENTS', 'Clients of the SDKs work at several nodes in turn, over HTTP+SSE and Streamable HTTP.'],
  ['MODERN', 'A modern client may answer what it was asked at any node.'],
  ['ORDER', 'What is said on a carried stream comes in order, nothing missing and nothing twice.'],
  ['STREAM', 'Head, bytes and end of a carried stream arrive as they were said.'],
  ['WHOLE', 'A whole answer arrives once, however large, with the headers that were noted for it.'],
  [
    'SLOW',
    'What a client at another node has not taken counts at the owner: it waits there in bounds, and who is too slow is cut.',
  ],
  [
    'UNCERTAIN',
    'Where it cannot be told whose a session is, that is said with 503 and when to come back, and nothing is done.',
  ],
  [
    'BACK',
    'What a node that goes away has let go of is given back by it, with nothing done, and served by whoever has it then.',
  ],
  ['HOPS', 'A request is carried twice at most, never in a circle.'],
  ['ACK', 'An owner says in time that it has a request.'],
  [
    'UNDONE',
    'A POST is begun only when it is certain that the node where it landed knows; what an owner that is gone never acknowledged is served elsewhere, and nothing else is.',
  ],
  ['LAPSED', 'What was asked of a node before its lease lapsed is not begun by it afterwards.'],
  ['BUS', 'What a bus does not take waits in bounds; what is given up is given up on both sides.'],
  ['BOUNDED', 'What is under way between two nodes is bounded in number and bytes.'],
  [
    'ROOM',
    'However large what a caller has in flight at another node, there is room for what others ask: of a body that its owner has, ids are all that is kept.',
  ],
  ['FRAMES', 'What nodes say to each other is read as it was written; what is none of it is refused.'],
  ['ROBUST', 'Whatever comes over the bus harms nobody else.'],
  ['END', 'A node that ends says so to the nodes whose clients it serves.'],
  ['LOST', 'A request whose owner is lost is answered once, with its id and that it may have run.'],
  [
    'CALLER',
    'At the owner a caller is who it was proven to be where it landed, and may do what that proof allows; the proof itself is not carried.',
  ],
  ['SEALED', 'Headers and tokens that a server is to be sent are carried sealed.'],
  ['COUNTED', 'A carried request counts once, at its owner.'],
]);
