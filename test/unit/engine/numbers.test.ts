/** A server that mixes its clients up. */
import { expect, it } from 'vitest';
import { call, readySession, world } from './support.ts';

it('[ISOLATION-NUMBERS] what it says to all of them reaches nobody but the one who asked', async () => {
  const at = world();
  const ann = await readySession(at);
  const annLink = at.driver.link;
  const bob = await readySession(at);
  const bobLink = at.driver.link;
  const meta = { _meta: { progressToken: 'mine' } };
  ann.session.receive(call(1, 'tools/call', { name: 'a', ...meta }));
  bob.session.receive(call(1, 'tools/call', { name: 'b', ...meta }));
  const number = annLink.last.id;
  for (const link of [bobLink, annLink]) {
    link.notifies('notifications/progress', { progressToken: number, progress: 1 });
    link.answers(number, { for: 'ann' });
  }
  expect(ann.connection.messages.slice(-2).map(({ method, result }) => method ?? result)).toEqual([
    'notifications/progress',
    { for: 'ann' },
  ]);
  expect(bob.connection.text).not.toContain('ann');
  expect(bob.session.inFlight).toBe(1);
});
