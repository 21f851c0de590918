/** Real clients × real servers × everything the legacy revisions have. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { agreed, allCells, type Cell, cellsOf } from './cells.ts';
import { CLIENTS, type MatrixClient } from './clients.ts';
import { featureOf, NO_COMPLAINT } from './features.ts';
import { cellsOfKind, gaps, KIND_ROWS } from './kinds.ts';
import { Peer } from './peer.ts';
import { type MatrixServer, SERVERS } from './servers.ts';
import { ROOT } from './servers/cell.ts';
import { table } from './table.ts';

/** Where one client cannot connect, the others should not have to wait for it. */
const CONNECT_MS = 15_000;

let gateway: TestGateway;
const passed = new Set<string>();

beforeAll(async () => {
  const servers = Object.fromEntries(SERVERS.map(({ name, entry }) => [name, entry()]));
  gateway = await startTestGateway({ servers });
});

afterAll(async () => {
  await gateway.close();
  process.stdout.write(`\n${table(allCells(), (cell) => passed.has(keyOf(cell)))}\n`);
});

for (const server of SERVERS) {
  for (const client of CLIENTS) pair(client, server);
}

describe('kinds of servers × dialects of clients', () => {
  it.each(KIND_ROWS)('[$id] $text', (row) => {
    const wanted = cellsOfKind(row).filter(({ run }) => run);
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.filter((cell) => !passed.has(keyOf(cell))).map(keyOf)).toEqual([]);
    expect(gaps(row)).toEqual([]);
  });
});

function pair(client: MatrixClient, server: MatrixServer): void {
  const cells = cellsOf(client, server).filter((cell) => cell.run);
  if (cells.length === 0) return;
  describe(`${client.name} over ${client.leg} × ${server.name}`, () => {
    let peer: Peer;

    beforeAll(async () => {
      peer = await connect(client, server);
    }, CONNECT_MS);

    for (const cell of cells) {
      const { id, text } = featureOf(cell.feature);
      it(`[${id}] ${text}`, async () => {
        await cell.run?.(peer, client, agreed(client, server));
        passed.add(keyOf(cell));
      });
    }

    it(`[${NO_COMPLAINT.id}] ${NO_COMPLAINT.text}`, async () => {
      await peer.close();
      expect(peer.errors.filter((error) => !isHarmless(error))).toEqual([]);
    });
  });
}

const ROUTES = { sse: 'sse', streamable: 'mcp', websocket: 'ws' } as const;

async function connect(client: MatrixClient, server: MatrixServer): Promise<Peer> {
  if ('na' in client.load) throw new Error(client.load.na);
  const make = await client.load();
  const url = gateway[ROUTES[client.leg]](server.name);
  const peer = await Peer.connect((ears) => make(url, ears));
  peer.answers.set('roots/list', () => ({ roots: [ROOT] }));
  return peer;
}

/** Progress in one chunk with its result comes too late for an SDK; closing aborts what it reads. */
function isHarmless(error: Error): boolean {
  return /progress notification for an unknown token|abort/i.test(`${error.name} ${error.message}`);
}

function keyOf({ client, server, feature }: Cell): string {
  return [client.name, client.leg, server.name, feature].join('\n');
}
