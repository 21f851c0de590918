/** Drivers over WebSocket and servers for them, ended after each test. */
import { afterTest } from '../../support/endings.ts';
import type { UpstreamDriver, UpstreamFault, UpstreamLink } from '../../../src/engine/ports.ts';
import { websocket, type WebSocketOptions } from '../../../src/upstreams/websocket.ts';
import { within } from '../../support/raw.ts';
import { context, realRuntime, Recorder } from './harness.ts';
import { type Behaviour, SocketServer } from './socket-server.ts';

/** What is undone after the test, last first. */
export const endings: (() => unknown)[] = [];

afterTest(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

export function made(url: string, options: Partial<WebSocketOptions> = {}): UpstreamDriver {
  const driver = websocket(
    { name: 'far', url, runtime: realRuntime(), observer: {}, random: () => 0.999_999, ...options },
    'me',
  );
  endings.push(() => driver.close());
  return driver;
}

export async function serve(behaviour?: Behaviour): Promise<SocketServer> {
  const server = await SocketServer.start(behaviour);
  endings.push(() => server.close());
  return server;
}

export async function opened(driver: UpstreamDriver): Promise<{ link: UpstreamLink; events: Recorder }> {
  const events = new Recorder();
  return { link: await driver.open(events, context()), events };
}

/** How opening fails. */
export async function refusal(driver: UpstreamDriver): Promise<UpstreamFault> {
  const opening = driver.open(new Recorder(), context()).then(
    () => undefined,
    (error: { fault: UpstreamFault }) => error.fault,
  );
  const fault = await within(opening, 'a refusal');
  if (!fault) throw new Error('It was opened.');
  return fault;
}
