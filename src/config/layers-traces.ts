/** Settings of traces that the environment can give, under the names that OpenTelemetry has for them. */
import type { Layer } from './layers.ts';
import { asBaseOf, asExporter, asTrue } from './layers-otlp.ts';
import { traces } from './schema-traces.ts';

const { shape } = traces;

const asNumber = (text: string) => (/^(?:\d+(?:\.\d*)?|\.\d+)$/.test(text) ? Number(text) : text);

/** The later of one path counts. */
export const TRACES_LAYERS: readonly Layer[] = [
  {
    path: 'traces.exporter',
    schema: shape.exporter,
    variables: ['OTEL_TRACES_EXPORTER'],
    read: asExporter,
  },
  {
    path: 'traces.endpoint',
    schema: shape.endpoint,
    variables: ['OTEL_EXPORTER_OTLP_ENDPOINT'],
    read: asBaseOf('traces'),
  },
  {
    path: 'traces.endpoint',
    schema: shape.endpoint,
    variables: ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'],
    read: (text) => text,
  },
  { path: 'traces.sampler', schema: shape.sampler, variables: ['OTEL_TRACES_SAMPLER'], read: (text) => text },
  { path: 'traces.ratio', schema: shape.ratio, variables: ['OTEL_TRACES_SAMPLER_ARG'], read: asNumber },
  { path: 'traces.disabled', schema: shape.disabled, variables: ['OTEL_SDK_DISABLED'], read: asTrue },
];
