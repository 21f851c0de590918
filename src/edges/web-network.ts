/** Servers over HTTP on runtimes with the web's own `fetch`. */
import type { Runtime, UpstreamDriver } from '../engine/ports.ts';
import type { Observer } from '../engine/ports-observer.ts';
import { fetchCaller, type FetchFunction, functionCaller } from '../upstreams/network-fetch.ts';
import type { NetworkOptions, NetworkPlatform } from '../upstreams/network-options.ts';
import { sse as sseDriver } from '../upstreams/sse.ts';
import { streamable as streamableDriver } from '../upstreams/streamable.ts';
import { checkNetwork } from './check-network.ts';
import { loopId } from './loop-id.ts';
import { webRuntime } from './web-runtime.ts';

export type WebNetworkOptions = Omit<NetworkOptions, 'runtime' | 'observer'> & {
  /** Default: the clock and randomness of the web. */
  readonly runtime?: Runtime;
  /** Told what of the server's answers was dropped, and why; default: nobody. */
  readonly observer?: Observer;
};

/** Over Streamable HTTP, or in this process. */
export type WebStreamableOptions = WebNetworkOptions & {
  /** Called with each request in place of the network: the `fetch` of an SDK's handler, say. `url` is what it is told. */
  readonly fetch?: FetchFunction;
};

/**
 * A driver for a server over Streamable HTTP. Nothing is sent before the first session needs it.
 * @throws TypeError with one sentence when the options are not what they must be
 */
export function streamable(
  { fetch, ...options }: WebStreamableOptions,
  platform: Partial<NetworkPlatform> = {},
): UpstreamDriver {
  checkNetwork('streamable', options);
  return streamableDriver({ runtime: webRuntime, observer: {}, ...options }, onTheWeb(platform, fetch));
}

/**
 * A driver for a server over HTTP+SSE (2024-11-05). Nothing is sent before the first session needs it.
 * @throws TypeError with one sentence when the options are not what they must be
 */
export function sse(options: WebNetworkOptions, platform: Partial<NetworkPlatform> = {}): UpstreamDriver {
  checkNetwork('sse', options);
  return sseDriver({ runtime: webRuntime, observer: {}, ...options }, onTheWeb(platform));
}

function onTheWeb(platform: Partial<NetworkPlatform>, fetch?: FetchFunction): NetworkPlatform {
  return {
    openCaller: fetch ? functionCaller(fetch) : (platform.openCaller ?? fetchCaller),
    // Some runtimes have no randomness while a module is loaded.
    get loopId() {
      return platform.loopId ?? loopId();
    },
  };
}
