/** The fetch-style handler of the root entry, without a socket: a real client and everything the fixture has. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGateway, type FetchGateway, inprocess } from '../../src/index.ts';
import { createFixtureServer } from '../fixtures/server/server.ts';
import { cellsOf } from './cells.ts';
import { CLIENTS } from './clients.ts';
import { featureOf } from './features.ts';
import { Peer } from './peer.ts';
import { V2Sdk } from './peer-v2.ts';
import { SERVERS } from './servers.ts';
import { ROOT } from './servers/cell.ts';

let gateway: FetchGateway;

beforeAll(() => {
  const driver = inprocess({ name: 'fixture', create: () => createFixtureServer() });
  gateway = createGateway({ servers: { fixture: driver } });
});

afterAll(() => gateway.close());

const client = CLIENTS.findLast(({ name }) => name === 'client 2.4.0');
const server = SERVERS.find(({ name }) => name === 'fixture in process');
if (!client || !server) throw new Error('The matrix has no such client or server any more.');
const cells = cellsOf(client, server).filter(({ run }) => run);

describe.each(['sse', 'streamable'] as const)(
  '[LIBRARY-FETCH] %s, through the handler alone',
  (transport) => {
    let peer: Peer;

    beforeAll(async () => {
      const url = `http://localhost/${transport === 'sse' ? 'sse' : 'mcp'}`;
      const over = (input: string | URL | Request, init?: RequestInit) =>
        gateway.fetch(new Request(input, init));
      peer = await Peer.connect(
        (ears) => new V2Sdk({ transport, fetch: over as typeof fetch }, url, client.capabilities, ears),
      );
      peer.answers.set('roots/list', () => ({ roots: [ROOT] }));
    });

    it.each(cells.map(({ feature, run }) => ({ text: featureOf(feature).text, run })))(
      '$text',
      async ({ run }) => {
        await run?.(peer, client, client.version);
      },
    );

    it('ends in good order', async () => {
      await peer.close();
      expect(peer.errors.filter(({ message }) => !/unknown token|abort/i.test(message))).toEqual([]);
    });
  },
);
