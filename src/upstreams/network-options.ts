/** What may be set for a server over HTTP, with the defaults and why. */
import type { Observer, Runtime } from '../engine/ports.ts';
import type { BackoffOptions } from './backoff.ts';
import type { OpenCaller } from './network-caller.ts';

/** Far servers answer a connection within 1 s, or not at all. */
export const DEFAULT_CONNECT_MS = 10_000;
/** As many as a server of modest size takes; calls and standing streams have one each. */
export const DEFAULT_MAX_CONNECTIONS = 256;
/** A 10 MB picture as base64 fits. */
export const DEFAULT_MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** Nobody waits for so long; a connection that is kept for nothing has to end some day. */
export const DEFAULT_SILENCE_MS = 3_600_000;
/** A server says so within a moment, and a session it keeps ends by itself. */
export const DEFAULT_CLOSE_MS = 2_000;
/** Servers send it at once; cold starts take some seconds. */
export const DEFAULT_ENDPOINT_MS = 15_000;

export interface NetworkOptions {
  /** The server's name, for people. */
  readonly name: string;
  /** `http:` or `https:`; a user and password in it are sent as `Authorization`. */
  readonly url: string;
  /** Sent with each request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** How long a connection may take to be made. Default 10,000 ms. */
  readonly connectMs?: number | undefined;
  /** Requests in flight at once, standing streams included. Default 256. */
  readonly maxConnections?: number | undefined;
  /** Bytes of one message from the server; a larger one is dropped. Default 16 MiB. */
  readonly maxMessageBytes?: number | undefined;
  /** How long an answer may stay silent before its connection is given up. Default 3,600,000 ms. */
  readonly silenceMs?: number | undefined;
  /** How long the server may take to be told that a session ends. Default 2,000 ms. */
  readonly closeMs?: number | undefined;
  /** HTTP+SSE: how long the `endpoint` may take. Default 15,000 ms. */
  readonly endpointMs?: number | undefined;
  /** Waits between tries that fail; see `BackoffOptions`. The longest is 5,000 ms by default. */
  readonly backoff?: BackoffOptions | undefined;
  readonly runtime: Runtime;
  readonly observer: Observer;
  /** A number in [0, 1) for the jitter of waits. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** What a driver over HTTP gets from its runtime. */
export interface NetworkPlatform {
  readonly openCaller: OpenCaller;
  /** By which the gateway knows its own requests again; see `loopHeader`. Read when a link is opened. */
  readonly loopId: string;
}
