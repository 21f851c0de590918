/** Servers over WebSocket, on Node's own clock. */
import type { Runtime, UpstreamDriver } from '../../engine/ports.ts';
import type { Observer } from '../../engine/ports-observer.ts';
import { websocket as driver, type WebSocketOptions } from '../../upstreams/websocket.ts';
import { checkNetwork } from '../check-network.ts';
import { loopId } from '../loop-id.ts';
import { nodeRuntime } from './runtime.ts';

export type NodeWebSocketOptions = Omit<WebSocketOptions, 'runtime' | 'observer'> & {
  /** Default: the system's clock and randomness. */
  readonly runtime?: Runtime;
  /** Told what the server sent and was dropped, and why; default: nobody. */
  readonly observer?: Observer;
};

/**
 * A driver for a server over WebSocket. Nothing is sent before the first session needs it.
 * @throws TypeError with one sentence when the options are not what they must be
 */
export function websocket(
  options: NodeWebSocketOptions,
  platform: { readonly loopId?: string } = {},
): UpstreamDriver {
  checkNetwork('websocket', options, 'wss://mcp.example.com/ws');
  return driver({ runtime: nodeRuntime, observer: {}, ...options }, platform.loopId ?? loopId());
}
