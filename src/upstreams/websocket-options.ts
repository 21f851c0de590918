/** What may be set for a server over WebSocket beside what any far one has, with the defaults and why. */
import type { FarOptions } from './far-options.ts';

/** A socket costs both sides little; each session has one unless they share it. */
export const DEFAULT_MAX_CONNECTIONS = 1_000;
/** Twice what the engine lets wait before it refuses calls, so a healthy link never meets it. */
export const DEFAULT_MAX_QUEUED_BYTES = 64 * 1024 * 1024;
/** Under the 55 s of the most impatient boxes in between, with room for a lost one. */
export const DEFAULT_PING_MS = 15_000;
/** As long as a client that takes nothing is borne. */
export const DEFAULT_DEAD_MS = 60_000;

/** The address is `ws:` or `wss:`; a message of more than `maxMessageBytes` ends its link. */
export interface WebSocketOptions extends FarOptions {
  /** Sockets at once. Default 1,000. */
  readonly maxConnections?: number | undefined;
  /** Bytes that may wait for the server to take them; more ends the link. Default 64 MiB. */
  readonly maxQueuedBytes?: number | undefined;
  /** Between two pings; 0: none, for servers that know no pong. Default 15,000 ms. */
  readonly pingMs?: number | undefined;
  /** How long a server that is pinged may give no sign of life. Default 60,000 ms. */
  readonly deadMs?: number | undefined;
}
