/** Traces as they are asked for: everything of OpenTelemetry that they need is loaded with this file. */
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { Tracer } from '../engine/ports-tracer.ts';
import { resourceOf } from './resource.ts';
import { samplerOf, type SamplerName } from './sampler.ts';
import { type QueueLimits, SpanQueue, type QueueTroubles } from './span-queue.ts';
import { Traces } from './traces.ts';

export interface TracesOptions {
  /** Where spans are posted to, path included; default: as `OTEL_EXPORTER_OTLP_*` says. */
  readonly endpoint?: string | undefined;
  readonly sampler: SamplerName;
  /** From 0 to 1, of samplers named after it. */
  readonly ratio: number;
  readonly version: string;
  /** What tells this run from others. */
  readonly instance: string;
  readonly now: () => number;
  readonly troubles: QueueTroubles;
  readonly limits?: Partial<QueueLimits> | undefined;
}

export interface StartedTraces {
  readonly tracer: Tracer;
  /** Sends what waits. Never rejects. */
  flush(): Promise<void>;
  /** The same, in bounded time, and ends it. Never rejects. */
  close(): Promise<void>;
}

/** Headers, compression, time-out and certificates of the exporter are read from `OTEL_EXPORTER_OTLP_*` by itself. */
export function startTraces(options: TracesOptions): StartedTraces {
  const { endpoint: url, sampler, ratio, version, instance, now, troubles, limits } = options;
  const queue = new SpanQueue(new OTLPTraceExporter(url === undefined ? {} : { url }), troubles, limits);
  const tracer = new Traces({
    now,
    sampler: samplerOf(sampler, ratio),
    resource: resourceOf(version, instance),
    version,
    over: queue.add,
  });
  return { tracer, flush: () => queue.flush(), close: () => queue.close() };
}
