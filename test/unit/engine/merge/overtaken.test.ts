/** Lists that change while they are being fetched. */
import { expect, it } from 'vitest';
import { greeted, mergedWorld, namesIn, turn } from './support.ts';

it('[OVERTAKEN-LIST] who asks after a change was announced is not given what was asked for before it', async () => {
  const at = mergedWorld({ a: { tools: ['old'] }, b: { tools: ['b'] } });
  const client = await greeted(at);
  const { a } = at.servers;
  a.isSlow = true;
  const first = client.send('tools/list');
  await turn();
  a.has = { tools: ['new'] };
  a.link.notifies('notifications/tools/list_changed');
  const second = client.send('tools/list');
  a.wake();
  await turn();
  expect(namesIn(client.answer(second))).toContain('new');
  expect(namesIn(client.answer(first))).toBeDefined();
  expect(a.asked('tools/list')).toHaveLength(2);
});

it('[OVERTAKEN-STORM] a server that calls its list changed whenever it is asked is not asked without end', async () => {
  const at = mergedWorld({ a: { tools: ['old'] }, b: { tools: ['b'] } });
  const { a } = at.servers;
  const { script } = a;
  a.script = (wire, link) => {
    if (wire.method === 'tools/list') link.notifies('notifications/tools/list_changed');
    return script?.(wire, link);
  };
  const client = await greeted(at);
  expect(await client.names()).toEqual(['old', 'b']);
  for (let n = 0; n < 20; n++) {
    at.runtime.advance(1_000);
    await turn();
  }
  expect(a.asked('tools/list').length).toBeLessThan(4);
});
