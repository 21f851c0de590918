/** Clients that find their way by trying, on routes that lead to several servers, to projects, and over the network. */
import {
  Client as Client2,
  SSEClientTransport as Sse2,
  StreamableHTTPClientTransport as Streamable2,
} from '@modelcontextprotocol/client';
import { Client } from 'sdk-1.32/client/index.js';
import { SSEClientTransport } from 'sdk-1.32/client/sse.js';
import { StreamableHTTPClientTransport } from 'sdk-1.32/client/streamableHttp.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aare, fixtureInprocess, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { fixtureStreamable } from '../support/network-servers.ts';
import { throughRemote, works } from './picks.ts';

const KEY = 'key-of-acme';

let gateway: TestGateway;

beforeAll(async () => {
  const { driver } = await fixtureInprocess()({ name: 'own', observer: {} });
  gateway = await startTestGateway({
    servers: { far: fixtureStreamable(), aare: aare() },
    projects: { acme: { servers: { own: driver }, shared: ['aare'], apiKeys: [KEY] } },
  });
});

afterAll(() => gateway.close());

/** The way, and the headers it takes. */
const ROUTES: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['', {}],
  ['/servers/far', {}],
  ['/projects/acme', { authorization: `Bearer ${KEY}` }],
  ['/projects/acme/servers/own', { authorization: `Bearer ${KEY}` }],
];

it.each(ROUTES)('[PICK-ROUTES] mcp-remote connects at "%s"', async (prefix, headers) => {
  const more = Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}:${value}`]);
  for (const leg of ['sse', 'mcp']) {
    const log = await throughRemote(`${gateway.url}${prefix}/${leg}`, 'http-first', ...more);
    expect(log).toContain('StreamableHTTPClientTransport');
    expect(log).not.toMatch(/falling back|recursively/i);
  }
});

it.each(ROUTES)('[PICK-ROUTES] a client that POSTs, then GETs, connects at "%s"', async (prefix, headers) => {
  for (const leg of ['sse', 'mcp', 'mcp/sse']) {
    const url = new URL(`${gateway.url}${prefix}/${leg}`);
    for (const Transport of [StreamableHTTPClientTransport, SSEClientTransport]) {
      const client = new Client({ name: 'picks', version: '1' });
      await client.connect(new Transport(url, { requestInit: { headers } }));
      await works(client);
      await client.close();
    }
  }
});

it.each(ROUTES)('[PICK-ROUTES] a 2.x client in auto mode connects at "%s"', async (prefix, headers) => {
  for (const Transport of [Streamable2, Sse2]) {
    const info = { name: 'picks', version: '1' };
    const client = new Client2(info, { versionNegotiation: { mode: 'auto' } });
    await client.connect(new Transport(new URL(`${gateway.url}${prefix}/sse`), { requestInit: { headers } }));
    const answer = await client.callTool({ name: 'echo', arguments: { text: 'picked' } });
    expect(answer.content).toEqual([{ type: 'text', text: 'picked' }]);
    await client.close();
  }
});
