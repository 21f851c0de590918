/** Keys that the configuration knows by their hash alone; and a host that hides behind another. */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { fixtureInprocess, startTestGateway } from '../support/gateway.ts';
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

it('[SEC-HOST] a foreign Host is not hidden by an absolute request line', async () => {
  const gateway = await startTestGateway({ servers: { fixture: fixtureInprocess() } });
  const head = 'GET http://localhost/healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n';
  expect(firstAnswer(await wire(gateway.port, head)).status).toBe(403);
  await gateway.close();
});
