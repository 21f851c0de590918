/** The entry `sluice/redis`: what several gateways share, in Redis. */
export { redisBackplane, type RedisBackplaneOptions } from './backplanes/redis/backplane.ts';
