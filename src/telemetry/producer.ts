/**
 * Hands what was counted and what is looked at to OpenTelemetry, whose exporters know how it travels. Loaded when somebody asks
 * for the first time: nothing before needs the SDK.
 */
import { type HrTime, ValueType } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type CollectionResult,
  type DataPoint,
  DataPointType,
  type Histogram,
  type MetricData,
  type MetricProducer,
  type ScopeMetrics,
} from '@opentelemetry/sdk-metrics';
import type { Resource } from '@opentelemetry/resources';
import { SLUICE_VERSION } from '../protocol/version.ts';
import type { Instrument } from './instrument.ts';
import { Count, type Durations, type Family, type Labels } from './meters.ts';
import type { Readings } from './readings.ts';

/** How one instrument is called where it goes. */
export type Naming = (instrument: Instrument) => { readonly name: string; readonly unit: string };

export interface Produced {
  readonly families: () => readonly (Family<Count> | Family<Durations>)[];
  readonly readings: () => Readings;
  /** In ms since the epoch, as the machine is set. */
  readonly now: () => number;
  readonly resource: Resource;
}

export class Producer implements MetricProducer {
  readonly #of: Produced;
  readonly #naming: Naming;
  readonly #since: HrTime;

  constructor(of: Produced, naming: Naming, since: number) {
    this.#of = of;
    this.#naming = naming;
    this.#since = hrTime(since);
  }

  async collect(): Promise<CollectionResult> {
    const { resource } = this.#of;
    return { resourceMetrics: { resource, scopeMetrics: [this.#scope()] }, errors: [] };
  }

  #scope(): ScopeMetrics {
    const times: Times = { startTime: this.#since, endTime: hrTime(this.#of.now()) };
    const counted = this.#of.families().map((family) => this.#family(family, times));
    const lookedAt = [...this.#of.readings()].map(([instrument, readings]) =>
      this.#numbers(
        instrument,
        readings.map(({ labels, value }) => ({
          ...times,
          attributes: attributesOf(instrument, labels),
          value,
        })),
      ),
    );
    const metrics = [...counted, ...lookedAt].filter(({ dataPoints }) => dataPoints.length > 0);
    return { scope: { name: 'sluice', version: SLUICE_VERSION }, metrics };
  }

  #family(family: Family<Count> | Family<Durations>, times: Times): MetricData {
    const { instrument } = family;
    const numbers: DataPoint<number>[] = [];
    const histograms: DataPoint<Histogram>[] = [];
    for (const meter of family.all) {
      const attributes = attributesOf(instrument, meter.labels);
      if (meter instanceof Count) numbers.push({ ...times, attributes, value: meter.value });
      else histograms.push({ ...times, attributes, value: histogramOf(meter, instrument) });
    }
    if (instrument.kind !== 'histogram') return this.#numbers(instrument, numbers);
    return { ...this.#common(instrument), dataPointType: DataPointType.HISTOGRAM, dataPoints: histograms };
  }

  #numbers(instrument: Instrument, dataPoints: DataPoint<number>[]): MetricData {
    const common = this.#common(instrument);
    if (instrument.kind === 'gauge') return { ...common, dataPointType: DataPointType.GAUGE, dataPoints };
    const isMonotonic = instrument.kind === 'counter';
    return { ...common, dataPointType: DataPointType.SUM, isMonotonic, dataPoints };
  }

  #common(instrument: Instrument) {
    const descriptor = {
      ...this.#naming(instrument),
      description: instrument.help,
      valueType: ValueType.DOUBLE,
    };
    return { descriptor, aggregationTemporality: AggregationTemporality.CUMULATIVE };
  }
}

interface Times {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
}

function histogramOf({ counts, sum }: Durations, { bounds }: Instrument): Histogram {
  const count = counts.reduce((all, one) => all + one, 0);
  return { buckets: { boundaries: [...bounds], counts: [...counts] }, sum, count };
}

/** Empty labels are left out: they say nothing. */
function attributesOf({ labels: names }: Instrument, labels: Labels): Record<string, string> {
  const attributes: Record<string, string> = {};
  names.forEach((name, at) => {
    const value = labels[at];
    if (value !== undefined && value !== '') attributes[name] = value;
  });
  return attributes;
}

function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.round((ms - seconds * 1_000) * 1e6)];
}
