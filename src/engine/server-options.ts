/** What one configured server is made with. */
import type { EraRule } from './bridge/eras.ts';
import type { Offer } from './catalog/view.ts';
import type { Sharing, UpstreamDriver } from './ports.ts';
import type { CacheRules } from './result-cache.ts';

export interface ServerOptions {
  readonly name: string;
  readonly driver: UpstreamDriver;
  /** Default `session`. */
  readonly sharing?: Sharing;
  /** How long a call may stay without an answer or progress, in ms; default: the gateway's. */
  readonly requestMs?: number;
  /** From opening a link to the answer to `initialize`, in ms; default: the gateway's. */
  readonly startMs?: number;
  /** Which words it understands. Default `auto`: that is found out. */
  readonly era?: EraRule;
  /** How long it may take to say so, once it runs, in ms; default: the gateway's. */
  readonly probeMs?: number;
  /**
   * How long it may be silent in a conversation before it is asked whether it lives, in ms; default: the gateway's, 0
   * is until a call to it times out.
   */
  readonly healthIntervalMs?: number | undefined;
  /** How long it may be silent then, in ms; three times in a row, and it is given up. Default: the gateway's. */
  readonly healthTimeoutMs?: number | undefined;
  /**
   * How long a conversation that several sessions share is kept without any of them, in ms. Default: for ever where
   * everybody shares it, and not at all where one caller does.
   */
  readonly idleMs?: number | undefined;
  /**
   * What of its results may be given again. Default: nothing where each session has its own conversation, whose state
   * may differ; else what the server itself allows with each result.
   */
  readonly cache?: CacheRules;
  /** What of its tools, prompts and resources is offered, and under which names; default: all as it is. */
  readonly offer?: Offer;
  /**
   * Names of headers of the caller that are passed on; default none. Its links are then shared by nobody but
   * requests without a session of one principal with the same headers.
   */
  readonly forwardHeaders?: readonly string[];
}
