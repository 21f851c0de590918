/** Where sessions of other nodes are. */
import { expect, it } from 'vitest';
import { Claims } from '../../../src/engine/cluster/claims.ts';
import type { Directory, NodeState, SessionRecord } from '../../../src/engine/ports-backplane.ts';
import { FakeRuntime, turn } from './support.ts';

const ASKER = { principal: 'ann', mount: { name: 'all', key: undefined } } as never;

it('[INSIDE-NOT-YET] a session whose owner has not kept it again yet is waited for, not said to be nowhere', async () => {
  const runtime = new FakeRuntime();
  let state: NodeState = 'unsure';
  const records: SessionRecord[] = [];
  const peers = new Map<string, { node: string }>();
  const directory = { peers, find: async () => records[0], stateOf: async () => state };
  const claims = new Claims({
    node: 'here',
    directory: directory as unknown as Directory,
    runtime,
    adopt: async () => true,
    mayClaim: () => true,
    keptMs: 1,
  });
  const found = claims.find('s', 'owner', ASKER);
  await turn();
  runtime.advance(250);
  await turn();
  peers.set('owner', { node: 'owner' });
  runtime.advance(250);
  expect(await found).toEqual({ node: 'owner' });
  peers.clear();
  state = 'gone';
  expect(await claims.find('s', 'owner', ASKER)).toBe('nowhere');
});

it('[CARRY-BACK] one that a leaving node gave back, and of which there is no record, is nowhere', async () => {
  const peers = new Map([['owner', { node: 'owner' }]]);
  const directory = { peers, find: async () => undefined, stateOf: async () => 'alive' };
  const claims = new Claims({
    node: 'here',
    directory: directory as unknown as Directory,
    runtime: new FakeRuntime(),
    adopt: async () => true,
    mayClaim: () => true,
    keptMs: 1,
  });
  claims.leaving('owner');
  const asker = { principal: 'ann', mount: { name: 'all', key: undefined }, isGivenBack: true } as never;
  expect(await claims.find('s', 'owner', asker)).toBe('nowhere');
  expect(await claims.find('s', 'owner', ASKER)).toEqual({ node: 'owner' });
});
