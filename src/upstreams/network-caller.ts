/** The little of HTTP that the drivers need from a runtime. */
import type { Runtime } from '../engine/ports.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Path and query at the origin of the caller. */
  readonly target: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body?: Uint8Array | undefined;
  /** How long the server may stay silent, before the head of its answer and after, in ms; 0: for ever. */
  readonly silenceMs: number;
}

/** Headers of an answer by their lower-case names. */
export type HttpHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Why there is no answer, or not the whole of it. */
export interface HttpFailure {
  /** As the runtime names it: `ECONNREFUSED`, `ENOTFOUND`, `UND_ERR_CONNECT_TIMEOUT` … */
  readonly code: string;
  /** Whether nothing of the request certainly reached the server. */
  readonly isUnsent: boolean;
}

/**
 * Told of one request. `head` once, then `data` as often as there is some, then `end`; or `failed` at any time, and
 * nothing after it. Never called before `call` returned, nor after `cancel`.
 */
export interface HttpListener {
  head(status: number, headers: HttpHeaders): void;
  /** The chunk is the listener's to keep. */
  data(chunk: Uint8Array): void;
  end(): void;
  failed(failure: HttpFailure): void;
}

/** A request under way. */
export interface HttpExchange {
  /** Stops the body; what was read already may still come. */
  pause(): void;
  resume(): void;
  /** Ends it, wherever it stands, without another word. */
  cancel(): void;
}

/** Sends requests to one origin, over connections that are kept. Follows no redirects. */
export interface HttpCaller {
  /** Whether bodies are decoded whatever their `content-encoding` says. */
  readonly decodes: boolean;
  call(request: HttpRequest, listener: HttpListener): HttpExchange;
  /** Ends every connection. */
  close(): Promise<void>;
}

export interface CallerOptions {
  readonly origin: string;
  /** How long a connection may take to be made, where the runtime lets us say so, in ms. */
  readonly connectMs: number;
  readonly runtime: Runtime;
}

export type OpenCaller = (options: CallerOptions) => HttpCaller;

/** One value of a header; the first where there are several. */
export function headerOf(headers: HttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'object' ? value[0] : value;
}
