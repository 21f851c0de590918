/** Servers over HTTP, on undici and Node's own clock. */
import type { Runtime, UpstreamDriver } from '../../engine/ports.ts';
import type { Observer } from '../../engine/ports-observer.ts';
import type { NetworkOptions, NetworkPlatform } from '../../upstreams/network-options.ts';
import { type FetchFunction, functionCaller } from '../../upstreams/network-fetch.ts';
import { sse as sseDriver } from '../../upstreams/sse.ts';
import { streamable as streamableDriver } from '../../upstreams/streamable.ts';
import { undiciCaller } from '../../upstreams/undici-caller.ts';
import { checkNetwork } from '../check-network.ts';
import { loopId } from '../loop-id.ts';
import { nodeRuntime } from './runtime.ts';

export type NodeNetworkOptions = Omit<NetworkOptions, 'runtime' | 'observer'> & {
  /** Default: the system's clock and randomness. */
  readonly runtime?: Runtime;
  /** Told what of the server's answers was dropped, and why; default: nobody. */
  readonly observer?: Observer;
};

/** Over Streamable HTTP, or in this process. */
export type NodeStreamableOptions = NodeNetworkOptions & {
  /** Called with each request in place of the network: the `fetch` of an SDK's handler, say. `url` is what it is told. */
  readonly fetch?: FetchFunction;
};

/**
 * A driver for a server over Streamable HTTP. Nothing is sent before the first session needs it.
 * @throws TypeError with one sentence when the options are not what they must be
 */
export function streamable(
  { fetch, ...options }: NodeStreamableOptions,
  platform: Partial<NetworkPlatform> = {},
): UpstreamDriver {
  checkNetwork('streamable', options);
  return streamableDriver({ runtime: nodeRuntime, observer: {}, ...options }, onNode(platform, fetch));
}

/**
 * A driver for a server over HTTP+SSE (2024-11-05). Nothing is sent before the first session needs it.
 * @throws TypeError with one sentence when the options are not what they must be
 */
export function sse(options: NodeNetworkOptions, platform: Partial<NetworkPlatform> = {}): UpstreamDriver {
  checkNetwork('sse', options);
  return sseDriver({ runtime: nodeRuntime, observer: {}, ...options }, onNode(platform));
}

function onNode(platform: Partial<NetworkPlatform>, fetch?: FetchFunction): NetworkPlatform {
  const own = fetch ? { openCaller: functionCaller(fetch) } : {};
  return { openCaller: undiciCaller, loopId: platform.loopId ?? loopId(), ...platform, ...own };
}
