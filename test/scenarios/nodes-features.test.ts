/** Three real processes, a real Redis, and a balancer that takes turns: what clients see of one gateway, they see of these. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cellsOfPair, keyOf } from '../matrix/eras/cells.ts';
import { ERA_CLIENTS_FEW } from '../matrix/eras/clients.ts';
import { type Outcomes, Theatre } from '../matrix/eras/play.ts';
import { ERA_UPSTREAMS } from '../matrix/eras/upstreams.ts';
import { Cluster } from '../support/cluster.ts';
import { callTogether } from '../support/together.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));
/** A server of each era. */
const PROGRAMS = {
  'legacy stdio': ['server/stdio.ts'],
  'modern stdio': ['modern/stdio.ts', 'reject'],
} as const;

/** Names of configured servers are part of URLs. */
const slug = (name: string) => name.replace(' ', '-');

const pairs = ERA_CLIENTS_FEW.flatMap((client) =>
  ERA_UPSTREAMS.filter(({ name }) => name in PROGRAMS).map((upstream) => ({ client, upstream })),
);
const cells = pairs.flatMap(cellsOfPair).filter(({ na }) => na === '');

let cluster: Cluster;
let theatre: Theatre | undefined;
let outcomes: Outcomes = new Map();

beforeAll(async () => {
  theatre = await Theatre.at(async (env) => {
    const servers = Object.entries(PROGRAMS).map(([name, [file, ...args]]) => [
      slug(name),
      { command: process.execPath, args: [`${FIXTURES}/${file}`, ...args], env: env('shared') },
    ]);
    // One for all clients that call at the same time.
    const echo = { command: process.execPath, args: [`${FIXTURES}/server/echo-stdio.ts`], sharing: 'shared' };
    const mcpServers = { ...(Object.fromEntries(servers) as object), echo };
    cluster = await Cluster.start({ config: { mcpServers, default: 'echo' } });
    const place = {
      sse: (server = 'echo') => cluster.sse(slug(server)),
      mcp: (server = 'echo') => cluster.mcp(slug(server)),
      ws: (server = 'echo') => cluster.ws(slug(server)),
      close: () => cluster.stop(),
    };
    return { alone: place, merged: place };
  });
  outcomes = await theatre.play(pairs);
}, 120_000);

afterAll(async () => {
  await theatre?.close();
});

describe('three nodes that share Redis', () => {
  it.each([
    ['legacy', 'legacy'],
    ['legacy', 'modern'],
    ['modern', 'legacy'],
    ['modern', 'modern'],
  ])(
    '[NODES-FEATURES-CELLS] %s clients of every dialect have every feature of a %s server',
    (era, upstream) => {
      const wanted = cells.filter(
        (cell) => (cell.client.mode === 'legacy') === (era === 'legacy') && cell.upstream.era === upstream,
      );
      expect(wanted.length).toBeGreaterThan(0);
      const failures = wanted.filter((cell) => !outcomes.has(keyOf(cell)) || outcomes.get(keyOf(cell)));
      expect(
        failures.map((cell) => `${keyOf(cell)}: ${outcomes.get(keyOf(cell))?.message ?? 'not shown'}`),
        cluster.logs(),
      ).toEqual([]);
    },
  );

  it('[NODES-FEATURES-TURNS] all of them had requests', () => {
    expect([...cluster.balancer.given.values()].every((count) => count > 50)).toBe(true);
  });

  it('[NODES-FEATURES-TOGETHER] clients of every dialect of one route have their answers, in their own shapes', async () => {
    await callTogether(cluster, {}, { each: 2, calls: 60 });
  });
});
