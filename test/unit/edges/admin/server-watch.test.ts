import { expect, it } from 'vitest';
import type { ServerView } from '../../../../src/edges/admin/contract/server.ts';
import { ServerWatch } from '../../../../src/edges/admin/server-watch.ts';

const views = (...names: string[]) => names.map((name) => ({ name, calls: 0 }) as ServerView);

it('[TORN-SERVERS] names those that changed, came or went, at most fifty that are there in a second', () => {
  let all = views('a', 'b');
  const watch = new ServerWatch({ all: () => all });
  expect(watch.changed()).toEqual(['a', 'b']);
  expect(watch.changed()).toEqual([]);
  all = [{ ...(all[0] as ServerView), state: 'disabled' }, ...views('c')];
  expect(watch.changed()).toEqual(['b', 'a', 'c']);
  expect(watch.changed()).toEqual([]);

  all = views(...Array.from({ length: 120 }, (_, at) => `s${at}`));
  expect(watch.changed()).toHaveLength(2 + 50);
  expect([watch.changed().length, watch.changed().length, watch.changed().length]).toEqual([50, 20, 0]);
});
