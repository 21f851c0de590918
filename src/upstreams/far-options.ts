/** What may be set for any server over the network, with the defaults and why. */
import type { Runtime } from '../engine/ports.ts';
import type { Observer } from '../engine/ports-observer.ts';
import type { BackoffOptions } from './backoff.ts';
import type { Credentials } from './credentials.ts';

/** Far servers answer within some seconds, or not at all. */
export const DEFAULT_CONNECT_MS = 10_000;
/** A 10 MB picture as base64 fits. */
export const DEFAULT_MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** A server says goodbye within a moment, and a session it keeps ends by itself. */
export const DEFAULT_CLOSE_MS = 2_000;

export interface FarOptions {
  /** The server's name, for people. */
  readonly name: string;
  /** Its address; a user and password in it are sent as `Authorization`. */
  readonly url: string;
  /** Sent with each request, or with the handshake. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** What is shown to it beside those; default: nothing. */
  readonly credentials?: Credentials | undefined;
  /** How long a connection, its handshake included, may take to be made. Default 10,000 ms. */
  readonly connectMs?: number | undefined;
  /** Bytes of one message from the server. Default 16 MiB. */
  readonly maxMessageBytes?: number | undefined;
  /** How long the server may take to be told that a session ends. Default 2,000 ms. */
  readonly closeMs?: number | undefined;
  /** Waits between tries that fail; see `BackoffOptions`. The longest is 5,000 ms by default. */
  readonly backoff?: BackoffOptions | undefined;
  readonly runtime: Runtime;
  readonly observer: Observer;
  /** A number in [0, 1) for the jitter of waits. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}
