/** Servers over HTTP, ready to be given to `startTestGateway`. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { streamable, type NodeNetworkOptions, type UpstreamDriver } from '../../src/node.ts';
import { HttpSessions } from '../fixtures/server/http-sessions.ts';
import type { ServerEntry, SharedSetup } from './servers.ts';

type Options = SharedSetup & Partial<Omit<NodeNetworkOptions, 'name' | 'observer' | 'url'>>;

/** A server over Streamable HTTP that runs somewhere already. */
export function streamableAt(url: string, options: Options = {}): ServerEntry {
  const { sharing, requestMs, startMs, ...rest } = options;
  const setup = { sharing, requestMs, startMs };
  return ({ name, observer }) => ({
    ...Object.fromEntries(Object.entries(setup).filter(([, value]) => value !== undefined)),
    driver: streamable({ ...rest, name, url, observer }),
  });
}

/** The fixture server over Streamable HTTP in this process: sessions, and streams that can be taken up again. */
export function fixtureStreamable(options: Options = {}): ServerEntry {
  return async (at) => {
    const sessions = new HttpSessions();
    const server = createServer((request, response) => void sessions.handle(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const built = await streamableAt(`http://127.0.0.1:${port}/mcp`, options)(at);
    return {
      ...built,
      driver: closingAfter(built.driver, async () => {
        await sessions.close();
        server.closeAllConnections();
        server.close();
      }),
    };
  };
}

function closingAfter(driver: UpstreamDriver, close: () => Promise<void>): UpstreamDriver {
  return {
    kind: driver.kind,
    ...(driver.mayRepeat && { mayRepeat: true }),
    ...(driver.canBeModern && { canBeModern: true }),
    open: (events, context) => driver.open(events, context),
    health: () => driver.health(),
    close: async () => {
      await driver.close();
      await close();
    },
  };
}
