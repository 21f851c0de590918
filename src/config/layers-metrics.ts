/** Settings of metrics that the environment can give, those of OpenTelemetry under the names that it has for them. */
import type { Layer } from './layers.ts';
import { asBaseOf, asExporter, asTrue } from './layers-otlp.ts';
import { metrics } from './schema-metrics.ts';

const { shape } = metrics;

const asText = (text: string) => text;
const asNumber = (text: string) => (/^\d+$/.test(text) ? Number(text) : text);
const asFlag = (text: string) =>
  ({ true: true, '1': true, yes: true, false: false, '0': false, no: false })[text.toLowerCase()];

/** The later of one path counts. */
export const METRICS_LAYERS: readonly Layer[] = [
  { path: 'metrics.enabled', schema: shape.enabled, variables: ['METRICS_ENABLED'], read: asFlag },
  { path: 'metrics.listen', schema: shape.listen, variables: ['METRICS_LISTEN'], read: asText },
  {
    path: 'metrics.exporter',
    schema: shape.exporter,
    variables: ['OTEL_METRICS_EXPORTER'],
    read: asExporter,
  },
  {
    path: 'metrics.endpoint',
    schema: shape.endpoint,
    variables: ['OTEL_EXPORTER_OTLP_ENDPOINT'],
    read: asBaseOf('metrics'),
  },
  {
    path: 'metrics.endpoint',
    schema: shape.endpoint,
    variables: ['OTEL_EXPORTER_OTLP_METRICS_ENDPOINT'],
    read: asText,
  },
  {
    path: 'metrics.interval',
    schema: shape.interval,
    variables: ['OTEL_METRIC_EXPORT_INTERVAL'],
    read: asNumber,
  },
  { path: 'metrics.disabled', schema: shape.disabled, variables: ['OTEL_SDK_DISABLED'], read: asTrue },
];
