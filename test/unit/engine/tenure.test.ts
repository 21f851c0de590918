/** Whether a node may go on while what is shared is away, by what the others say. */
import { describe, expect, it } from 'vitest';
import { Tenure, type PeerView } from '../../../src/engine/cluster/tenure.ts';
import type { Directory, Peer } from '../../../src/engine/ports-backplane.ts';
import { FakeRuntime, turn } from './support.ts';

const OWN = 'http://127.0.0.1:8808';

/** A node at `OWN` whose lease is over, among others that are at these addresses. */
async function foundAmong(...urls: (string | undefined)[]) {
  const runtime = new FakeRuntime();
  const asked: string[] = [];
  const peers = new Map<string, Peer>(urls.map((url, index) => [`${index}`, { node: `${index}`, url }]));
  const directory = { isReached: false, heldUntil: 0, peers } as unknown as Directory;
  const askPeer = async (url: string): Promise<PeerView> => {
    asked.push(url);
    return 'away';
  };
  const tenure = new Tenure(directory, runtime, askPeer, () => {});
  tenure.url = OWN;
  tenure.away();
  runtime.advance(0);
  await turn();
  const { state } = tenure;
  tenure.close();
  // Nobody is asked any more, as by a process that is stopped.
  runtime.advance(3_000);
  return { state, asked, later: tenure.state };
}

describe('a node whose lease is over', () => {
  it('[FAILOVER-ALONE] goes on where all others miss what they share, too', async () => {
    const { state, asked } = await foundAmong('http://10.0.0.2:8808', 'http://10.0.0.3:8808');
    expect(state).toBe('alone');
    expect(asked).toHaveLength(2);
  });

  it('[FAILOVER-NOT-LONG] not for longer than their word is fresh', async () => {
    const { state, later } = await foundAmong('http://10.0.0.2:8808');
    expect([state, later]).toEqual(['alone', 'unsure']);
  });

  it('[FAILOVER-BUSY] asks once more where others say nothing, and is cut off when they go on so', async () => {
    const answers: ((view: PeerView) => void)[] = [];
    const runtime = new FakeRuntime();
    const peers = new Map<string, Peer>([['0', { node: '0', url: 'http://10.0.0.2:8808' }]]);
    const directory = { isReached: false, heldUntil: 0, peers } as unknown as Directory;
    const tenure = new Tenure(
      directory,
      runtime,
      () => new Promise((resolve) => answers.push(resolve)),
      () => {},
    );
    const hear = async (view: PeerView) => {
      // It takes longer than until the next turn.
      runtime.advance(1_100);
      answers.shift()?.(view);
      await turn();
      const { state } = tenure;
      runtime.advance(1_000);
      return state;
    };
    tenure.away();
    runtime.advance(0);
    expect(await hear('silent')).toBe('unsure');
    expect(await hear('away')).toBe('alone');
    for (let round = 0; round < 2; round++) expect(await hear('silent')).not.toBe('cut');
    expect(await hear('silent')).toBe('cut');
    expect(await hear('away')).toBe('alone');
    expect(await hear('reached')).toBe('cut');
    tenure.close();
  });

  it('[FAILOVER-FIRST-BACK] goes on while whoever reached it first may not claim anything yet', async () => {
    const runtime = new FakeRuntime();
    const peers = new Map<string, Peer>([['0', { node: '0', url: 'http://10.0.0.2:8808' }]]);
    const directory = { isReached: false, heldUntil: 0, peers } as unknown as Directory;
    let view: PeerView = 'away';
    const tenure = new Tenure(
      directory,
      runtime,
      async () => view,
      () => {},
    );
    const states: string[] = [];
    tenure.away();
    runtime.advance(0);
    await turn();
    view = 'reached';
    for (let second = 0; second < 4; second++) {
      states.push(tenure.state);
      runtime.advance(1_000);
      await turn();
    }
    expect(states).toEqual(['alone', 'alone', 'alone', 'cut']);
    tenure.close();
  });

  it('[SCALING-SAME-ADDRESS] asks nobody who tells its own address, where it would answer itself', async () => {
    const { state, asked } = await foundAmong('http://10.0.0.2:8808', OWN);
    expect(state).toBe('cut');
    expect(asked).toEqual(['http://10.0.0.2:8808']);
  });
});
