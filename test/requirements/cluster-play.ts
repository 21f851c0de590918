/** Several gateways as one: how it is configured, started and tried. */
import { area } from './row.ts';

export const clusterPlay = area('PLAY', 'PROMISE sessions that outlive a node', [
  ['CONFIG', '`REDIS_URL` is all it takes to name the Redis; what is shown of it holds no password.'],
  ['NODE-URL', 'Where other nodes reach a node is made of where it listens, unless it is said.'],
  ['NODE-HOST', 'A node may be called by that name beside those of clients, and no name is lost by it.'],
  [
    'CONFIG-FAULTS',
    'An address of Redis or of a node that cannot be used is told in one sentence with its place, and nothing of it is.',
  ],
  [
    'TURNS',
    'The balancer gives requests to nodes in turn, and none to a node that is not ready while another is.',
  ],
  [
    'PASSED-OVER',
    'The balancer passes over a node that takes no connection, and gives what was sent to one node to no other.',
  ],
  ['STREAMS', 'The balancer holds nothing back, either way, and cuts what was cut.'],
  ['UPGRADES', 'The balancer hands WebSockets through.'],
  [
    'CUT',
    'The wire between a node and Redis can be cut with nobody told, and with everybody told, and mended.',
  ],
  [
    'CLUSTER',
    'Nodes of a test are real processes that can be killed, paused and started anew, and tell what they said.',
  ],
  [
    'WIRED',
    'Nodes that are given the same `REDIS_URL` and nothing else serve the same sessions; where Redis is not reached they do not start, and say so with its place.',
  ],
  ['REDIS', 'The redis-server of tests can be killed, paused, and come back with its data or empty.'],
  [
    'COMMAND',
    '`npm run cluster` starts Redis, nodes and a balancer, starts anew what ends, and ends with all it started.',
  ],
  ['NO-STRAYS', 'What a test starts beside itself is gone when the test is, however it ended.'],
  [
    'DEPLOY',
    'What the compose file and the chart set is known to the gateway, what they name is there, and they wait for longer than it drains.',
  ],
]);
