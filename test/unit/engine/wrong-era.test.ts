/** What an old client hears where an entry says of an old server that it is a modern one. */
import { expect, test } from 'vitest';
import { createGateway, type UpstreamDriver } from '../../../src/node.ts';
import { fixtureStreamable } from '../../support/network-servers.ts';
import { fixtureStdio } from '../../support/servers.ts';

const HELLO = {
  ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'old', version: '1' } },
};

/** What `initialize` is answered with. */
async function greeted(driver: UpstreamDriver): Promise<unknown> {
  const gateway = createGateway({ servers: { old: { driver, era: 'modern' } } });
  const answer = await gateway.fetch(
    new Request('http://127.0.0.1/servers/old/mcp', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify(HELLO),
    }),
  );
  const text = await answer.text();
  await gateway.close();
  return JSON.parse(text.slice(text.indexOf('{"'))) as unknown;
}

const TOLD = {
  error: {
    message: 'The server "old" does not speak 2026-07-28; if its entry says `"era": "modern"`, remove that.',
    data: { code: 'upstream_start_failed' },
  },
};

test.each([
  ['stdio', fixtureStdio()],
  ['Streamable HTTP', fixtureStreamable()],
])('[PLAINERA-WRONG] over %s', async (_name, server) => {
  const { driver } = await server({ name: 'old', observer: {} });
  expect(await greeted(driver)).toMatchObject(TOLD);
});
