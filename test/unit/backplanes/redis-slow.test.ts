/** The lease of a node whose Redis takes its time. */
import { expect, it } from 'vitest';
import type { Connection } from '../../../src/backplanes/redis/connection.ts';
import { RedisDirectory } from '../../../src/backplanes/redis/directory.ts';
import { Keys } from '../../../src/backplanes/redis/keys.ts';
import { FakeRuntime, turn } from '../engine/support.ts';

function directoryOf(connection: object, runtime: FakeRuntime): RedisDirectory {
  return new RedisDirectory({ isUp: true, ...connection } as unknown as Connection, new Keys('t'), {
    node: 'n',
    leaseMs: 5_000,
    runtime,
    onGone: () => {},
    onJoined: () => {},
    caughtUp: async () => true,
    deafness: () => undefined,
    onLapsed: () => {},
  });
}

const renewed = (runtime: FakeRuntime) => [Buffer.from('1'), Buffer.from('run'), runtime.now(), 1];

it('[DEAF-SLOW] a lease does not run out while it is looked who else is there, however long that takes', async () => {
  const runtime = new FakeRuntime();
  let lists = 0;
  const listing = Promise.withResolvers<unknown>();
  const run = async (script: string) => {
    if (script === 'renewLease') return renewed(runtime);
    return ++lists === 1 ? [] : listing.promise;
  };
  const directory = directoryOf({ run }, runtime);
  await directory.join(undefined);
  for (let second = 0; second < 10; second++) {
    runtime.advance(1_000);
    void directory.tick();
    await turn();
    expect(directory.heldUntil).toBe(runtime.now() + 5_000);
  }
  // One at a time.
  expect([directory.term, lists]).toEqual([1, 2]);
  listing.reject(new Error('It does not answer.'));
  await turn();
  expect(directory.isReached).toBe(false);
  await directory.tick();
  expect(directory.isReached).toBe(true);
});

it('[DEAF-LEFT] a node that leaves while its lease is renewed does not come back on the list', async () => {
  const runtime = new FakeRuntime();
  const asked: string[] = [];
  let isSlow = false;
  const renewing = Promise.withResolvers<void>();
  const run = async (script: string) => {
    asked.push(script);
    if (script !== 'renewLease') return [];
    if (isSlow) await renewing.promise;
    return renewed(runtime);
  };
  const directory = directoryOf({ run, ask: async (command: string) => asked.push(command) }, runtime);
  await directory.join(undefined);
  isSlow = true;
  const ticking = directory.tick();
  await directory.leave();
  renewing.resolve();
  await ticking;
  await turn();
  expect(asked.lastIndexOf('listNodes')).toBeLessThan(asked.indexOf('HDEL'));
});
