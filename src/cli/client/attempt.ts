/** One way to reach a server, and what was learnt when it failed. */
import type { Transport } from '@modelcontextprotocol/client';

export interface Attempt {
  readonly transport: Transport;
  /** One sentence about what went wrong beneath, if anything is known. */
  reason(): string | undefined;
  /** The last HTTP status that was an error. */
  status?(): number | undefined;
  /** What the server itself said with that status, and what to do about it. */
  said?(): string | undefined;
  /** What to do when it does not answer in time. */
  readonly hint?: string;
  /** Tells the server that the session is over, where it has one. */
  farewell?(): Promise<void>;
  /** Frees what was opened beside the transport. */
  close?(): Promise<void>;
}
