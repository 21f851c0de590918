/** How texts of the environment are read that OpenTelemetry names for metrics and traces alike. */

/** The exporters of a list that are known here; others are for other programs in the same environment. */
export const asExporter = (text: string) =>
  text.split(',').some((one) => one.trim() === 'otlp') ? 'otlp' : 'none';

/** Anything but "true" is false (OpenTelemetry, SDK environment variables, boolean value). */
export const asTrue = (text: string) => text.toLowerCase() === 'true';

/** An endpoint for all signals, as that of one (OpenTelemetry, OTLP exporter, endpoint URLs for OTLP/HTTP). */
export const asBaseOf = (signal: 'metrics' | 'traces') => (text: string) =>
  `${text.replace(/(?<!\/)\/+$/, '')}/v1/${signal}`;
