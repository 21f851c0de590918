/** An event log as several nodes share it. */
import { describe, expect, it } from 'vitest';
import { HistoryLost, type Backplane } from '../../src/engine/ports-backplane.ts';
import { bytesOf, textOf, type WithPlace } from './backplane-place.ts';

export function backplaneLogContract(withPlace: WithPlace): void {
  describe('a shared event log', () => {
    it(
      '[BACKPLANE-ADOPT] tells who adopts a stream what it is for and how far it went, and goes on there',
      withPlace(async ({ node, until }) => {
        const [one, other] = [await node(), await node()];
        one.log.begin('s/1', bytesOf('about'), 1);
        say(one, 1, 1, 3);
        one.log.append('s/1', 4, bytesOf('four'), { generation: 1, answers: bytesOf('"a"') });
        await until(async () => (await published(other, 's/1')) === 4);
        const kept = await other.log.adopt('s/1', 2);
        expect(kept && { ...kept, about: textOf(kept.about) }).toEqual({
          about: 'about',
          published: 4,
          runs: [{ generation: 1, last: 4 }],
          answers: [{ offset: 4, id: expect.anything() }],
          isEnded: false,
        });
        expect(textOf(kept?.answers[0]?.id)).toBe('"a"');
        expect(await texts(other, 0)).toEqual(['1:1', '1:2', '1:3', 'four']);
        say(other, 2, 5, 6);
        await until(async () => (await published(await node(), 's/1')) === 6);
        expect(await texts(other, 2)).toEqual(['1:3', 'four', '2:5', '2:6']);
        other.log.end('s/1', 2);
        const third = await node();
        await until(async () => (await third.log.adopt('s/1', 3))?.isEnded === true);
        expect((await third.log.adopt('s/1', 3))?.runs).toEqual([
          { generation: 1, last: 4 },
          { generation: 2, last: 6 },
        ]);
      }),
    );

    it(
      '[BACKPLANE-FENCED] lets nothing in that an earlier owner appends after the adoption',
      withPlace(async ({ node, until }) => {
        const [one, other, third] = [await node(), await node(), await node()];
        one.log.begin('s/1', bytesOf(''), 1);
        say(one, 1, 1, 2);
        await until(async () => (await published(other, 's/1')) === 2);
        await other.log.adopt('s/1', 2);
        say(one, 1, 3, 5);
        one.log.end('s/1', 1);
        say(other, 2, 3, 3);
        await until(async () => (await published(third, 's/1')) === 3);
        one.log.drop('s/1');
        expect(await third.log.adopt('s/1', 3)).toMatchObject({ published: 3, isEnded: false });
        expect(await texts(third, 0)).toEqual(['1:1', '1:2', '2:3']);
      }),
    );

    it(
      'keeps nothing of what was dropped or never was, and says so',
      withPlace(async ({ node, until }) => {
        const [one, other] = [await node(), await node()];
        expect(await other.log.adopt('never', 2)).toBeUndefined();
        await expect(texts(other, 0)).rejects.toBeInstanceOf(HistoryLost);
        one.log.begin('s/1', bytesOf(''), 1);
        say(one, 1, 1, 2);
        await until(async () => (await published(other, 's/1')) === 2);
        one.log.drop('s/1');
        await until(async () => (await published(other, 's/1')) === undefined);
        expect(await other.log.adopt('s/1', 2)).toBeUndefined();
      }),
    );

    it(
      '[BACKPLANE-WHOLE] gives a long history whole, or says that it is lost',
      withPlace(async ({ node, until }) => {
        const [one, other] = [await node(), await node()];
        one.log.begin('s/1', bytesOf(''), 1);
        say(one, 1, 1, 900);
        await until(async () => (await published(other, 's/1')) === 900);
        expect((await texts(other, 100)).length).toBe(800);
        say(one, 1, 901, 1_600);
        await until(async () => (await published(other, 's/1')) === 1_600);
        await expect(texts(other, 0)).rejects.toBeInstanceOf(HistoryLost);
        expect((await texts(other, 1_500)).length).toBe(100);
        expect(await texts(other, 1_600)).toEqual([]);
      }),
    );
  });
}

function say(node: Backplane, generation: number, from: number, to: number): void {
  for (let offset = from; offset <= to; offset++)
    node.log.append('s/1', offset, bytesOf(`${generation}:${offset}`), { generation });
}

async function texts(node: Backplane, after: number): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = [];
  for await (const { data } of node.log.read('s/1', after)) found.push(textOf(data));
  return found;
}

/** The last offset that a node can read from what is shared. */
async function published(node: Backplane, stream: string): Promise<number | undefined> {
  let last: number | undefined;
  for (const after of [0, 800, 1_590]) {
    try {
      for await (const { offset } of node.log.read(stream, after)) last = offset;
    } catch (error) {
      if (!(error instanceof HistoryLost)) throw error;
    }
  }
  return last;
}
