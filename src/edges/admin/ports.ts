/**
 * What the routes of the admin API are lent. One object; whoever adds a group of routes adds what it needs here, and hands it
 * over in `edges/node/admin.ts`.
 */
import type { Config } from '../../config/types.ts';
import type { Gateway } from '../../engine/gateway.ts';
import type { LogLine } from './contract/live.ts';
import type { Live } from './live.ts';
import type { Visit } from '../http/front.ts';
import type { Operators } from './operators.ts';
import type { AuditShelf } from './ports-audit.ts';
import type { KeyCabinet } from './ports-keys.ts';

export interface AdminPorts {
  readonly gateway: Gateway;
  readonly operators: Operators;
  readonly version: string;
  /** What this node is called among others. */
  readonly node: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** As clients reach it, without a slash at its end. */
  readonly url: () => string;
  /** The configuration in force. */
  readonly config: () => Config;
  /** Takes a visit that was let in to what its path leads to. */
  readonly serve: (visit: Visit) => void;
  readonly keys: KeyCabinet;
  readonly audit: AuditShelf;
  /** How often a browser said that the page was kept from something. */
  readonly pageReports: () => number;
  /** What is seen while it happens. */
  readonly live: Live;
  /** The last lines of the log, the newest last. */
  readonly logLines: () => readonly LogLine[];
}
