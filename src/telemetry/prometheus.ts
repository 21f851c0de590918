/** What was counted, as the text that Prometheus reads (exposition format 0.0.4). */
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { type Naming, type Produced, Producer } from './producer.ts';
import { textName } from './instrument.ts';

/** The serializer adds `_total` itself, and its lines of units are of OpenMetrics. */
const naming: Naming = (instrument) => ({ name: textName(instrument).replace(/_total$/, ''), unit: '' });

/** @param since when the counting began, in ms since the epoch */
export async function prometheusText(produced: Produced, since: number): Promise<string> {
  const { resourceMetrics } = await new Producer(produced, naming, since).collect();
  return new PrometheusSerializer(undefined, false, undefined, false, true).serialize(resourceMetrics);
}
