/** Messages from node to node. */
import { describe, expect, it } from 'vitest';
import type { Backplane } from '../../src/engine/ports-backplane.ts';
import { bytesOf, listening, type Place, type WithPlace } from './backplane-place.ts';

/** @param mayStall whether the way to a node can be stalled */
export function backplaneBusContract(withPlace: WithPlace, mayStall: boolean): void {
  describe('a bus', () => {
    it(
      '[BACKPLANE-BUS] carries messages in order and once, both ways, whatever bytes they are',
      withPlace(async (place) => {
        const { until } = place;
        const [one, other] = await two(place);
        const [here, there] = [listening(one), listening(other)];
        for (let number = 0; number < 300; number++) {
          expect(one.bus.send(other.node, bytesOf(`to ${number}`))).toBe(true);
          if (number % 3 === 0) expect(other.bus.send(one.node, bytesOf(`fro ${number / 3}`))).toBe(true);
          if (number % 50 === 0) await Promise.resolve();
        }
        await until(() => there.letters.length === 300 && here.letters.length === 100);
        expect(there.letters).toEqual(numbered(300, 'to', one.node));
        expect(here.letters).toEqual(numbered(100, 'fro', other.node));
        expect([here.broken, there.broken]).toEqual([[], []]);
      }),
    );

    it(
      'does not care that a sender uses its buffer again, and carries large messages',
      withPlace(async (place) => {
        const { until } = place;
        const [one, other] = await two(place);
        const there = listening(other);
        const buffer = bytesOf('a'.repeat(1_000_000));
        one.bus.send(other.node, buffer);
        buffer.fill(98);
        one.bus.send(other.node, buffer.subarray(0, 3));
        await until(() => there.letters.length === 2);
        expect(there.letters[0]?.text).toBe('a'.repeat(1_000_000));
        expect(there.letters[1]?.text).toBe('bbb');
      }),
    );

    it(
      'sends nothing to a node that was never there',
      withPlace(async ({ node }) => {
        const one = await node();
        listening(one);
        expect(one.bus.send('nobody', bytesOf('a'))).toBe(false);
      }),
    );

    it(
      'tells everybody what is announced',
      withPlace(async ({ node, until }) => {
        const nodes = [await node(), await node(), await node()];
        const told = nodes.map(listening);
        await until(() => nodes.every(({ directory }) => directory.peers.size === 2));
        nodes[1]?.bus.announce('topic', 'text');
        await until(() => told.every(({ announced }) => announced.length === 1));
        expect(told[0]?.announced).toEqual([`${nodes[1]?.node} topic text`]);
      }),
    );
  });

  if (!mayStall) return;
  describe('a bus to a node that takes nothing', () => {
    it(
      '[BACKPLANE-BUS-BOUND] takes no more for a node that takes nothing than it may keep, and all again afterwards',
      withPlace(async (place) => {
        const { until, stall } = place;
        const [one, other] = await two(place);
        const there = listening(other);
        one.bus.send(other.node, bytesOf('first'));
        await until(() => there.letters.length === 1);
        const goOn = stall(other);
        const piece = new Uint8Array(1024 * 1024);
        let sent = 0;
        while (sent < 64 && one.bus.send(other.node, piece)) sent++;
        expect(sent).toBeGreaterThan(3);
        expect(sent).toBeLessThan(20);
        goOn();
        await until(() => there.letters.length === sent + 1 || there.broken.length > 0);
        await until(() => one.bus.send(other.node, piece));
      }),
    );
  });
}

/** Two that know each other. */
async function two({ node, until }: Place): Promise<[Backplane, Backplane]> {
  const [one, other] = [await node(), await node()];
  await until(() => one.directory.peers.has(other.node) && other.directory.peers.has(one.node));
  return [one, other];
}

function numbered(count: number, word: string, from: string): { from: string; text: string }[] {
  return Array.from({ length: count }, (_, number) => ({ from, text: `${word} ${number}` }));
}
