/** Real clients × real servers × everything the legacy revisions have. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServerEntry, startTestGateway, type TestGateway } from '../support/gateway.ts';
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

/** One for all servers that are served alone, and one for each that is merged. */
const gateways = new Map<string, TestGateway>();
const passed = new Set<string>();

beforeAll(async () => {
  const alone: Record<string, ServerEntry> = {};
  for (const { name, entry } of SERVERS) {
    const servers = entry();
    if (typeof servers === 'function') alone[name] = servers;
    else gateways.set(name, await startTestGateway({ servers, merge: {} }));
  }
  const gateway = await startTestGateway({ servers: alone });
  for (const name of Object.keys(alone)) gateways.set(name, gateway);
});

afterAll(async () => {
  await Promise.all([...gateways.values()].map((gateway) => gateway.close()));
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
  const gateway = gateways.get(server.name);
  if (!gateway) throw new Error('No gateway serves it.');
  const isMerged = typeof server.entry() !== 'function';
  const url = gateway[ROUTES[client.leg]](isMerged ? undefined : server.name);
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
