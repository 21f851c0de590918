/** The real clients: which revision each speaks, over what, and what it lacks. */
import { EventSource } from 'undici';
import type { LegacyVersion } from '../../src/protocol/methods.ts';
import type { Ears, Params, Sdk } from './peer.ts';
import { type V1Modules, V1Sdk } from './peer-v1.ts';
import { V2Sdk } from './peer-v2.ts';

export const LEGS = ['sse', 'streamable', 'websocket'] as const;

export type Leg = (typeof LEGS)[number];

export interface MatrixClient {
  /** Package and version. */
  readonly name: string;
  readonly leg: Leg;
  /** The latest revision it speaks: what it asks for. */
  readonly version: LegacyVersion;
  readonly capabilities: Params;
  /** Loads the SDK and gives a maker of its clients; or says why there is none. */
  readonly load: Loader | { readonly na: string };
}

type Loader = () => Promise<(url: string, ears: Ears) => Sdk>;

const BASE = { sampling: {}, roots: { listChanged: true } };
const WITH_FORMS = { ...BASE, elicitation: {} };
const WITH_URLS = { ...BASE, elicitation: { form: {}, url: {} } };

/** The file of each transport in an SDK 1.x, and its class. */
const TRANSPORTS = {
  sse: ['sse', 'SSEClientTransport'],
  streamable: ['streamableHttp', 'StreamableHTTPClientTransport'],
  websocket: ['websocket', 'WebSocketClientTransport'],
} as const satisfies Record<Leg, readonly [string, string]>;

export const CLIENTS: readonly MatrixClient[] = [
  client('sdk 1.0.4', 'sse', '2024-11-05', BASE, v1('sdk-1.0', 'sse')),
  client('sdk 1.0.4', 'streamable', '2024-11-05', BASE, { na: 'SDK 1.0.4 has no Streamable HTTP' }),
  client('sdk 1.0.4', 'websocket', '2024-11-05', BASE, v1('sdk-1.0', 'websocket')),
  client('sdk 1.11.0', 'sse', '2025-03-26', BASE, v1('sdk-1.11', 'sse')),
  client('sdk 1.11.0', 'streamable', '2025-03-26', BASE, v1('sdk-1.11', 'streamable')),
  client('sdk 1.11.0', 'websocket', '2025-03-26', BASE, v1('sdk-1.11', 'websocket')),
  client('sdk 1.22.0', 'sse', '2025-06-18', WITH_FORMS, v1('sdk-1.22', 'sse')),
  client('sdk 1.22.0', 'streamable', '2025-06-18', WITH_FORMS, v1('sdk-1.22', 'streamable')),
  client('sdk 1.22.0', 'websocket', '2025-06-18', WITH_FORMS, v1('sdk-1.22', 'websocket')),
  client('sdk 1.32.2', 'sse', '2025-11-25', WITH_URLS, v1('sdk-1.32', 'sse')),
  client('sdk 1.32.2', 'streamable', '2025-11-25', WITH_URLS, v1('sdk-1.32', 'streamable')),
  client('sdk 1.32.2', 'websocket', '2025-11-25', WITH_URLS, v1('sdk-1.32', 'websocket')),
  client('client 2.4.0', 'sse', '2025-11-25', WITH_URLS, v2('sse')),
  client('client 2.4.0', 'streamable', '2025-11-25', WITH_URLS, v2('streamable')),
  client('client 2.4.0', 'websocket', '2025-11-25', WITH_URLS, v2('websocket')),
];

function client(
  name: string,
  leg: Leg,
  version: LegacyVersion,
  capabilities: Params,
  load: MatrixClient['load'] | ((capabilities: Params) => Loader),
): MatrixClient {
  const isBound = typeof load !== 'function';
  return {
    name,
    leg,
    version,
    capabilities,
    load: isBound ? load : (load as (capabilities: Params) => Loader)(capabilities),
  };
}

/** @param alias the name of the package in `package.json` */
function v1(alias: string, leg: Leg): (capabilities: Params) => Loader {
  const [file, name] = TRANSPORTS[leg];
  return (capabilities) => async () => {
    // SDK 1.0.4 takes the browser's from the global scope; Node has none yet.
    globalThis.EventSource ??= EventSource as unknown as typeof globalThis.EventSource;
    const [{ Client }, transports, types] = (await Promise.all([
      import(`${alias}/client/index.js`),
      import(`${alias}/client/${file}.js`),
      import(`${alias}/types.js`),
    ])) as [{ Client: V1Modules['Client'] }, Record<string, unknown>, V1Modules['types']];
    const Transport = transports[name] as V1Modules['Transport'];
    return (url, ears) => new V1Sdk({ Client, Transport, types }, url, capabilities, ears);
  };
}

function v2(transport: Leg): (capabilities: Params) => Loader {
  return (capabilities) => async () => (url, ears) => new V2Sdk({ transport }, url, capabilities, ears);
}
