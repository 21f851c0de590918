/** Sessions that are open, counted by what is told of them. */
import { expect, it } from 'vitest';
import { moreOpen } from '../../../src/console/app/sessions/more-open.ts';
import type { SessionView } from '../../../src/edges/admin/contract/session.ts';

const session = (id: string, closedAt?: number) =>
  ({ id, ...(closedAt === undefined ? {} : { closedAt }) }) as SessionView;
const told = (id: string, isNew: boolean, closedAt?: number) =>
  new Map([[id, { session: session(id, closedAt), isNew }]]);

it('[EARLY-COUNT] counts what is new, and not what is listed already', () => {
  expect(moreOpen([], told('a', true))).toBe(1);
  expect(moreOpen([session('a')], told('a', true))).toBe(0);
  expect(moreOpen([session('a')], told('a', false))).toBe(0);
});

it('[EARLY-COUNT] counts down once what ended, listed or not', () => {
  expect(moreOpen([session('a')], told('a', false, 9))).toBe(-1);
  expect(moreOpen([session('a', 9)], told('a', false, 9))).toBe(0);
  // Of more than are listed.
  expect(moreOpen([], told('a', false, 9))).toBe(-1);
  expect(moreOpen([], told('a', true, 9))).toBe(0);
  expect(moreOpen([], told('a', false))).toBe(0);
});
