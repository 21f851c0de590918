/** What an operator sees and does at any node of a cluster, through any other. */
import { area } from './row.ts';

export const anyNode = area('ANYNODE', 'PROMISE any-node', [
  [
    'LISTED',
    'The admin API names this node and the others that are known, with their addresses and states; one that is alone names itself.',
  ],
  [
    'ASKED',
    'What is of one node takes `?node=`, a name or a url: this one is asked as ever, an unknown one is 404, and what is of all nodes takes none.',
  ],
  ['SEEN', 'Sessions, servers, messages, numbers, lists and calls of any node are shown through any other.'],
  [
    'ACTS',
    'What an operator does at another node is told at both: at that one with the operator and the node through which it came.',
  ],
  [
    'DOOR',
    'Who is not let in where the request lands is let in nowhere; cookies, keys and tokens are not carried.',
  ],
  [
    'REFUSED',
    'A node whose admin API is off, that is gone or does not answer, and nodes without shared keys of state: each is one clear error with a way out.',
  ],
  [
    'PROVEN',
    'Whoever may write to what nodes share is no operator by that: what is not sealed by a node for this one, or comes twice, late or changed, is refused and told to the log.',
  ],
  ['HOP', 'What was carried goes no further, and nothing but what is of one node is served so.'],
  [
    'ANSWER',
    'Of an answer that was carried nothing is taken but data: no cookie, no page, no way elsewhere.',
  ],
  [
    'FEED',
    'A live feed of another node is as one of this: it ends clearly where that node is gone, with the session of its operator, and over there with its reader.',
  ],
  [
    'COMMANDS',
    '`sluice top --nodes` lists the nodes; `sluice top --node` and `sluice inspect --node` show any of them through any other.',
  ],
  ['SLOW', 'A reader that takes nothing costs both nodes no more than a window of the relay.'],
]);
