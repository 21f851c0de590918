/** Clients of two SDKs, far apart in time, that use a route while an example's own flow is played on it. */
import { expect } from 'vitest';
import { Peer } from '../matrix/peer.ts';
import { type V1Modules, V1Sdk } from '../matrix/peer-v1.ts';
import { carryHeaders } from './event-source.ts';

export interface Route {
  /** The URL of the stream. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls each client makes at least, however short the flow is. */
const FEWEST_CALLS = 5;

/** @param alias the name of the package in `package.json` */
async function modules(alias: string): Promise<V1Modules> {
  const [{ Client }, { SSEClientTransport }, types] = (await Promise.all([
    import(`${alias}/client/index.js`),
    import(`${alias}/client/sse.js`),
    import(`${alias}/types.js`),
  ])) as [{ Client: V1Modules['Client'] }, { SSEClientTransport: Transport }, V1Modules['types']];
  return { Client, Transport: SSEClientTransport, types };
}

type Transport = new (url: URL, options?: object) => InstanceType<V1Modules['Transport']>;

/** Connects a client of SDK 1.32.2 over HTTP+SSE. */
export async function sdk132({ url, headers = {} }: Route): Promise<Peer> {
  const loaded = await modules('sdk-1.32');
  const Base = loaded.Transport as Transport;
  const Transport = class extends Base {
    constructor(at: URL) {
      super(at, { requestInit: { headers } });
    }
  };
  return Peer.connect((ears) => new V1Sdk({ ...loaded, Transport }, url, {}, ears));
}

/** Connects a client of SDK 1.0.4, which knows HTTP+SSE of 2024-11-05 and no headers. */
export async function sdk104({ url, headers = {} }: Route): Promise<Peer> {
  carryHeaders(new URL(url).origin, headers);
  const loaded = await modules('sdk-1.0');
  return Peer.connect((ears) => new V1Sdk(loaded, url, {}, ears));
}

/** One call of an SDK client, with a mark that nobody else uses; throws when the answer is not its own. */
export type Turn = (peer: Peer, mark: string) => Promise<void>;

/** A turn for servers with the tool `echo` of `server-everything`. */
export const echoes: Turn = async (peer, mark) => {
  expect(await peer.text('echo', { message: mark })).toBe(`Echo: ${mark}`);
};

/** Plays `flow` while both clients call through the same route, and shows that every call got its own answer. */
export async function beside<T>(route: Route, turn: Turn, flow: () => Promise<T>): Promise<T> {
  const peers = await Promise.all([sdk132(route), sdk104(route)]);
  const over = new AbortController();
  const talks = peers.map(async (peer, who) => {
    for (let call = 0; call < FEWEST_CALLS || !over.signal.aborted; call++)
      await turn(peer, `sdk-${who}-${call}`);
  });
  try {
    return await flow();
  } finally {
    over.abort();
    const outcomes = await Promise.allSettled(talks);
    await Promise.all(peers.map((peer) => peer.close()));
    const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(
      failed.map(({ reason }) => String(reason)),
      'calls of SDK clients',
    ).toEqual([]);
  }
}
