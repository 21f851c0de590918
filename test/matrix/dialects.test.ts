/** Standard clients of three generations on routes of every dialect that tells them where to post. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDialects } from '../scenarios/dialects/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { CLIENTS, type MatrixClient } from './clients.ts';
import { Peer } from './peer.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startDialects({ settings: { heartbeatMs: 30 } });
});

afterAll(() => gateway.close());

const SDKS = CLIENTS.filter(
  ({ name, leg }) => leg === 'sse' && ['sdk 1.0.4', 'sdk 1.32.2', 'client 2.4.0'].includes(name),
);

async function connect(client: MatrixClient, url: string): Promise<Peer> {
  if (!('call' in client.load)) throw new Error(client.load.na);
  const make = await client.load();
  return Peer.connect((ears) => make(url, ears));
}

describe.each(['superset', 'http-sse', 'aareguru-json', 'orch-data', 'rare4n'])(
  'a route of %s',
  (dialect) => {
    it.each(SDKS)('[DIALECT-SDK] serves $name', async (client) => {
      const peer = await connect(client, gateway.sse(dialect));
      expect(peer.hello['protocolVersion']).toBe(client.version);
      expect((await peer.pages('tools/list')).length).toBeGreaterThan(0);
      const texts = await Promise.all(
        Array.from({ length: 20 }, (_, n) => peer.text('echo', { text: `t${n}` })),
      );
      expect(texts).toEqual(Array.from({ length: 20 }, (_, n) => `t${n}`));
      // An SDK's handler misses progress that comes in one chunk with the result; what came is counted.
      await peer.call('progress', { steps: 3 }, { onprogress: () => {} });
      expect(peer.messages.filter(({ method }) => method === 'notifications/progress')).toHaveLength(3);
      // Heartbeats and events of other dialects go by unheard; the greeting of rare4n is no message to an SDK.
      await peer.text('sleep', { ms: 100 });
      const complaints = peer.errors.filter(({ message }) => !message.includes('for an unknown token'));
      expect(complaints.map(({ message }) => /null|invalid_/.test(message))).toEqual(
        dialect === 'rare4n' ? [true] : [],
      );
      await peer.close();
    });
  },
);
