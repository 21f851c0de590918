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

  it('[SCALING-SAME-ADDRESS] asks nobody who tells its own address, where it would answer itself', async () => {
    const { state, asked } = await foundAmong('http://10.0.0.2:8808', OWN);
    expect(state).toBe('cut');
    expect(asked).toEqual(['http://10.0.0.2:8808']);
  });
});
