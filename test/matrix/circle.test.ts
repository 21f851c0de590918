/** Two gateways of one process, each the other's server. */
import { expect, it } from 'vitest';
import { createGateway, sse, streamable, websocket } from '../../src/node.ts';
import { freePort } from '../support/ports.ts';
import { StreamableClient, toolCall } from '../support/raw-clients.ts';

const DRIVERS = {
  streamable: (url: string, loopId: string) => streamable({ name: 'next', url: `${url}/mcp` }, { loopId }),
  sse: (url: string, loopId: string) => sse({ name: 'next', url: `${url}/sse` }, { loopId }),
  websocket: (url: string, loopId: string) =>
    websocket({ name: 'next', url: `${url.replace('http', 'ws')}/ws` }, { loopId }),
} as const;

it.each(Object.entries(DRIVERS))('[LOOP-CIRCLE] over %s they say so', async (_name, driver) => {
  const [first, second] = [await freePort(), await freePort()];
  const at = (port: number) => `http://127.0.0.1:${port}`;
  const told: string[] = [];
  const observer = { refused: ({ message }: { message: string }) => void told.push(message) };
  const one = createGateway({ servers: { next: driver(at(second), 'one') }, loopId: 'one', observer });
  const two = createGateway({ servers: { next: driver(at(first), 'two') }, loopId: 'two', observer });
  const open = [await one.listen(first, '127.0.0.1'), await two.listen(second, '127.0.0.1')];
  try {
    const client = new StreamableClient(`${at(first)}/mcp`, '2025-06-18');
    const answer = await client.ask(toolCall(1, 'echo', { text: 'hi' }));
    expect(answer.error?.message).toMatch(/^The server "next" /);
    expect(told.join('\n')).toContain('A server of this gateway leads back to it');
  } finally {
    await Promise.all([one.close(), two.close()]);
    for (const { server, close } of open) {
      server.closeAllConnections();
      await close();
    }
  }
});
