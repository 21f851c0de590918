/** A gateway that is counted. */
import type { Gateway } from '../engine/gateway.ts';
import { together } from '../engine/observer.ts';
import type { Observer } from '../engine/ports-observer.ts';
import type { Metrics } from '../engine/ports-sight.ts';
import { sightOf } from './gateway-sight.ts';
import type { MetricsText } from './http/metrics.ts';

/** The observer, and what counts beside it. */
export function counted(observer: Observer | undefined, metrics: Metrics | undefined): Observer {
  return metrics ? together(metrics.observer, observer ?? {}) : (observer ?? {});
}

/** Has its state looked at. @returns what its own `/metrics` serves; undefined where that is not there */
export function measured(gateway: Gateway, metrics: Metrics | undefined): MetricsText | undefined {
  metrics?.follow(sightOf(gateway));
  return metrics?.isElsewhere === true ? undefined : metrics;
}
