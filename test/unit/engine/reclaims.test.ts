/** Sessions of a node whose lease had lapsed, where what is shared fails while it looks whose they are. */
import { expect, it } from 'vitest';
import { Kept } from '../../../src/engine/cluster/kept.ts';
import { Reclaims } from '../../../src/engine/cluster/reclaims.ts';
import type { Directory, SessionRecord } from '../../../src/engine/ports-backplane.ts';
import type { Session } from '../../../src/engine/session.ts';
import { FakeRuntime, turn } from './support.ts';

const NONE = new Uint8Array(0);

function world() {
  const runtime = new FakeRuntime();
  const record: SessionRecord = { session: 's', owner: 'other', generation: 2, facts: NONE };
  const session = { id: 's', generation: 1, isClosed: false } as unknown as Session;
  const directory = { isReached: true, term: 2, asked: 0, isFailing: true };
  const asked = (): void => {
    directory.asked++;
    if (directory.isFailing) throw new Error('It does not answer.');
  };
  const letGo: Session[] = [];
  const reclaims = new Reclaims({
    node: 'here',
    directory: Object.assign(directory, {
      claim: async () => asked(),
      find: async () => {
        asked();
        return record;
      },
    }) as unknown as Directory,
    tenure: { isGood: true, state: 'held' },
    runtime,
    recordOf: () => ({ ...record, owner: 'here', generation: 1 }),
    keep: () => {},
    letGo: (one) => void letGo.push(Object.assign(one, { isClosed: true })),
    keptMs: 1,
  });
  const pass = async (ms: number) => {
    runtime.advance(ms);
    for (let round = 0; round < 4; round++) await turn();
  };
  void reclaims.all([new Kept(session, 1)]);
  return { runtime, directory, session, reclaims, letGo, pass };
}

it('[DEAF-RECLAIM] whose a session is, is asked again until it is known, so that nobody follows what is another’s', async () => {
  const { directory, session, letGo, pass, runtime } = world();
  await pass(0);
  const { asked } = directory;
  directory.isReached = false;
  await pass(10_000);
  // Nothing is asked of what is away.
  expect([directory.asked, letGo]).toEqual([asked, []]);
  directory.isReached = true;
  directory.isFailing = false;
  await pass(1_000);
  expect(letGo).toEqual([session]);
  await pass(1_000);
  expect(runtime.timers).toBe(0);
});

it('[DEAF-RECLAIM] not once it lapsed again, is closed, or the node ends', async () => {
  const lapsed = world();
  await lapsed.pass(0);
  lapsed.directory.term++;
  const closed = world();
  await closed.pass(0);
  Object.assign(closed.session, { isClosed: true });
  const ended = world();
  await ended.pass(0);
  ended.reclaims.close();
  for (const { directory, pass, runtime } of [lapsed, closed, ended]) {
    const { asked } = directory;
    for (let second = 0; second < 3; second++) await pass(1_000);
    expect([directory.asked, runtime.timers]).toEqual([asked, 0]);
  }
});
