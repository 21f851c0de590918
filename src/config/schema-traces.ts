/** Traces: whether requests become spans, which of them, and where these go. */
import { z } from 'zod';

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

const HTTP_URL = /^https?:\/\/[^\s]+$/i;

export const traces = z.strictObject({
  exporter: z.enum(['auto', 'otlp', 'none']).default('auto').meta({
    description:
      '"otlp" posts spans over OTLP/HTTP; "none" makes none; "auto" is "otlp" where an endpoint is named, and else "none". Environment: OTEL_TRACES_EXPORTER.',
  }),
  endpoint: z
    .string()
    .regex(HTTP_URL, { error: 'must be a URL like "http://localhost:4318/v1/traces"' })
    .optional()
    .meta({
      description:
        'Where spans are posted to, path included. Environment: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, or OTEL_EXPORTER_OTLP_ENDPOINT, to which "/v1/traces" is added.',
    }),
  sampler: z.enum(SAMPLERS).default('parentbased_always_on').meta({
    description:
      'Which traces are recorded; those named "parentbased" do as the caller does, where it says. Environment: OTEL_TRACES_SAMPLER.',
  }),
  ratio: z.number().min(0).max(1).default(1).meta({
    description:
      'The share of traces that samplers named after it record, from 0 to 1. Environment: OTEL_TRACES_SAMPLER_ARG.',
  }),
  disabled: z.boolean().default(false).meta({
    description: 'Makes no spans, whatever the rest says. Environment: OTEL_SDK_DISABLED.',
  }),
});

export type TracesSettings = Readonly<z.output<typeof traces>>;

/** Whether requests become spans. */
export function areTraced({ exporter, endpoint, disabled }: TracesSettings): boolean {
  if (disabled || exporter === 'none') return false;
  return exporter === 'otlp' || endpoint !== undefined;
}
