/** What one gateway does, several do as one: the tables of features on nodes that share Redis behind a balancer. */
import { area } from './row.ts';

export const featuresOnNodes = area('NODES-FEATURES', 'PROMISE any node serves any client', [
  [
    'CELLS',
    'Three nodes and a balancer without affinity: clients of every dialect and both eras have every feature of servers of both eras.',
  ],
  ['TURNS', 'The balancer gave requests of these clients to every node.'],
  ['TOGETHER', 'Clients of every dialect on one route have their answers at any node, in their own shapes.'],
  [
    'NAMES',
    'An id that names its node is made of letters, digits, `-` and `_`, as one that names none; whatever else is sent names no node.',
  ],
  [
    'LEAVE',
    'A node that drains waits for calls that landed there and are answered by others; streams that landed there end with `retry`.',
  ],
  [
    'LIBRARY',
    'Gateways of the library that share a backplane are nodes of it from `listen` or `join` on, once; where they cannot, they serve nobody.',
  ],
  [
    'KILLED',
    'When a node is killed its sessions of merged servers, under policies and of projects go on at another.',
  ],
]);
