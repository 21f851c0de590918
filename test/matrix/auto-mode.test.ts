/** A client of the modern era finds its way back to the legacy one. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fixtureStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { Peer } from './peer.ts';
import { V2Sdk } from './peer-v2.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({ servers: { fixture: fixtureStdio() } });
});

afterAll(() => gateway.close());

it.each(['sse', 'streamable'] as const)(
  '[SSE-AUTO-MODE] client 2.4.0 asks for the modern era first and is served in the legacy one over %s',
  async (transport) => {
    const url = transport === 'sse' ? gateway.sse() : gateway.mcp();
    const peer = await Peer.connect((ears) => new V2Sdk({ transport, mode: 'auto' }, url, {}, ears));
    const refused = peer.messages.filter(({ error }) => error?.code === -32601);
    expect(refused.length).toBeLessThanOrEqual(1);
    expect(peer.hello['protocolVersion']).toBe('2025-11-25');
    expect(await peer.text('echo', { text: 'hi' })).toBe('hi');
    expect(await peer.json('whoami')).toMatchObject({
      client: { name: 'matrix' },
      protocolVersion: '2025-11-25',
    });
    await peer.close();
  },
);
