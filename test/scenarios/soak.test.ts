/** The short forms of `npm run soak`: the real command in a process of its own, and a hundred in place of thousands. */
import { expect, it } from 'vitest';
import { churn } from '../soak/churn.ts';
import { type Figure, MIB } from '../soak/facts.ts';
import { idle } from '../soak/idle.ts';
import { slow } from '../soak/slow.ts';

function check(figures: readonly Figure[]): void {
  expect(figures.filter(({ isGood }) => !isGood).map(({ text }) => text)).toEqual([]);
}

it('[PRESSURE-IDLE] idle sessions cost little, and one more is served among them', async () => {
  check(await idle(100));
});

it('[PRESSURE-SLOW] readers that do not read: memory stays under its bound', async () => {
  check(await slow(20));
});

it('[PRESSURE-CHURN] sessions opened and ended in every way leave nothing behind', async () => {
  check(await churn(100, 100, 16 * MIB));
});
