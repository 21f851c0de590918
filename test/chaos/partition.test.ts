/** Nodes are cut from Redis, not from their clients: some of them, and all. */
import { describe, expect, it } from 'vitest';
import { form, MOST_MS, tell } from './form.ts';
import type { Ledger } from './ledger.ts';
import { readyOf, sessionsAt } from './nodes.ts';
import { type Chaos, chaos, KINDS, pause, until } from './world.ts';

/** Longer than a lease (5 s), and than it takes to claim what was another's. */
const CUT_MS = form(7_500, 20_000);

describe('nodes that are cut from Redis', () => {
  it(
    '[CHAOS-PARTITION] one or two of them: nobody acts for a session beside another, and clients come back elsewhere',
    async () => {
      const ledger = await chaos({ clients: form(10, 60) }, async (at) => {
        const { cluster, workers } = at;
        await until('everybody to be answered', () => workers.every(({ done }) => done > 0));
        for (const cuts of form(
          [['silent', 'refuse'] as const],
          [['silent'] as const, ['refuse'] as const],
        )) {
          for (const [index, kind] of cuts.entries()) cluster.cut(index, kind);
          await pause(CUT_MS);
          for (const [index] of cuts.entries())
            expect(await readyOf(cluster.node(index))).toMatchObject({ http: 503, status: 'cut off' });
          // Through the others everybody is served.
          await everybodyServed(at);
          for (const [index] of cuts.entries()) cluster.mend(index);
          await healed(at);
        }
      });
      tell('partition', ledger);
      expect(ledger.wrong).toEqual([]);
      expect(ledger.count('answer')).toBeGreaterThan(ledger.asked / 2);
    },
    MOST_MS,
  );

  it(
    '[CHAOS-ALL-CUT] all of them: sessions go on at their own nodes, and what is mended first takes nothing from those',
    async () => {
      let own: Ledger | undefined;
      const ledger = await chaos({ clients: form(6, 40) }, async (at) => {
        const { cluster, workers } = at;
        const urls = Array.from({ length: form(8, 24) }, (_, i) => cluster.nodes[i % 3]?.url ?? '');
        own = at.join('own-', urls, KINDS);
        await until('everybody to be answered', () => workers.every(({ done }) => done > 0));
        for (const index of cluster.nodes.keys()) cluster.cut(index, index === 1 ? 'refuse' : 'silent');
        await pause(CUT_MS);
        expect(own.tally).toEqual({ answer: own.count('answer') });
        cluster.mend(2);
        // From now on two of them are cut off from what another has.
        await until('two to be cut off', async () => {
          const told = await Promise.all(cluster.nodes.map(readyOf));
          return told.filter(({ status }) => status === 'cut off').length === 2;
        });
        await pause(form(0, CUT_MS));
        cluster.mend(0);
        cluster.mend(1);
        await healed(at);
      });
      tell('all cut', ledger, { own: own?.tally });
      expect([...ledger.wrong, ...(own?.wrong ?? [])]).toEqual([]);
    },
    MOST_MS,
  );
});

async function everybodyServed({ workers, ledger }: Chaos): Promise<void> {
  const since = Date.now();
  await until('everybody to be served', () =>
    workers.every(({ name }) => ledger.wasAnswered(name, since) || name.startsWith('own-')),
  );
}

/** All nodes serve, each session is at one of them, and no call fails any more. */
async function healed(at: Chaos): Promise<void> {
  const { cluster, workers, ledger } = at;
  for (const node of cluster.nodes)
    await until('it to be ready', async () => (await readyOf(node)).status === 'ready');
  const since = Date.now();
  await until('a second in which all is well', () => ledger.wellSince(since) !== undefined);
  const most = workers.filter(({ hasSession }) => hasSession).length;
  await until('each session to be at one node', async () => (await sessionsAt(cluster.nodes)) <= most);
}
