import { afterAll, beforeAll, describe } from 'vitest';
import { backplaneContract } from '../../contract/backplane.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { redisPlace } from './redis-place.ts';

let redis: TestRedis;
beforeAll(async () => void (redis = await startRedis()));
afterAll(() => redis.stop());

describe('in Redis', () => backplaneContract({ open: () => redisPlace({ url: redis.url }) }));
