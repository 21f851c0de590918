/** What is turned away after its caller is known is told with who it was. */
import { expect, it } from 'vitest';
import { fixtureInprocess, startTestGateway } from '../support/gateway.ts';
import { BOTH_TYPES, JSON_TYPE, request } from '../support/raw-clients.ts';
import { send } from '../support/raw.ts';

it('[AUDIT-FACTS] a caller over its rate, and one that contradicts itself, are told by name and address', async () => {
  const gateway = await startTestGateway({
    servers: { fixture: fixtureInprocess() },
    apiKeys: [{ name: 'ann', key: 'ann-has-a-long-key' }],
    callsPerMinute: 2,
  });
  const head = { ...JSON_TYPE, ...BOTH_TYPES, 'x-api-key': 'ann-has-a-long-key' };
  const modern = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' };
  const ask = async (headers: Record<string, string>) => {
    const body = JSON.stringify(request(1, 'tools/list'));
    const reply = await send(gateway.mcp(), { method: 'POST', headers: { ...head, ...headers }, body });
    await reply.text();
  };
  await ask(modern);
  for (let i = 0; i < 4; i++) await ask({});
  const who = {
    where: 'http',
    principal: expect.stringMatching(/^ann#/),
    address: '127.0.0.1',
    server: 'fixture',
  };
  expect(gateway.recorder.of('refused')).toContainEqual(
    expect.objectContaining({ ...who, code: 'bad_meta' }),
  );
  expect(gateway.recorder.of('refused')).toContainEqual(
    expect.objectContaining({ ...who, code: 'rate_limited' }),
  );
});
