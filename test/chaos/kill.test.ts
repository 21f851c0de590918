/**
 * Nodes are killed (`kill -9`) under clients of all kinds. Short here; `npm run chaos -- kill` kills a random one every 10 s for
 * two minutes under 200 clients.
 */
import { expect, it } from 'vitest';
import { chaos, pause, until } from './world.ts';

const IS_FULL = process.env['CHAOS'] === 'full';
const KILLS = IS_FULL ? 12 : 1;
const EVERY_MS = IS_FULL ? 10_000 : 2_000;
const CLIENTS = IS_FULL ? 200 : 30;

it('[CHAOS-KILL] each call has one answer or one clear error, streams are whole, and nothing is carried out twice', {
  timeout: 300_000,
}, async () => {
  const ledger = await chaos({ clients: CLIENTS }, async ({ cluster, workers }) => {
    await until('every client to have called', () => workers.every(({ done }) => done > 1), 60_000);
    for (let kill = 0; kill < KILLS; kill++) {
      const index = Math.floor(Math.random() * cluster.nodes.length);
      await cluster.kill(index);
      await pause(EVERY_MS / 2);
      await cluster.start(index);
      await pause(EVERY_MS / 2);
    }
    const before = workers.map(({ done }) => done);
    await until(
      'every client to be served again',
      () => workers.every(({ done }, index) => done > (before[index] ?? 0) + 2),
      60_000,
    );
  });
  process.stdout.write(
    `${KILLS} nodes killed under ${CLIENTS} clients: ${ledger.asked} calls, ${JSON.stringify(ledger.tally)}; ` +
      `${ledger.resumed} streams taken up again, ${ledger.lines} lines said on standing streams, ${ledger.lost} told of lost history\n`,
  );
  expect(ledger.wrong).toEqual([]);
  expect(ledger.count('answer')).toBeGreaterThan(CLIENTS * 4);
});
