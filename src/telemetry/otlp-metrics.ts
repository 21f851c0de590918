/**
 * What was counted, sent by OTLP over HTTP now and then.
 *
 * Guarantees: one sending at a time, each bounded in time, with nothing waiting behind it, so that a receiver that is slow or
 * away costs a sample and fills nothing; that it is away is told once, and once that it is back.
 *
 * Source: OpenTelemetry, OTLP 1.x; "OpenTelemetry Environment Variable Specification".
 */
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import {
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { Troubles } from '../engine/ports-degraded.ts';
import { type Naming, type Produced, Producer } from './producer.ts';

export interface PushOptions {
  /** Where they are posted to, path included; default: as `OTEL_EXPORTER_OTLP_*` says. */
  readonly endpoint?: string | undefined;
  readonly intervalMs: number;
  /** Told once when they cannot be sent, and once when they can be again. */
  readonly troubles: Pick<Troubles, 'set' | 'clear'>;
}

export interface Pushing {
  /** Sends what is left, for a bounded time. Never rejects. */
  close(): Promise<void>;
}

/** How long one sending may take. */
const SENDING_MS = 10_000;
/** How long the end may wait for the last one. */
const LAST_MS = 1_000;

type Done = Parameters<PushMetricExporter['export']>[1];
/** As OpenTelemetry counts what became of a sending. */
const SENT = 0;

const naming: Naming = ({ name, unit }) => ({ name, unit });

/** Headers, compression and certificates of the exporter are read from `OTEL_EXPORTER_OTLP_*` by itself. */
export function startPushing(produced: Produced, options: PushOptions, since: number): Pushing {
  const { endpoint: url, intervalMs, troubles } = options;
  const timeoutMillis = Math.min(SENDING_MS, intervalMs);
  const exporter = new OTLPMetricExporter({ timeoutMillis, ...(url === undefined ? {} : { url }) });
  const reader = new PeriodicExportingMetricReader({
    exporter: new ToldExporter(exporter, troubles),
    exportIntervalMillis: intervalMs,
    exportTimeoutMillis: timeoutMillis,
    metricProducers: [new Producer(produced, naming, since)],
  });
  const provider = new MeterProvider({ resource: produced.resource, readers: [reader] });
  const close = async (): Promise<void> => {
    await provider.shutdown({ timeoutMillis: LAST_MS }).catch(() => undefined);
  };
  return { close };
}

/** The exporter, and what became of its sendings, told when that changes. The SDK would tell its own log each time. */
class ToldExporter implements PushMetricExporter {
  readonly #exporter: PushMetricExporter;
  readonly #troubles: PushOptions['troubles'];

  constructor(exporter: PushMetricExporter, troubles: PushOptions['troubles']) {
    this.#exporter = exporter;
    this.#troubles = troubles;
  }

  export(metrics: ResourceMetrics, done: Done): void {
    this.#exporter.export(metrics, ({ code, error }) => {
      if (Number(code) === SENT) this.#troubles.clear('otlp_metrics');
      else this.#troubles.set('otlp_metrics', sentenceOf(error));
      done({ code: SENT });
    });
  }

  forceFlush(): Promise<void> {
    return this.#exporter.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }
}

function sentenceOf(error: Error | undefined): string {
  const why = error?.message ?? 'the receiver does not take them';
  return `Metrics are not sent by OTLP: ${why}. Look at OTEL_EXPORTER_OTLP_ENDPOINT and what listens there.`;
}
