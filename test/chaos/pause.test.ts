/** A node stands still (SIGSTOP) for longer than its lease, under load, and goes on (SIGCONT). */
import { describe, expect, it } from 'vitest';
import { form, MOST_MS, tell } from './form.ts';
import { placeOf, readyOf, sessionsAt } from './nodes.ts';
import { chaos, pause, until } from './world.ts';

/** At the least; a lease is 5 s, and what is shorter is no pause to anybody. */
const PAUSE_MS = form(0, 20_000);
const PAUSES = form(1, 3);

describe('a node that stands still', () => {
  it(
    '[CHAOS-PAUSE] acts for nothing that was claimed meanwhile: each call has one outcome, each event comes once',
    async () => {
      const ledger = await chaos({ clients: form(10, 60) }, async ({ cluster, workers }) => {
        await until('everybody to be answered', () => workers.every(({ done }) => done > 0));
        for (let count = 0; count < PAUSES; count++) {
          const index = Math.floor(Math.random() * cluster.nodes.length);
          const node = cluster.node(index);
          cluster.pause(index);
          await pause(PAUSE_MS);
          for (const other of cluster.nodes)
            if (other !== node)
              await until(
                'the others to know',
                async () => !(await placeOf(other)).others.includes(node.url),
              );
          cluster.resume(index);
          await until('it to be ready', async () => (await readyOf(node)).status === 'ready');
          const before = workers.map(({ done }) => done);
          await until('everybody to be answered again', () =>
            workers.every(({ done }, at) => done > (before[at] ?? 0) + 1),
          );
          const most = workers.filter(({ hasSession }) => hasSession).length;
          // What was claimed it has let go of, though nobody asked it.
          await until(
            'each session to be at one node',
            async () => (await sessionsAt(cluster.nodes)) <= most,
          );
        }
      });
      tell('pause', ledger);
      expect(ledger.wrong).toEqual([]);
      expect(ledger.count('answer')).toBeGreaterThan(ledger.asked / 2);
    },
    MOST_MS,
  );
});
