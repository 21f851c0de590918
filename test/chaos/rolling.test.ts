/** Every node ends and is started anew, one after the other, as a deploy does it. */
import { describe, expect, it } from 'vitest';
import { form, MOST_MS, tell } from './form.ts';
import { chaos, until } from './world.ts';

/** The balancer asks four times a second: real ones take seconds, and are to be given them. */
const DRAIN_DELAY = '600ms';
const NODES = form(2, 3);
const ROUNDS = form(1, 3);

describe('a rolling restart', () => {
  it(
    '[CHAOS-ROLLING] fails no call: what is in flight is answered, and clients come back elsewhere',
    async () => {
      const exits: unknown[] = [];
      const options = {
        nodes: NODES,
        clients: form(10, 60),
        config: { timeouts: { drainDelay: DRAIN_DELAY } },
      };
      const ledger = await chaos(options, async ({ cluster, workers, ledger }) => {
        await until('everybody to be answered', () => workers.every(({ done }) => done > 0));
        for (let round = 0; round < ROUNDS; round++)
          for (const [index, node] of cluster.nodes.entries()) {
            const { ended } = node;
            await cluster.restart(index);
            exits.push(await ended);
            const before = ledger.count('answer');
            await until('more answers', () => ledger.count('answer') > before + workers.length);
          }
      });
      tell('rolling', ledger);
      expect(ledger.wrong).toEqual([]);
      expect(ledger.tally).toEqual({ answer: ledger.asked });
      expect(new Set(exits)).toEqual(new Set([0]));
    },
    MOST_MS,
  );
});
