/** Servers over stdio, on Node's own clock. */
import type { Observer, Runtime, UpstreamDriver } from '../../engine/ports.ts';
import { type StdioOptions, stdio as driver } from '../../upstreams/stdio.ts';
import { nodeRuntime } from './runtime.ts';

export type NodeStdioOptions = Omit<StdioOptions, 'runtime' | 'observer'> & {
  /** Default: the system's clock and randomness. */
  readonly runtime?: Runtime;
  /** Told what the child writes to stderr and what of its output was dropped; default: nobody. */
  readonly observer?: Observer;
};

/** A driver that runs a command as a child process. Nothing is started before the first session needs it. */
export function stdio(options: NodeStdioOptions): UpstreamDriver {
  return driver({ runtime: nodeRuntime, observer: {}, ...options });
}
