/** What an operator may not do at another node, however it is asked, and what they are told of what was begun there. */
import { area } from './row.ts';

export const operatorsAfar = area('AFAR', 'PROMISE any-node', [
  [
    'PATH',
    'Keys, the audit trail and signing in are never asked of another node, however their path is written: neither by who asks nor by a letter.',
  ],
  [
    'SPELT',
    'What names another node is never done at this one: however `node` is spelt in the query, without a value it is refused, and an address may end in a slash.',
  ],
  [
    'OUT',
    'What was not sent whole when its operator signed out, or their key became another, is not done: neither here nor at another node.',
  ],
  ['OFF', 'Where the admin API is switched off, live feeds of other nodes through it end.'],
  [
    'BEGUN',
    'What does something at another node is begun there only once the node where it landed will know: where that node dies, it may have been done, however soon.',
  ],
]);
