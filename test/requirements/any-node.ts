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
]);
