/** How a gateway is at a moment, in numbers: for whoever shows them. Read when somebody asks, and never kept. */
import type { UpstreamHealth } from './ports-health.ts';
import type { Thing } from './ports-held.ts';
import type { Observer } from './ports-observer.ts';

/** What is limited for the gateway as a whole, and how much of it is taken. */
export interface HeldNow {
  readonly thing: Thing;
  readonly taken: number;
  /** Undefined: as many as anybody likes. */
  readonly limit: number | undefined;
}

export interface ServerNow extends Omit<UpstreamHealth, 'state'> {
  readonly state: UpstreamHealth['state'] | 'disabled';
  /** That of a project is called `project/server`. */
  readonly name: string;
  /** `stdio`, `streamable`, … */
  readonly kind: string;
}

export interface Sight {
  /** Open sessions by project (empty: in none) and dialect. */
  sessions(): Iterable<{ readonly project: string; readonly dialect: string; readonly count: number }>;
  /** Connections on which events are streamed over HTTP. */
  sseConnections(): number;
  held(): Iterable<HeldNow>;
  /** Requests that are not answered yet. */
  inFlight(): number;
  servers(): Iterable<ServerNow>;
  /** How a server is spoken to; undefined where there is none of that name. */
  kindOf(server: string): string | undefined;
  /** What is kept for resumption; undefined where that is not known. */
  eventLog(): { readonly bytes: number; readonly streams: number } | undefined;
  /** This node among others; undefined where it is alone. */
  cluster(): { readonly state: string; readonly others: number } | undefined;
  /** What goes worse than it should, in stable words. */
  troubles(): readonly string[];
  isDraining(): boolean;
}

/** Who counts what a gateway does, and lends its text to `/metrics`. */
export interface Metrics {
  /** Never throws. */
  readonly observer: Observer;
  /** Reads that gateway from now on. */
  follow(sight: Sight): void;
  /** The text that Prometheus reads (version 0.0.4). Asked all the time, it is made ten times a second at most. */
  text(): Promise<string>;
  /** It is served elsewhere: the gateway has no `/metrics` of its own. Default false. */
  readonly isElsewhere?: boolean;
}
