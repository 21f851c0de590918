/** What is known of a server that was lost, and may come back as another. */
import { expect, it } from 'vitest';
import { greeted, mergedWorld, turn } from './merge/support.ts';
import { call, readySession, world } from './support.ts';

const LOST = { code: 'session-lost', message: 'Forgotten.', isRecoverable: true };

it.each([
  ['a child that exited', undefined],
  ['a session that was forgotten', LOST],
])('[CAMEBACK-CACHE] after %s nothing kept is given again', async (_what, fault) => {
  const at = world({ server: { sharing: 'shared', cache: { listsMs: 60_000 } } });
  at.driver.answersCalls = true;
  const { session } = await readySession(at);
  for (let id = 0; id < 2; id++) session.receive(call(id, 'tools/list', {}));
  expect(at.driver.link.methods.filter((method) => method === 'tools/list')).toHaveLength(1);
  at.driver.link.end(fault);
  session.receive(call(3, 'tools/list', {}));
  await turn();
  expect(at.driver.links).toHaveLength(2);
  expect(at.driver.link.methods).toContain('tools/list');
});

it('[CAMEBACK-CACHE] the end of one session of many costs the others nothing', async () => {
  const at = world({ server: { cache: { listsMs: 60_000 } } });
  at.driver.answersCalls = true;
  const [one, other] = [await readySession(at), await readySession(at)];
  one.session.receive(call(1, 'tools/list', {}));
  one.session.close('gone');
  other.session.receive(call(1, 'tools/list', {}));
  expect(
    at.driver.links.flatMap(({ methods }) => methods).filter((name) => name === 'tools/list'),
  ).toHaveLength(1);
});

it('[CAMEBACK-MERGE] a merged server that was lost is asked again for its lists', async () => {
  const at = mergedWorld({ a: { tools: ['old'], server: { sharing: 'shared' } }, b: { tools: ['b'] } });
  const client = await greeted(at);
  expect(await client.names()).toEqual(['old', 'b']);
  at.servers.a.link.end();
  at.servers.a.has = { tools: ['new'] };
  expect(await client.names()).toEqual(['new', 'b']);
  expect(at.servers.b.asked('tools/list')).toHaveLength(1);
  const other = await greeted(at);
  expect(await other.names()).toEqual(['new', 'b']);
});
