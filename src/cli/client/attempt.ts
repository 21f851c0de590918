/** One way to reach a server, and what was learnt when it failed. */
import type { Transport } from '@modelcontextprotocol/client';

export interface Attempt {
  readonly transport: Transport;
  /** One sentence about what went wrong beneath, if anything is known. */
  reason(): string | undefined;
  /** The last HTTP status that was an error. */
  status?(): number | undefined;
  /** Tells the server that the session is over, where it has one. */
  farewell?(): Promise<void>;
  /** Frees what was opened beside the transport. */
  close?(): Promise<void>;
}
