/** Clients that find their way by trying connect to every kind of route on the first try. */
import { Client } from 'sdk-1.32/client/index.js';
import { SSEClientTransport } from 'sdk-1.32/client/sse.js';
import { StreamableHTTPClientTransport } from 'sdk-1.32/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIALECT_NAMES } from '../../src/dialects/table.ts';
import { startDialects } from '../scenarios/dialects/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { Peer } from './peer.ts';
import { V2Sdk } from './peer-v2.ts';
import { throughRemote, works } from './picks.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startDialects();
});

afterAll(async () => {
  await gateway.close();
});

/** Those that tell a standard client where to post. */
const WITH_ENDPOINT = DIALECT_NAMES.filter((name) => name !== 'clg' && name !== 'rails');
const LEGS = ['sse', 'mcp', 'mcp/sse'];

function urlOf(dialect: string, leg: string): string {
  return `${gateway.url}/servers/${dialect}/${leg}`;
}

describe('mcp-remote', () => {
  it.each(DIALECT_NAMES)('[PICK-MCP-REMOTE] http-first connects to a route of %s', async (dialect) => {
    for (const leg of ['sse', 'mcp']) {
      const log = await throughRemote(urlOf(dialect, leg), 'http-first');
      expect(log).toContain('StreamableHTTPClientTransport');
      expect(log).not.toMatch(/falling back|recursively/i);
    }
  });

  it.each(WITH_ENDPOINT)('[PICK-MCP-REMOTE] sse-first connects to a route of %s', async (dialect) => {
    const log = await throughRemote(urlOf(dialect, 'sse'), 'sse-first');
    expect(log).toContain('SSEClientTransport');
    expect(log).not.toMatch(/falling back|recursively/i);
  });
});

describe('a client that POSTs first', () => {
  it.each(DIALECT_NAMES)('[PICK-POST-THEN-GET] has no need of the GET on a route of %s', async (dialect) => {
    for (const leg of LEGS) {
      const url = new URL(urlOf(dialect, leg));
      const client = new Client({ name: 'picks', version: '1' });
      let fellBack = false;
      try {
        await client.connect(new StreamableHTTPClientTransport(url));
      } catch {
        fellBack = true;
        await client.connect(new SSEClientTransport(url));
      }
      await works(client);
      expect(fellBack).toBe(false);
      await client.close();
    }
  });

  it.each(WITH_ENDPOINT)('[PICK-POST-THEN-GET] may GET all the same on a route of %s', async (dialect) => {
    for (const leg of LEGS) {
      const client = new Client({ name: 'picks', version: '1' });
      await client.connect(new SSEClientTransport(new URL(urlOf(dialect, leg))));
      await works(client);
      await client.close();
    }
  });
});

describe('a 2.x client in auto mode', () => {
  it.each(DIALECT_NAMES)('[PICK-AUTO] connects to a route of %s', async (dialect) => {
    for (const leg of LEGS) {
      for (const transport of ['streamable', 'sse'] as const) {
        if (transport === 'sse' && !WITH_ENDPOINT.some((name) => name === dialect)) continue;
        const options = { transport, mode: 'auto' } as const;
        const peer = await Peer.connect((ears) => new V2Sdk(options, urlOf(dialect, leg), {}, ears));
        // The modern era has no HTTP+SSE.
        expect(peer.discovered !== undefined).toBe(transport === 'streamable');
        if (transport === 'sse') expect(peer.hello['protocolVersion']).toBe('2025-11-25');
        expect(await peer.text('echo', { text: leg })).toBe(leg);
        await peer.close();
      }
    }
  });
});
