/** Settings of metrics that the environment can give, those of OpenTelemetry under the names that it has for them. */
import type { Layer } from './layers.ts';
import { metrics } from './schema-metrics.ts';

const { shape } = metrics;

const asText = (text: string) => text;
const asNumber = (text: string) => (/^\d+$/.test(text) ? Number(text) : text);
const asFlag = (text: string) =>
  ({ true: true, '1': true, yes: true, false: false, '0': false, no: false })[text.toLowerCase()];
/** The exporters of a list that are known here; others are for other programs in the same environment. */
const asExporter = (text: string) => (text.split(',').some((one) => one.trim() === 'otlp') ? 'otlp' : 'none');
/** Anything but "true" is false (OpenTelemetry, SDK environment variables, boolean value). */
const asTrue = (text: string) => text.toLowerCase() === 'true';
const asBase = (text: string) => `${text.replace(/(?<!\/)\/+$/, '')}/v1/metrics`;

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
    read: asBase,
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
