/** Clients that come, begin something and go, a thousand times: nothing of them is left. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { agreeing, listen } from '../modern/listening.ts';
import type { World } from '../support.ts';
import { asks, Caller, FORM, seatWorld, turn } from './support.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const CYCLES = 1_000;
/** Before that, for what is compiled and grown once. */
const WARM = 600;
/** What 1,000 of anything that is left would be more than. */
const MOST_BYTES = 150_000;
const RESOURCE = (n: number) => ({ resourceSubscriptions: [`u:${n}`] });

/** What the test itself keeps of what was said. */
function forget(at: World): void {
  const driver = at.server.driver as World['driver'];
  for (const link of driver.links) {
    link.raw.length = 0;
    link.abouts.length = 0;
  }
  driver.links.splice(0, driver.links.length, ...driver.links.filter(({ hasEnded }) => !hasEnded));
  driver.signals.length = 0;
  at.notes.all.length = 0;
}

async function used(): Promise<number> {
  for (let n = 0; n < 5; n++) {
    await turn();
    collect();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function repeat(at: World, times: number, once: (n: number) => Promise<void>): Promise<void> {
  for (let n = 0; n < times; n++) {
    await once(n);
    if (n % 100 === 99) forget(at);
  }
  const { statelessIdleMs, parkMs } = at.gateway.context.settings;
  for (const ms of [parkMs, statelessIdleMs, statelessIdleMs]) {
    at.runtime.advance(ms);
    await turn();
  }
  forget(at);
}

test.each<[string, () => World, (at: World, n: number) => Promise<void>]>([
  [
    'are asked and do not come back',
    seatWorld,
    async (at, n) => {
      await asks(at, { as: `p${n % 40}`, can: FORM });
      const link = at.driver.links.at(-1);
      link?.asks('q', 'elicitation/create', { message: 'Who?' });
      at.runtime.advance(at.gateway.context.settings.gatherMs);
    },
  ],
  [
    'call and go away',
    seatWorld,
    async (at, n) => {
      const { call } = new Caller(at, { can: n % 2 === 0 ? FORM : {} });
      if (n % 3 > 0) await turn();
      call.cancel('gone');
    },
  ],
  [
    'can do something else each time',
    seatWorld,
    async (at, n) => {
      const { call } = await asks(at, { can: { experimental: { [`x${n}`]: {} } } });
      call.cancel('gone');
    },
  ],
  [
    'listen at a legacy server for a moment',
    seatWorld,
    async (at, n) => {
      at.driver.answersCalls = true;
      const asking = { method: 'subscriptions/listen', params: { notifications: RESOURCE(n) } };
      const { call } = await asks(at, asking);
      call.cancel('gone');
    },
  ],
  [
    'listen at a modern server for a moment',
    agreeing,
    async (at, n) => {
      const { call } = await listen(at, RESOURCE(n));
      call.cancel('gone');
    },
  ],
])('[BRKM-CYCLES] of clients that %s nothing is left', async (_what, make, once) => {
  const at = make();
  await repeat(at, WARM, (n) => once(at, n));
  const before = await used();
  await repeat(at, CYCLES, (n) => once(at, n));
  expect((await used()) - before).toBeLessThan(MOST_BYTES);
  const { desk, seats } = at.gateway;
  expect([desk.inFlight, seats.parking.size, (at.server.driver as World['driver']).alive]).toEqual([0, 0, 0]);
});
