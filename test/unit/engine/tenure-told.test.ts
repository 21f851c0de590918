/** Whoever goes by the tenure of a node is told how it turned, however late that was found. */
import { expect, it } from 'vitest';
import { type PeerView, Tenure, type TenureState } from '../../../src/engine/cluster/tenure.ts';
import type { Directory, Peer } from '../../../src/engine/ports-backplane.ts';
import { FakeRuntime, turn } from './support.ts';

/** A node whose lease is good for a while, and what it tells of itself once what is shared is away. */
function watched(heldMs: number, askPeer?: () => Promise<PeerView>) {
  const runtime = new FakeRuntime();
  const told: TenureState[] = [];
  const peers = new Map<string, Peer>([['other', { node: 'other', url: 'http://10.0.0.2:8808' }]]);
  const directory = { isReached: false, heldUntil: runtime.now() + heldMs, peers } as unknown as Directory;
  const tenure = new Tenure(directory, runtime, askPeer, (state) => told.push(state));
  tenure.away();
  return { runtime, told, tenure };
}

it('[DEAF-TOLD-ALONE] an answer that was too old when it came counts for nothing: the next one is told', async () => {
  const answers: ((view: PeerView) => void)[] = [];
  const { runtime, told, tenure } = watched(0, () => new Promise((resolve) => answers.push(resolve)));
  runtime.advance(0);
  // As where its process stood still.
  runtime.advance(3_500);
  answers.shift()?.('away');
  await turn();
  expect([told, tenure.state]).toEqual([[], 'unsure']);
  runtime.advance(1_000);
  answers.shift()?.('away');
  await turn();
  expect([told, tenure.state]).toEqual([['alone'], 'alone']);
  tenure.close();
  expect(runtime.timers).toBe(0);
});

it('[DEAF-TOLD-CUT] nobody is asked before the lease is over, by a timer that fires early, either', async () => {
  // Longer than a timer waits.
  const { runtime, told, tenure } = watched(90_000);
  runtime.advance(89_999);
  await turn();
  expect([told, tenure.state]).toEqual([[], 'held']);
  runtime.advance(1);
  await turn();
  expect([told, tenure.state]).toEqual([['cut'], 'cut']);
  tenure.close();
});
