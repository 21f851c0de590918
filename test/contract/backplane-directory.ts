/** Which nodes there are, and who owns which session. */
import { describe, expect, it } from 'vitest';
import type { SessionRecord } from '../../src/engine/ports-backplane.ts';
import { bytesOf, listening, textOf, type WithPlace } from './backplane-place.ts';

const LONG = 60_000;

export function backplaneDirectoryContract(withPlace: WithPlace): void {
  describe('a directory', () => {
    it(
      'shows the other nodes, and tells when one leaves',
      withPlace(async ({ node, until }) => {
        const [one, other] = [await node(), await node()];
        const here = listening(one);
        await until(() => one.directory.peers.has(other.node) && other.directory.peers.has(one.node));
        expect(one.directory.peers.get(other.node)?.url).toBe(`http://${other.node}/`);
        expect(await one.directory.stateOf(other.node)).toBe('alive');
        await other.directory.leave();
        expect(await one.directory.stateOf(other.node)).toBe('gone');
        await until(() => here.gone.length === 1);
        expect(here.gone).toEqual([other.node]);
        expect(one.directory.peers.size).toBe(0);
      }),
    );

    it(
      '[BACKPLANE-LEASE] takes nobody for gone while the lease is good, and counts a term when it lapsed',
      withPlace(async ({ node, until, pause, resume, pass, now, leaseMs }) => {
        const [one, other] = [await node(), await node()];
        const here = listening(one);
        await until(() => one.directory.peers.has(other.node));
        await pass(leaseMs * 1.2);
        const state = await one.directory.stateOf(other.node);
        // On a machine that stood still for so long it may have lapsed.
        expect(state === 'alive' || now() >= other.directory.heldUntil).toBe(true);
        pause(other);
        await until(async () => (await one.directory.stateOf(other.node)) === 'gone');
        const { heldUntil, term } = other.directory;
        expect(heldUntil).toBeLessThanOrEqual(now());
        await until(() => here.gone.length === 1);
        resume(other);
        await until(() => other.directory.term > term);
        expect(other.directory.heldUntil).toBeGreaterThan(heldUntil);
        expect(await one.directory.stateOf(other.node)).toBe('alive');
      }, 'short'),
    );

    it(
      '[BACKPLANE-UNSURE] is not sure of a node as long as it has not seen what is shared for a lease',
      withPlace(async ({ node, until }) => {
        const one = await node();
        expect(await one.directory.stateOf('never')).toBe('unsure');
        await until(async () => (await one.directory.stateOf('never')) === 'gone');
      }, 'short'),
    );

    it(
      'keeps, finds and forgets records; only the owner of a generation does so',
      withPlace(async ({ node, until }) => {
        const [one, other] = [await node(), await node()];
        const there = listening(other);
        const record = recordOf('s', one.node, 2);
        one.directory.keep(record, LONG);
        await until(async () => (await other.directory.find('s')) !== undefined);
        const found = await other.directory.find('s');
        expect(found).toMatchObject({ session: 's', owner: one.node, generation: 2 });
        expect(textOf(found?.facts)).toBe('facts of s');
        other.directory.keep(recordOf('s', other.node, 1), LONG);
        other.directory.touch('s', LONG);
        await until(() => there.claimed.length === 2);
        other.directory.forget('s', 2);
        one.directory.forget('s', 1);
        one.directory.touch('s', LONG);
        expect(await one.directory.find('s')).toMatchObject({ owner: one.node });
        one.directory.forget('s', 2);
        await until(async () => (await other.directory.find('s')) === undefined);
      }),
    );

    it(
      '[BACKPLANE-CLAIM] lets one of several claimers win, and tells the one that had it',
      withPlace(async ({ node, until }) => {
        const [one, other, third] = [await node(), await node(), await node()];
        const here = listening(one);
        for (let round = 0; round < 100; round++) {
          const record = recordOf(`s${round}`, one.node, 1);
          one.directory.keep(record, LONG);
        }
        await until(async () => (await other.directory.find('s99')) !== undefined);
        const won = await Promise.all(
          Array.from({ length: 100 }, async (_, round) => {
            const record = recordOf(`s${round}`, one.node, 1);
            const claims = [other, third].map(({ directory }) => directory.claim(record, LONG));
            return (await Promise.all(claims)).filter((claim) => claim !== undefined);
          }),
        );
        expect(won.map(({ length }) => length)).toEqual(Array.from({ length: 100 }, () => 1));
        expect(won[0]?.[0]?.generation).toBe(2);
        expect(textOf(won[0]?.[0]?.facts)).toBe('facts of s0');
        one.directory.keep(recordOf('s0', one.node, 1), LONG);
        one.directory.touch('s1', LONG);
        await until(() => here.claimed.length === 2);
        expect([...here.claimed].sort()).toEqual(['s0', 's1']);
        expect(await one.directory.claim(recordOf('s0', one.node, 1), LONG)).toBeUndefined();
        // What one writes while one claims anew is no sign of another.
        const own = recordOf('own', one.node, 1);
        one.directory.keep(own, LONG);
        await until(async () => (await one.directory.find('own')) !== undefined);
        const claiming = one.directory.claim(own, LONG);
        one.directory.keep({ ...own, facts: bytesOf('newer') }, LONG);
        expect((await claiming)?.generation).toBe(2);
        await until(async () => textOf((await one.directory.find('own'))?.facts) === 'newer');
        expect((await one.directory.find('own'))?.generation).toBe(2);
        expect(here.claimed.length).toBe(2);
        expect(await one.directory.claim(recordOf('none', one.node, 1), LONG)).toBeUndefined();
      }),
    );

    it(
      'lets records and values run out',
      withPlace(async ({ node, until }) => {
        const one = await node();
        one.directory.keep(recordOf('s', one.node, 1), 150);
        await one.directory.put('v', bytesOf('1'), 150);
        await until(async () => (await one.directory.find('s')) === undefined);
        await until(async () => (await one.directory.get('v')) === undefined);
      }),
    );

    it(
      'keeps small things: agreed by all, put once, taken once',
      withPlace(async ({ node }) => {
        const [one, other] = [await node(), await node()];
        const agreed = await Promise.all([
          one.directory.agree('name', 'one'),
          other.directory.agree('name', 'other'),
        ]);
        expect(new Set(agreed).size).toBe(1);
        expect(await one.directory.put('v', Uint8Array.from([0, 255, 10]), LONG)).toBe(true);
        expect(await other.directory.put('v', bytesOf('2'), LONG)).toBe(false);
        expect([...((await other.directory.get('v')) ?? [])]).toEqual([0, 255, 10]);
        await other.directory.set('v', bytesOf('3'), LONG);
        const taken = await Promise.all([one.directory.take('v'), other.directory.take('v')]);
        expect(taken.map(textOf).filter((text) => text !== undefined)).toEqual(['3']);
        expect(await one.directory.get('v')).toBeUndefined();
      }),
    );
  });
}

function recordOf(session: string, owner: string, generation: number): SessionRecord {
  return { session, owner, generation, facts: bytesOf(`facts of ${session}`) };
}
