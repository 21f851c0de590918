/** Real legacy clients in front of real servers that understand 2026-07-28 alone. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMcpHandler, fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { describe, expect, test } from 'vitest';
import { type Observer, streamable } from '../../src/node.ts';
import { webRequest, write } from '../fixtures/modern/web.ts';
import { ERA_PAIRS } from '../matrix/eras/cells.ts';
import { Theatre } from '../matrix/eras/play.ts';
import { CLIENTS } from '../matrix/clients.ts';
import { Peer } from '../matrix/peer.ts';
import { startTestGateway } from '../support/gateway.ts';

const NAMES = new Set(['sdk 1.0.4', 'sdk 1.32.2']);
const UPSTREAMS = new Set(['modern stdio', 'modern http']);

describe('legacy clients of modern servers', () => {
  test('[ASLEG-REAL] SDK 1.0.4 and 1.32.2 have all that their revisions have, over stdio and HTTP', async () => {
    const theatre = await Theatre.open();
    try {
      const pairs = ERA_PAIRS.filter(
        ({ client, upstream }) =>
          NAMES.has(client.name) && client.mode === 'legacy' && UPSTREAMS.has(upstream.name),
      );
      const outcomes = await theatre.play(pairs);
      const failed = [...outcomes].filter(([, error]) => error !== undefined);
      expect(failed.map(([cell, error]) => `${cell}: ${error?.message}`)).toEqual([]);
      expect(outcomes.size).toBeGreaterThan(80);
    } finally {
      await theatre.close();
    }
  }, 120_000);

  test('[ASLEG-REAL-HEADERS] call tools that check headers, with their list or without', async () => {
    const server = await checkingServer();
    const gateway = await startTestGateway({
      servers: { fixture: ({ observer }) => Promise.resolve({ driver: server.driver(observer) }) },
    });
    const client = CLIENTS.find(({ name, leg }) => name === 'sdk 1.32.2' && leg === 'streamable');
    if (!client || 'na' in client.load) throw new Error('There is no such client.');
    const make = await client.load();
    for (const lists of [false, true]) {
      const peer = await Peer.connect((ears) => make(gateway.mcp(), ears));
      if (lists) await peer.pages('tools/list');
      const args = { region: ' zürich', count: -7 };
      expect(await peer.json('checked', args)).toEqual(args);
      await peer.close();
    }
    await gateway.close();
    await server.close();
  });
});

/** A server whose SDK refuses calls without the headers that the schema of their tool wants. */
async function checkingServer() {
  const schema = {
    type: 'object',
    properties: {
      region: { type: 'string', 'x-mcp-header': 'Region' },
      count: { type: 'integer', 'x-mcp-header': 'Count' },
    },
    required: ['region', 'count'],
  };
  const inputSchema = fromJsonSchema(schema as never);
  const handler = createMcpHandler(
    () => {
      const server = new McpServer({ name: 'checking', version: '1' });
      server.registerTool('checked', { inputSchema }, (args) => ({
        content: [{ type: 'text', text: JSON.stringify(args) }],
      }));
      return server;
    },
    { legacy: 'reject' },
  );
  const listener = createServer((request, response) => {
    const served = webRequest(request, response).then((asked) => handler.fetch(asked));
    // A stream of changes is cut when its link ends.
    served.then((answer) => write(answer, response)).catch(() => response.destroy());
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/mcp`;
  return {
    driver: (observer: Observer) => streamable({ name: 'fixture', url, observer }),
    close: async () => {
      await handler.close();
      listener.closeAllConnections();
      listener.close();
    },
  };
}
