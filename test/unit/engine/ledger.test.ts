/** Whose account it is, what its caps are, and what becomes of accounts that nobody needs. */
import { expect, it } from 'vitest';
import { Ledger, type AllHeldRules } from '../../../src/engine/ledger.ts';

const rules = (some: Partial<AllHeldRules> = {}): AllHeldRules => ({
  gateway: { all: { sessions: 10 }, perCaller: { sessions: 4 }, perAddress: {} },
  projects: new Map([['acme', { perCaller: { sessions: 3 } }]]),
  isShared: true,
  ...some,
});

it('[ACCOUNT-NEAREST] caps of a key come first, then those of its project, then those of the gateway', () => {
  const ledger = new Ledger(rules());
  const limitOf = (visitor: Parameters<Ledger['payersOf']>[0]) =>
    ledger.payersOf(visitor).excess('sessions', 100)?.limit;
  expect(limitOf({ principal: 'ann' })).toBe(4);
  expect(limitOf({ principal: 'acme/ann', project: 'acme' })).toBe(3);
  expect(limitOf({ principal: 'acme/ben', project: 'acme', caps: { sessions: 7 } })).toBe(7);
});

it('[ACCOUNT-FORGOTTEN] that hold nothing are forgotten when there are many, and what is held is not', () => {
  const ledger = new Ledger(rules({ gateway: { all: {}, perCaller: {}, perAddress: { calls: 1 } } }));
  const held = ledger.payersOf({ principal: 'holder', address: '10.0.0.1' });
  held.take('sessions');
  for (let n = 0; n < 10_000; n++)
    ledger.payersOf({ principal: `p${n}`, address: `10.1.${n >> 8}.${n & 255}` });
  expect([...ledger.all()].length).toBeLessThan(2_100);
  const again = ledger.payersOf({ principal: 'holder', address: '10.0.0.1' });
  expect(again.accounts.map((account) => account.of('sessions'))).toEqual([1, 1, 1]);
  held.giveBack('sessions');
  expect(again.accounts.map((account) => account.of('sessions'))).toEqual([0, 0, 0]);
});
