/** A node whose machine slept: its clock stood still, and so does what it takes for its lease. */
import { expect, it } from 'vitest';
import { redisBackplane } from '../../../src/backplanes/redis/backplane.ts';
import { nodeRuntime } from '../../../src/edges/node/runtime.ts';
import { bytesOf, listening } from '../../contract/backplane-place.ts';
import { redisCli } from '../../support/redis-kinds.ts';
import { startRedis } from '../../support/redis.ts';
import { HaltingRuntime, until } from './redis-place.ts';

/** As where a machine sleeps, and its steady clock with it. */
class SleepingRuntime extends HaltingRuntime {
  #slept = 0;
  #since: number | undefined;

  override readonly now = () => (this.#since ?? nodeRuntime.now()) - this.#slept;

  override halt(): void {
    this.#since = nodeRuntime.now();
    super.halt();
  }

  override goOn(): void {
    this.#slept += nodeRuntime.now() - (this.#since ?? nodeRuntime.now());
    this.#since = undefined;
    super.goOn();
  }
}

it('[DEAF-SLEPT] it begins a new term once it sees that its lease ran out, whatever its own clock says', async () => {
  const redis = await startRedis();
  try {
    const settings = { url: redis.url, prefix: 't', leaseMs: 2_000, renewMs: 200 };
    const runtime = new SleepingRuntime();
    const one = await redisBackplane({ ...settings, runtime });
    const other = await redisBackplane({ ...settings, runtime: nodeRuntime });
    const [here, there] = [listening(one), listening(other)];
    for (const node of [one, other]) await node.directory.join(undefined);
    const record = { session: 's', owner: one.node, generation: 1, facts: bytesOf('f') };
    one.directory.keep(record, 60_000);
    runtime.halt();
    await until(() => there.gone.includes(one.node));
    expect((await other.directory.claim(record, 60_000))?.generation).toBe(2);
    expect(one.directory.heldUntil).toBeGreaterThan(runtime.now());
    runtime.goOn();
    await until(() => one.directory.term > 1);
    expect(here.lapsed).toBe(1);
    // What Redis lost is no lease that ran out.
    await redisCli(redis, 'flushall');
    await until(() => here.reached.includes(true));
    expect(one.directory.term).toBe(2);
    await Promise.all([one.close(), other.close()]);
  } finally {
    await redis.stop();
  }
});
