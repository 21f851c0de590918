/** What may be set for a server over HTTP beside what any far one has, with the defaults and why. */
import type { FarOptions } from './far-options.ts';
import type { OpenCaller } from './network-caller.ts';

/** As many as a server of modest size takes; calls and standing streams have one each. */
export const DEFAULT_MAX_CONNECTIONS = 256;
/** Nobody waits for so long; a connection that is kept for nothing has to end some day. */
export const DEFAULT_SILENCE_MS = 3_600_000;
/** Servers send it at once; cold starts take some seconds. */
export const DEFAULT_ENDPOINT_MS = 15_000;

/** The address is `http:` or `https:`; a message of more than `maxMessageBytes` is dropped. */
export interface NetworkOptions extends FarOptions {
  /** Requests in flight at once, standing streams included. Default 256. */
  readonly maxConnections?: number | undefined;
  /** How long an answer may stay silent before its connection is given up. Default 3,600,000 ms. */
  readonly silenceMs?: number | undefined;
  /** HTTP+SSE: how long the `endpoint` may take. Default 15,000 ms. */
  readonly endpointMs?: number | undefined;
}

/** What a driver over HTTP gets from its runtime. */
export interface NetworkPlatform {
  readonly openCaller: OpenCaller;
  /** By which the gateway knows its own requests again; see `loopHeader`. Read when a link is opened. */
  readonly loopId: string;
}
