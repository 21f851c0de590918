/** Real servers over HTTP behind a gateway. */
import { describe, expect, it } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { fixtureStreamable } from '../support/network-servers.ts';
import { StreamableClient, textOf, toolCall } from '../support/raw-clients.ts';

describe('a server of SDK 1.32 over Streamable HTTP', () => {
  it.each(['session', 'principal', 'shared'] as const)(
    '[STREAMUP-SDK] answers calls, quick and polled (%s)',
    async (sharing) => {
      const gateway = await startTestGateway({ servers: { far: fixtureStreamable({ sharing }) } });
      const client = await StreamableClient.start(gateway.mcp());
      expect(textOf(await client.ask(toolCall(1, 'echo', { text: 'grüezi' })))).toBe('grüezi');
      expect(textOf(await client.ask(toolCall(2, 'test_reconnection')))).toContain(
        'after the stream was closed',
      );
      expect((await (await client.delete()).text()).length).toBe(0);
      await gateway.close();
    },
  );
});
