/** What is counted, who may read it, and where it is sent. */
import { z } from 'zod';
import { hostAndPort } from './host-and-port.ts';
import { time } from './schema-values.ts';

const LISTEN_FAULT = 'must be an address and a port, like "127.0.0.1:9464"';
const HTTP_URL = /^https?:\/\/[^\s]+$/i;

export const metrics = z.strictObject({
  enabled: z.boolean().default(true).meta({
    description:
      'Whether what passes is counted, and served at /metrics for Prometheus to whoever may see everything on /health. Environment: METRICS_ENABLED.',
  }),
  listen: z
    .string({ error: LISTEN_FAULT })
    .refine((text) => hostAndPort(text) !== undefined, { error: LISTEN_FAULT })
    .optional()
    .meta({
      description:
        'An address of its own for /metrics, like "127.0.0.1:9464", where no key is asked and nothing else is served; it is then not on the main address. Environment: METRICS_LISTEN.',
    }),
  tools: z.boolean().default(false).meta({
    description: 'Whether calls are counted by tool, too: the first hundred of each server.',
  }),
  exporter: z.enum(['auto', 'otlp', 'none']).default('auto').meta({
    description:
      '"otlp" posts them over OTLP/HTTP now and then; "none" does not; "auto" is "otlp" where an endpoint is named, and else "none". Environment: OTEL_METRICS_EXPORTER.',
  }),
  endpoint: z
    .string()
    .regex(HTTP_URL, { error: 'must be a URL like "http://localhost:4318/v1/metrics"' })
    .optional()
    .meta({
      description:
        'Where they are posted to, path included. Environment: OTEL_EXPORTER_OTLP_METRICS_ENDPOINT, or OTEL_EXPORTER_OTLP_ENDPOINT, to which "/v1/metrics" is added.',
    }),
  interval: time().prefault('1m').meta({
    description: 'How often they are posted. Environment: OTEL_METRIC_EXPORT_INTERVAL, in milliseconds.',
  }),
  disabled: z.boolean().default(false).meta({
    description: 'Posts nothing, whatever the rest says. Environment: OTEL_SDK_DISABLED.',
  }),
});

export type MetricsSettings = Readonly<z.output<typeof metrics>>;

/** Whether they are posted. */
export function arePosted({ enabled, exporter, endpoint, disabled }: MetricsSettings): boolean {
  if (!enabled || disabled || exporter === 'none') return false;
  return exporter === 'otlp' || endpoint !== undefined;
}
