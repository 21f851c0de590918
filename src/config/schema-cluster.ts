/** Several gateways that serve the same clients: the Redis they share, and how they reach each other. */
import { z } from 'zod';

const PREFIX = /^[\w.-]{1,32}$/;

export const cluster = z.strictObject({
  redis: z
    .union([z.string(), z.array(z.string()).max(50)], {
      error: 'must be an address like "redis://:password@redis.example.com:6379", or a list of such',
    })
    .optional()
    .meta({
      description:
        'The Redis that gateways share, like "rediss://:${REDIS_PASSWORD}@redis.example.com:6379"; several addresses are nodes of one Redis Cluster. By default none: this gateway is alone. Environment: REDIS_URL, several separated by commas.',
    }),
  sharded: z.boolean().optional().meta({
    description:
      'Whether it is a Redis Cluster; by default it is where several addresses are named. Environment: REDIS_CLUSTER.',
  }),
  prefix: z
    .string()
    .regex(PREFIX, { error: 'must be 1 to 32 letters, digits, ".", "_" and "-"' })
    .default('sluice')
    .meta({
      description:
        'How the names of all keys in Redis begin; gateways with another share nothing with these. Environment: SLUICE_PREFIX.',
    }),
  nodeUrl: z.string().optional().meta({
    description:
      'The address at which the other gateways reach this one, like "http://10.0.0.7:8808"; by default made of `host` and `port`, or of the first address of this machine where `host` stands for all of them. Environment: SLUICE_NODE_URL.',
  }),
});
