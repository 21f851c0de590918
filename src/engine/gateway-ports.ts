/** What a gateway is built with. */
import type { Degraded } from './degraded.ts';
import type { Runtime } from './ports.ts';
import type { AskPeer } from './cluster/tenure.ts';
import type { Backplane } from './ports-backplane.ts';
import type { Admission } from './ports-admission.ts';
import type { Seal } from './ports-era.ts';
import type { Observer } from './ports-observer.ts';
import type { Tracer } from './ports-tracer.ts';
import type { Settings } from './settings.ts';

export interface GatewayPorts {
  readonly runtime: Runtime;
  readonly backplane: Backplane;
  readonly observer?: Observer;
  /** Where what is lent to it says that it is not well. Default: one of its own. */
  readonly degraded?: Degraded;
  readonly settings?: Partial<Settings>;
  /** Asks other nodes whether they reach what is shared. Default: nobody is asked. */
  readonly askPeer?: AskPeer;
  /** Told of lists that changed, by the name of their server and what says so; default: nobody is. */
  readonly listsChanged?: ((server: string, method: string) => void) | undefined;
  /** For state that is left with clients. Default: none is. */
  readonly seal?: Seal;
  /** Whether the process has more to do than it can: then nothing new is opened. Default: it never has. */
  readonly isOverloaded?: (() => boolean) | undefined;
  /** Counts what goes to servers. Default: nothing is limited there. */
  readonly admission?: Admission;
  /** Makes spans of requests. Default: nobody does. */
  readonly tracer?: Tracer | undefined;
}
