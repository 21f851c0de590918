/** A client that asks for the modern era first: it gets it, and finds its way back to the legacy one where there is none. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fixtureStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { Peer } from './peer.ts';
import { V2Sdk } from './peer-v2.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({ servers: { fixture: fixtureStdio() } });
});

afterAll(() => gateway.close());

it('[SSE-AUTO-MODE] client 2.4.0 asks for the modern era first and is served in the legacy one over sse', async () => {
  const peer = await connect('sse');
  const refused = peer.messages.filter(({ error }) => error?.code === -32601);
  expect(refused.length).toBeLessThanOrEqual(1);
  expect(peer.discovered).toBe(undefined);
  expect(peer.hello['protocolVersion']).toBe('2025-11-25');
  expect(await peer.text('echo', { text: 'hi' })).toBe('hi');
  expect(await peer.json('whoami')).toMatchObject({
    client: { name: 'matrix' },
    protocolVersion: '2025-11-25',
  });
  await peer.close();
});

it('[SSE-AUTO-MODE] client 2.4.0 asks for the modern era first and gets it over streamable', async () => {
  const peer = await connect('streamable');
  expect(peer.discovered?.['supportedVersions']).toContain('2026-07-28');
  expect(await peer.text('echo', { text: 'hi' })).toBe('hi');
  // The server is a legacy one all the same.
  expect(await peer.json('whoami')).toMatchObject({ protocolVersion: '2025-11-25' });
  await peer.close();
});

function connect(transport: 'sse' | 'streamable'): Promise<Peer> {
  const url = transport === 'sse' ? gateway.sse() : gateway.mcp();
  return Peer.connect((ears) => new V2Sdk({ transport, mode: 'auto' }, url, {}, ears));
}
