/** The one function a page needs, and what it gets. */
import type { RequestOptions } from './calls.ts';
import { ClientLink } from './link.ts';
import { type ConnectOptions, type LinkState, settle } from './options.ts';

/** What a server says of itself (MCP, `InitializeResult`). */
export interface ServerInfo {
  readonly protocolVersion: string;
  readonly capabilities?: Readonly<Record<string, unknown>>;
  readonly serverInfo?: { readonly name: string; readonly version: string };
  readonly instructions?: string;
}

export interface Link {
  /**
   * Sends a request, as soon as the link is open, and resolves with its result.
   * Rejects with `RpcError` when the server answers with an error, else with `ClientError`; see its codes.
   */
  request<T = unknown>(
    method: string,
    params?: Readonly<Record<string, unknown>>,
    options?: RequestOptions,
  ): Promise<T>;
  /** Sends a notification, as soon as the link is open; resolves when it is delivered. */
  notify(method: string, params?: Readonly<Record<string, unknown>>): Promise<void>;
  /** Ends the link for good; what waits, or is asked later, is rejected with `closed`. Idempotent. */
  close(): void;
  readonly state: LinkState;
  /** What the server said of itself; undefined before the link is open. */
  readonly server: ServerInfo | undefined;
}

/**
 * Connects to a gateway, and stays connected until `close` or until trying again makes no sense.
 *
 * ```ts
 * const link = connect({ url: 'http://127.0.0.1:8808/mcp', headers: { 'X-API-Key': key } });
 * const result = await link.request('tools/call', { name: 'echo', arguments: { message: 'hello' } });
 * link.close();
 * ```
 *
 * @throws TypeError with one sentence when the options contradict each other
 */
export function connect(options: ConnectOptions): Link {
  const link = new ClientLink(settle(options));
  void link.run();
  return link;
}
