/** What operators see, switched on while the gateway runs. */
import { expect, it } from 'vitest';
import { Live } from '../../../../src/edges/admin/live.ts';
import type { SessionView } from '../../../../src/edges/admin/contract/session.ts';
import { readySession, world } from '../../engine/support.ts';

const machine = { loopDelay: () => 1, memoryBytes: () => 1, cpuMs: () => 1 };

it('[SWITCHED-SESSIONS] shows sessions that were open before, and their end', async () => {
  const at = world();
  const live = new Live({ runtime: at.runtime, machine });
  Object.assign(at.gateway.context.observer, live.observer);
  live.attach({
    gateway: at.gateway,
    hello: () => ({ startedAt: 1, version: '1', node: 'n' }),
    url: () => 'http://127.0.0.1',
    hasSse: () => true,
    factsOf: () => ({ isKeyed: false }),
    clean: (text) => text,
  });
  const { session } = await readySession(at);
  live.change(true);
  const told: (SessionView | undefined)[] = [];
  live.sessions.onChange = (_change, _id, ended) => void told.push(ended);
  const [before] = live.sessions.list(at.gateway, { state: 'open' });
  session.close('deleted');
  const [after] = live.sessions.list(at.gateway, { state: 'closed' });
  const { id, client, principal, version } = before as SessionView;
  expect(after).toMatchObject({ id, client, principal, version, reason: 'deleted' });
  expect(told.at(-1)).toEqual(after);
  live.change(false);
});
