/** Nodes are killed (`kill -9`) under clients of all kinds: one of them, or a random one every 10 s for two minutes. */
import { expect, it } from 'vitest';
import { form, MOST_MS, tell } from './form.ts';
import { chaos, pause, until } from './world.ts';

const KILLS = form(1, 12);
const EVERY_MS = form(2_000, 10_000);
const CLIENTS = form(20, 200);

it('[CHAOS-KILL] each call has one answer or one clear error, streams are whole, and nothing is carried out twice', {
  timeout: MOST_MS,
}, async () => {
  const ledger = await chaos({ clients: CLIENTS }, async ({ cluster, workers }) => {
    await until('every client to have called', () => workers.every(({ done }) => done > 0), 60_000);
    for (let kill = 0; kill < KILLS; kill++) {
      const index = Math.floor(Math.random() * cluster.nodes.length);
      await cluster.kill(index);
      await pause(EVERY_MS / 2);
      await cluster.start(index);
      await pause(EVERY_MS / 2);
    }
    const before = workers.map(({ done }) => done);
    const isServed = (done: number, index: number) => done > (before[index] ?? 0) + 1;
    await until(
      'every client to be served again',
      () => workers.every(({ done }, index) => isServed(done, index)),
      60_000,
    );
  });
  tell(`${KILLS} nodes killed under ${CLIENTS} clients`, ledger);
  expect(ledger.wrong).toEqual([]);
  expect(ledger.count('answer')).toBeGreaterThan(CLIENTS * 2);
});
