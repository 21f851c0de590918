/** The servers that tests put behind a gateway, ready to be given to `startTestGateway`. */
import { fileURLToPath } from 'node:url';
import { createAareServer } from '../../src/aare/server.ts';
import { createAareFetch } from '../../src/edges/node/aare-fetch.ts';
import {
  inprocess,
  nodeRuntime,
  type Observer,
  type Sharing,
  stdio,
  type UpstreamDriver,
} from '../../src/node.ts';
import type { StdioOptions } from '../../src/upstreams/stdio-options.ts';
import { startAareStandIn } from '../fixtures/aare/api.ts';
import { createFixtureServer, type FixtureOptions } from '../fixtures/server/server.ts';

/** How a server is shared and how long it may take; as in the options of a gateway. */
export interface SharedSetup {
  readonly sharing?: Sharing;
  readonly requestMs?: number;
  readonly startMs?: number;
  readonly healthIntervalMs?: number;
  readonly healthTimeoutMs?: number;
  readonly idleMs?: number;
}

/** Builds the driver of a server once its name and the recording observer are known. */
export type ServerEntry = (at: { name: string; observer: Observer }) => Promise<BuiltServer> | BuiltServer;

export interface BuiltServer extends SharedSetup {
  readonly driver: UpstreamDriver;
}

type ChildOptions = SharedSetup & Partial<Omit<StdioOptions, 'name' | 'observer'>>;

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const FIXTURE = here('../fixtures/server/stdio.ts');
const ECHO = here('../fixtures/server/echo-stdio.ts');
const EVERYTHING = here('../../node_modules/@modelcontextprotocol/server-everything/dist/index.js');

/** Any command over stdio. */
export function child(command: string, args: readonly string[], options: ChildOptions = {}): ServerEntry {
  const { sharing, requestMs, startMs, healthIntervalMs, healthTimeoutMs, idleMs, ...rest } = options;
  return ({ name, observer }) => ({
    ...given({ sharing, requestMs, startMs, healthIntervalMs, healthTimeoutMs, idleMs }),
    driver: stdio({ runtime: nodeRuntime, command, args, ...rest, name, observer }),
  });
}

/** The fixture server as a child process. `env` may hold `FIXTURE_PAGE_SIZE`, `FIXTURE_STUBBORN`. */
export function fixtureStdio(options: ChildOptions = {}): ServerEntry {
  return child(process.execPath, [FIXTURE], options);
}

/** A small, fast echo server as a child process: `echo` {text} and `big` {bytes}. */
export function echoStdio(options: ChildOptions = {}): ServerEntry {
  return child(process.execPath, [ECHO], options);
}

/** `@modelcontextprotocol/server-everything` as a child process. */
export function everythingStdio(options: ChildOptions = {}): ServerEntry {
  return child(process.execPath, [EVERYTHING, 'stdio'], options);
}

/** The fixture server in the process of the gateway; a fresh one for each link. */
export function fixtureInprocess(options: SharedSetup & FixtureOptions = {}): ServerEntry {
  const { sharing, requestMs, startMs, ...fixture } = options;
  return ({ name, observer }) => ({
    ...given({ sharing, requestMs, startMs }),
    driver: inprocess({ name, create: () => createFixtureServer(fixture), observer }),
  });
}

/** The Aare server in the process of the gateway, over a stand-in of the public API. */
export function aare(options: SharedSetup = {}): ServerEntry {
  return async ({ name, observer }) => {
    const api = await startAareStandIn();
    const { fetchJson, close: closeFetch } = createAareFetch();
    const create = createAareServer({ fetchJson, runtime: nodeRuntime, baseUrl: api.url });
    const driver = inprocess({ name, create, observer });
    const close = async () => {
      await driver.close();
      await closeFetch();
      await api.close();
    };
    return { ...options, driver: wrap(driver, close) };
  };
}

/** The same driver with another end. */
export function wrap(driver: UpstreamDriver, close: () => Promise<void>): UpstreamDriver {
  return {
    kind: driver.kind,
    mayRepeat: driver.mayRepeat === true,
    canBeModern: driver.canBeModern === true,
    ...(driver.maxLinks !== undefined && { maxLinks: driver.maxLinks }),
    open: (events, context) => driver.open(events, context),
    health: () => driver.health(),
    close,
  };
}

/** Only what is set: absent and undefined are not the same to the gateway. */
export function given(setup: { [K in keyof SharedSetup]: SharedSetup[K] | undefined }): SharedSetup {
  return Object.fromEntries(Object.entries(setup).filter(([, value]) => value !== undefined));
}
