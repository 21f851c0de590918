/** Calls of a client, so that there is something to see. */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { ConsoleGateway } from './gateway.ts';

/** Where clients reach servers. */
type Reached = Pick<ConsoleGateway, 'mcp'>;

/** A client of one server. Must be closed. */
export async function connectTo(gateway: Reached, server: string, headers: Record<string, string> = {}) {
  const client = new Client({ name: 'console-test', version: '1.2.3' });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(gateway.mcp(server)), { requestInit: { headers } }),
  );
  return client;
}

/** A few calls of two servers, good and bad. @returns the client, still connected, of `fixture` */
export async function callTools(gateway: ConsoleGateway): Promise<Client> {
  const [everything, fixture] = await Promise.all([
    connectTo(gateway, 'everything'),
    connectTo(gateway, 'fixture'),
  ]);
  await everything.callTool({ name: 'echo', arguments: { message: 'hello' } });
  await fixture.callTool({ name: 'add', arguments: { a: 1, b: 2 } });
  await fixture.callTool({ name: 'error', arguments: { message: 'on purpose' } }).catch(() => undefined);
  await everything.close();
  return fixture;
}

const WAVE_MS = 25_000;

/** Calls of several clients in waves, for as long; some fail. Resolves when all of them are gone. */
export async function traffic(
  gateway: Reached,
  ms: number,
  headers: Record<string, string> = {},
): Promise<void> {
  const until = performance.now() + ms;
  const pairs = ['everything', 'everything', 'fixture', 'fixture', 'aare'];
  await Promise.all(
    pairs.map(async (server, index) => {
      const client = await connectTo(gateway, server, headers);
      while (performance.now() < until) {
        await client.callTool(callOf(server)).catch(() => undefined);
        const wave = 1 + Math.sin((performance.now() / WAVE_MS) * Math.PI * 2 + index / 2);
        await new Promise((resolve) => setTimeout(resolve, 20 + 90 * wave * Math.random()));
      }
      await client.close();
    }),
  );
}

function callOf(server: string): { name: string; arguments: Record<string, unknown> } {
  if (server === 'aare') return { name: 'get_current_temperature', arguments: { city: 'bern' } };
  if (server === 'everything') return { name: 'echo', arguments: { message: 'hello' } };
  const isBad = Math.random() < 0.02;
  return isBad ? { name: 'no-such-tool', arguments: {} } : { name: 'add', arguments: { a: 1, b: 2 } };
}
