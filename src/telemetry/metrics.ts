/**
 * What a gateway does, counted, and handed to Prometheus and OpenTelemetry.
 *
 * Guarantees: counting a message costs a few additions; no label is a text that a peer can choose, so that neither sessions,
 * callers nor addresses add a line; what is read often is made ten times a second at most; OpenTelemetry is loaded when
 * somebody reads for the first time, or metrics are sent.
 */
import type { Metrics, Sight } from '../engine/ports-sight.ts';
import { SLUICE_VERSION } from '../protocol/version.ts';
import { Counting } from './counting.ts';
import { LOOKED_AT } from './looked-at.ts';
import type { PushOptions, Pushing } from './otlp-metrics.ts';
import { type ProcessNow, Reader, type Readings } from './readings.ts';

export interface MetricsOptions {
  /** Whether tools are told apart in `mcp.server.operation.duration`: the first hundred of a server. Default false. */
  readonly tools?: boolean;
  /** What tells this run from others (`service.instance.id`); default: nothing does. */
  readonly instance?: string;
  /** The gateway has no `/metrics` of its own. Default false. */
  readonly isElsewhere?: boolean;
  /** What the process uses. Default: nothing is told of it. */
  readonly process?: () => Partial<ProcessNow>;
  /** What it runs on, for people: `node 24.1.0`. */
  readonly runtime?: string;
  /** Ms since the epoch. */
  readonly now?: () => number;
}

/** What is counted elsewhere, and only looked at: of which it is not known who does before all runs. */
export interface CountedElsewhere {
  /** Lines of the log that were lost. */
  logLinesDropped?: () => number;
  /** What browsers said that the policy of the console kept from happening. */
  cspReports?: () => number;
}

interface Made {
  readonly text: Promise<string>;
  /** When it was done; undefined while it is being made. */
  at: number | undefined;
}

/** The text is not made again for so long. */
const FRESH_MS = 100;

export class GatewayMetrics implements Metrics {
  readonly isElsewhere: boolean;
  /** To be filled in by whoever counts it. */
  readonly elsewhere: CountedElsewhere = {};
  readonly #options: MetricsOptions;
  readonly #counting: Counting;
  readonly #now: () => number;
  readonly #since: number;
  #sight: Sight | undefined;
  #last: Made | undefined;
  #pushing: Pushing | undefined;

  constructor(options: MetricsOptions = {}) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#since = this.#now();
    this.isElsewhere = options.isElsewhere ?? false;
    const kindOf = (server: string) => this.#sight?.kindOf(server);
    this.#counting = new Counting({ tools: options.tools ?? false, kindOf });
  }

  get observer(): Counting['observer'] {
    return this.#counting.observer;
  }

  follow(sight: Sight): void {
    this.#sight = sight;
  }

  text(): Promise<string> {
    const last = this.#last;
    if (last && (last.at === undefined || Math.abs(this.#now() - last.at) < FRESH_MS)) return last.text;
    const next: Made = { text: this.#made(), at: undefined };
    this.#last = next;
    next.text.then(
      () => void (next.at = this.#now()),
      () => void (this.#last = undefined),
    );
    return next.text;
  }

  /** Sends them from now on, until `close`. Rejects where that cannot be. */
  async push(options: PushOptions): Promise<void> {
    const { startPushing } = await import('./otlp-metrics.ts');
    this.#pushing = startPushing(await this.#produced(), options, this.#since);
  }

  /** Sends what was not sent yet, for a bounded time. Never rejects. */
  async close(): Promise<void> {
    await this.#pushing?.close();
  }

  async #made(): Promise<string> {
    const { prometheusText } = await import('./prometheus.ts');
    return prometheusText(await this.#produced(), this.#since);
  }

  async #produced() {
    const { resourceOf } = await import('./resource.ts');
    return {
      families: () => this.#counting.families,
      readings: () => this.#readings(),
      now: this.#now,
      resource: resourceOf(SLUICE_VERSION, this.#options.instance ?? ''),
    };
  }

  #readings(): Readings {
    const reader = new Reader();
    if (this.#sight) reader.gateway(this.#sight);
    reader.process(this.#options.process?.() ?? {});
    reader.add(LOOKED_AT.logLinesDropped, this.elsewhere.logLinesDropped?.() ?? 0);
    reader.add(LOOKED_AT.cspReports, this.elsewhere.cspReports?.() ?? 0);
    reader.add(LOOKED_AT.build, 1, SLUICE_VERSION, this.#options.runtime ?? '');
    return reader.readings;
  }
}
