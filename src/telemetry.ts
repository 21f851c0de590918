/**
 * The entry `sluice/telemetry`: metrics for gateways of the library, on any runtime.
 *
 *   const gateway = createGateway({ servers, metrics: metrics() });
 *
 * They are then served at `/metrics`, to whoever may see everything on `/health`; and `text()` gives the same to anybody.
 */
import { GatewayMetrics, type MetricsOptions } from './telemetry/metrics.ts';

/** Counts what one gateway does: each needs its own. */
export function metrics(options: MetricsOptions = {}): GatewayMetrics {
  return new GatewayMetrics(options);
}

export type { CountedElsewhere, GatewayMetrics, MetricsOptions } from './telemetry/metrics.ts';
export type { PushOptions } from './telemetry/otlp-metrics.ts';
export type { ProcessNow } from './telemetry/readings.ts';
export type { Metrics } from './engine/ports-sight.ts';
