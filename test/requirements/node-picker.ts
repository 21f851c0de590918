/** The console of a cluster: which node it looks at. */
import { area } from './row.ts';

export const nodePicker = area('PICKER', 'PROMISE see it run: every node from one console', [
  [
    'CHOOSE',
    'Where there are several nodes one is chosen in the header or the palette, by keyboard, and told apart by name and state in words; where there is one there is nothing to choose.',
  ],
  [
    'LINK',
    'The choice is in the address: a link leads to the same page of the same node, every link of the page keeps it, and two windows look at two nodes.',
  ],
  ['LIVE', 'Lists, live events and changes are those of the node that is chosen, and of no other.'],
  ['LOCAL', 'A page that is of the node that serves it says so while another is chosen.'],
  ['LIST', 'The overview lists the nodes with state, sessions and calls a second, each a link to it.'],
  [
    'GONE',
    'Where the node that is looked at goes away, the page says so, keeps what it had, offers this node, and goes on by itself once that node is there again.',
  ],
]);
