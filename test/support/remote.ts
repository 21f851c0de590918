/** Servers over the network behind a gateway of a test: somewhere already, or started for it as a process. */
import {
  type Credentials,
  createGateway,
  type Observer,
  sse,
  streamable,
  type UpstreamDriver,
  websocket,
} from '../../src/node.ts';
import { plantIn } from './planted.ts';
import { type NetworkProgram, startNetworkServer } from './network.ts';
import { fixtureInprocess, given, type ServerEntry, type SharedSetup, wrap } from './servers.ts';

const DRIVERS = { sse, streamable, websocket } as const;

/** How a server over the network is spoken to. */
export type Carrier = keyof typeof DRIVERS;

export const CARRIERS = Object.keys(DRIVERS) as Carrier[];

export interface RemoteSetup extends SharedSetup {
  readonly headers?: Readonly<Record<string, string>>;
  readonly credentials?: Credentials;
  readonly forwardHeaders?: readonly string[];
}

/** A server that is already there. */
export function remote(carrier: Carrier, url: string, setup: RemoteSetup = {}): ServerEntry {
  return ({ name, observer }) => ({
    ...sharedOf(setup),
    driver: driverOf(carrier, { name, url, observer }, setup),
  });
}

/** A server that is started as a process, and ended with the driver. */
export function started(carrier: Carrier, program: NetworkProgram, setup: RemoteSetup = {}): ServerEntry {
  return async ({ name, observer }) => {
    const server = await startNetworkServer(program);
    const driver = driverOf(carrier, { name, url: server.url, observer }, setup);
    const close = async () => {
      await driver.close();
      await server.stop();
    };
    return { ...sharedOf(setup), driver: wrap(driver, close) };
  };
}

/** Another gateway, with the fixture server behind it, on a port of its own. */
export function behindGateway(carrier: Carrier, setup: RemoteSetup = {}): ServerEntry {
  return async ({ name, observer }) => {
    const { driver: fixture } = await fixtureInprocess()({ name: 'inner', observer: {} });
    const inner = createGateway({ servers: { inner: fixture }, loopId: 'inner' });
    const { port, server, close: closeListening } = await inner.listen(0, '127.0.0.1');
    const url = { sse: 'http:/sse', streamable: 'http:/mcp', websocket: 'ws:/ws' }[carrier];
    const [scheme, path] = url.split('/');
    const driver = driverOf(carrier, { name, url: `${scheme}//127.0.0.1:${port}/${path}`, observer }, setup);
    const close = async () => {
      await driver.close();
      await inner.close();
      server.closeAllConnections();
      await closeListening();
    };
    return { ...sharedOf(setup), driver: wrap(driver, close) };
  };
}

function driverOf(
  carrier: Carrier,
  at: { name: string; url: string; observer: Observer },
  { headers, credentials }: RemoteSetup,
): UpstreamDriver {
  plantIn({ headers, credentials });
  return DRIVERS[carrier]({ ...at, ...(headers && { headers }), ...(credentials && { credentials }) });
}

function sharedOf({ sharing, requestMs, startMs, forwardHeaders }: RemoteSetup): SharedSetup {
  return { ...given({ sharing, requestMs, startMs }), ...(forwardHeaders && { forwardHeaders }) };
}
