/** What may be set for a server over WebSocket, with the defaults and why. */
import type { Observer, Runtime } from '../engine/ports.ts';
import type { BackoffOptions } from './backoff.ts';

/** Far servers answer a handshake within some seconds, or not at all. */
export const DEFAULT_CONNECT_MS = 10_000;
/** A socket costs both sides little; each session has one unless they share it. */
export const DEFAULT_MAX_CONNECTIONS = 1_000;
/** A 10 MB picture as base64 fits. */
export const DEFAULT_MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** Twice what the engine lets wait before it refuses calls, so a healthy link never meets it. */
export const DEFAULT_MAX_QUEUED_BYTES = 64 * 1024 * 1024;
/** Under the 55 s of the most impatient boxes in between, with room for a lost one. */
export const DEFAULT_PING_MS = 15_000;
/** As long as a client that takes nothing is borne. */
export const DEFAULT_DEAD_MS = 60_000;
/** A server says goodbye within a moment. */
export const DEFAULT_CLOSE_MS = 2_000;

export interface WebSocketOptions {
  /** The server's name, for people. */
  readonly name: string;
  /** `ws:` or `wss:`; a user and password in it are sent as `Authorization`. */
  readonly url: string;
  /** Sent with the handshake. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** From the first byte to the end of the handshake. Default 10,000 ms. */
  readonly connectMs?: number | undefined;
  /** Sockets at once. Default 1,000. */
  readonly maxConnections?: number | undefined;
  /** Bytes of one message from the server; a larger one ends its link. Default 16 MiB. */
  readonly maxMessageBytes?: number | undefined;
  /** Bytes that may wait for the server to take them; more ends the link. Default 64 MiB. */
  readonly maxQueuedBytes?: number | undefined;
  /** Between two pings; 0: none, for servers that know no pong. Default 15,000 ms. */
  readonly pingMs?: number | undefined;
  /** How long a server that is pinged may give no sign of life. Default 60,000 ms. */
  readonly deadMs?: number | undefined;
  /** How long the server may take over the closing handshake. Default 2,000 ms. */
  readonly closeMs?: number | undefined;
  /** Waits between tries that fail; see `BackoffOptions`. The longest is 5,000 ms by default. */
  readonly backoff?: BackoffOptions | undefined;
  readonly runtime: Runtime;
  readonly observer: Observer;
  /** A number in [0, 1) for the jitter of waits. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}
