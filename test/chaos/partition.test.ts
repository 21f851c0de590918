/** Nodes are cut from Redis, not from their clients: some of them, and all. */
import { describe, expect, it } from 'vitest';
import { form, MOST_MS, tell } from './form.ts';
import type { Ledger } from './ledger.ts';
import { placeOf, readyOf, sessionsAt } from './nodes.ts';
import { type Chaos, chaos, KINDS, pause, until } from './world.ts';

/** At the least; else until the lease is over (5 s), and the node knows what that means. */
const CUT_MS = form(0, 20_000);

describe.concurrent('nodes that are cut from Redis', () => {
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
            await until(
              'it to say so',
              async () => (await readyOf(cluster.node(index))).status === 'cut off',
            );
          expect((await readyOf(cluster.node(0))).http).toBe(503);
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
        own = at.join(OWN, urls, KINDS);
        await until('everybody to be answered', () => workers.every(({ done }) => done > 0));
        for (const index of cluster.nodes.keys()) cluster.cut(index, index === 1 ? 'refuse' : 'silent');
        await pause(CUT_MS);
        for (const node of cluster.nodes)
          await until('it to be alone', async () => (await placeOf(node)).state === 'alone');
        const since = Date.now();
        await until('own clients to be served', () =>
          workers.every(({ name }) => !isOwn(name) || own?.wasAnswered(name, since)),
        );
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

const OWN = 'own-';
const isOwn = (name: string) => name.startsWith(OWN);

async function everybodyServed({ workers, ledger }: Chaos): Promise<void> {
  const since = Date.now();
  const waiting = () => workers.filter(({ name }) => !ledger.wasAnswered(name, since));
  await until(
    () => {
      const names = waiting().map(
        ({ name, isConnected }) => `${name}${isConnected ? '' : ' (not connected)'}`,
      );
      return `everybody to be served: ${names.join(', ')}; ${ledger.troubleSince(since).slice(-8).join('; ')}`;
    },
    () => waiting().length === 0,
  );
}

/** All nodes serve, each session is at one of them, and no call fails any more. */
async function healed(at: Chaos): Promise<void> {
  const { cluster, workers, ledger } = at;
  for (const node of cluster.nodes)
    await until('it to be ready', async () => (await readyOf(node)).status === 'ready');
  const since = Date.now();
  await until(
    () => `a second in which all is well: ${ledger.troubleSince(since).slice(-8).join('; ')}`,
    () => ledger.wellSince(since) !== undefined,
  );
  const most = workers.filter(({ hasSession }) => hasSession).length;
  await until('each session to be at one node', async () => (await sessionsAt(cluster.nodes)) <= most);
}
