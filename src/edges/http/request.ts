/** A request as the runtime-neutral front sees it. */
import type { RequestHead } from '../../engine/ports.ts';

export interface IncomingRequest extends RequestHead {
  /** The address of the socket's other end; `unix` for one of the file system, empty when the runtime does not tell. */
  readonly peer: string;
  /**
   * The headers whose names begin with `Mcp-`, each as often as it came, where the runtime tells; else several values
   * are joined by `, `. Names in lower case.
   */
  mcpHeaders(): readonly (readonly [name: string, value: string])[];
  /**
   * The whole body. Counted in bytes really read, whatever the head claims.
   * Rejects with `ProtocolError`: `too_large` over `maxBytes`, `body_timeout` when it takes longer than
   * `timeoutMs`; and with any other error when the peer went away.
   */
  body(maxBytes: number, timeoutMs: number): Promise<Uint8Array>;
}

/** The same where its body was read already. */
export function withBody(request: IncomingRequest, body: Uint8Array): IncomingRequest {
  return { ...seenAs(request, {}), body: async () => body };
}

/** What a request turns out to be, other than it looks. */
export interface Seen {
  readonly path?: string;
  readonly query?: string;
  readonly scheme?: 'http' | 'https' | undefined;
  /** In place of the header. */
  readonly host?: string | undefined;
}

export function seenAs(request: IncomingRequest, { path, query, scheme, host }: Seen): IncomingRequest {
  const seen = scheme ?? request.scheme;
  return {
    method: request.method,
    path: path ?? request.path,
    query: query ?? request.query,
    peer: request.peer,
    certificate: request.certificate,
    ...(seen ? { scheme: seen } : {}),
    header: (name) => (name === 'host' ? host : undefined) ?? request.header(name),
    mcpHeaders: () => request.mcpHeaders(),
    body: (maxBytes, timeoutMs) => request.body(maxBytes, timeoutMs),
  };
}
