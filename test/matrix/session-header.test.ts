/** The answer to `initialize` names the session, however long the server takes to start. */
import { expect, it } from 'vitest';
import { fixtureInprocess, fixtureStdio, startTestGateway } from '../support/gateway.ts';
import { StreamableClient, toolCall, textOf } from '../support/raw-clients.ts';

it.each([
  ['before the answer is known, on a stream', 0],
  ['with the answer, in one piece', 10_000],
])('[STREAMABLE-SESSION-ID] the session is named %s', async (_how, graceMs) => {
  const settings = { graceMs: Math.max(1, graceMs) };
  const gateway = await startTestGateway({ servers: { fixture: fixtureStdio() }, settings });
  const client = await StreamableClient.start(gateway.mcp());
  expect(client.sessionId).toMatch(/^[\x21-\x7e]{20,}$/);
  const answer = await client.ask(toolCall(1, 'echo', { text: 'hello' }));
  expect(textOf(answer)).toBe('hello');
  expect(gateway.recorder.of('sessionOpened').map(({ session }) => session)).toEqual([client.sessionId]);
  await gateway.close();
});

it('[STREAMABLE-SESSION-ID] a session is named by 2025-03-26 and by later revisions', async () => {
  const gateway = await startTestGateway({ servers: { fixture: fixtureInprocess() } });
  for (const version of ['2025-03-26', '2025-06-18', '2025-11-25']) {
    const client = await StreamableClient.start(gateway.mcp(), version);
    expect(client.sessionId).toBeTruthy();
  }
  await gateway.close();
});
