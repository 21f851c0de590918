/** The client of Redis, in a file of its own: it is large, and is read only where there is a Redis. */
export { AbstractConnector, Cluster, Redis } from 'ioredis';
