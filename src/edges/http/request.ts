/** A request as the runtime-neutral front sees it. */
import type { RequestHead } from '../../engine/ports.ts';

export interface IncomingRequest extends RequestHead {
  /** The address of the socket's other end; empty when the runtime does not tell. */
  readonly peer: string;
  /** How the request came to this process: `http` unless told otherwise. */
  readonly scheme?: 'http' | 'https';
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
