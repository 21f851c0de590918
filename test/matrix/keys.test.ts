/** Keys that the configuration knows by their hash alone; and a host that hides behind another. */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { exposureFault } from '../../src/config/exposure.ts';
import { readConfig } from '../../src/config/read.ts';
import { startGateway } from '../../src/edges/node/start.ts';
import { fixtureInprocess, startTestGateway } from '../support/gateway.ts';
import { StreamableClient } from '../support/raw-clients.ts';
import { firstAnswer, send, wire } from '../support/raw.ts';

it('[SEC-KEY-HASH] a key may be known by its hash, which is no key itself', async () => {
  const key = 'a-key-of-the-test-0123';
  const hash = createHash('sha256').update(key).digest('hex');
  for (const configured of [`sha256:${hash}`, `sha256:${hash.toUpperCase()}`]) {
    const gateway = await startTestGateway({
      servers: { fixture: fixtureInprocess() },
      apiKeys: [{ name: 'hashed', key: configured }],
    });
    const status = async (shown: string) =>
      (await send(gateway.mcp(), { headers: { 'x-api-key': shown } })).status;
    expect(await Promise.all([key, hash, configured, `sha256:${key}`].map(status))).toEqual([
      200, 401, 401, 401,
    ]);
    await gateway.close();
  }
});

it('[KEY-ENVIRONMENT] API_KEYS has a key for each principal; API_KEY_REQUIRED asks for one or not', async () => {
  const text = '{ "port": 0, "mcpServers": { "aare": { "builtin": "aare" } } }';
  const start = async (env: Record<string, string>) => {
    const config = readConfig(text, { file: 'sluice.json', env });
    return startGateway(config, { logger: { warn: () => undefined }, observer: {} });
  };
  const two = { API_KEYS: 'the-first-key,the-second-key' };
  const keyed = await start(two);
  try {
    const url = `${keyed.url}/mcp`;
    const shown = (key: string) => ({ headers: { 'x-api-key': key } });
    const client = await StreamableClient.start(url, '2025-11-25', { 'x-api-key': 'the-first-key' });
    const ping = { jsonrpc: '2.0', id: 1, method: 'ping' } as const;
    const keys = ['the-first-key', 'the-second-key', 'the-third-key', 'the-first-key,the-second-key'];
    const statuses = keys.map(async (key) => (await client.post(ping, shown(key))).status);
    expect(await Promise.all(statuses)).toEqual([200, 404, 401, 401]);
    expect((await send(url, shown('the-second-key'))).status).toBe(200);
    expect((await send(url)).status).toBe(401);
  } finally {
    await keyed.stop();
  }
  const open = await start({ ...two, API_KEY_REQUIRED: 'false' });
  expect((await send(`${open.url}/mcp`)).status).toBe(200);
  await open.stop();
  const fault = (env: Record<string, string>) =>
    exposureFault(readConfig(text, { file: 'sluice.json', env }));
  expect(fault({ API_KEY_REQUIRED: 'true' })).toContain('A key is required, but there is none');
  expect(fault({ ...two, API_KEY_REQUIRED: 'false', HOST: '0.0.0.0' })).toContain('cannot be optional');
});

it('[SEC-HOST] a foreign Host is not hidden by an absolute request line', async () => {
  const gateway = await startTestGateway({ servers: { fixture: fixtureInprocess() } });
  const head = 'GET http://localhost/healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n';
  // Two names for one host: refused before either is judged.
  expect(firstAnswer(await wire(gateway.port, head)).status).toBe(400);
  await gateway.close();
});
