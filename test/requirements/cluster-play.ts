/** Several gateways as one: how it is configured, started and tried. */
import { area } from './row.ts';

export const clusterPlay = area('PLAY', 'PROMISE sessions that outlive a node', [
  ['CONFIG', '`REDIS_URL` is all it takes to name the Redis; what is shown of it holds no password.'],
  [
    'CONFIG-FAULTS',
    'An address of Redis or of a node that cannot be used is told in one sentence with its place, and nothing of it is.',
  ],
  ['REDIS', 'The redis-server of tests can be killed, paused, and come back with its data or empty.'],
  ['NO-STRAYS', 'What a test starts beside itself is gone when the test is, however it ended.'],
]);
