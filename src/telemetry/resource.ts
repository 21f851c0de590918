/** Whose metrics and traces these are: by `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES`, else by our own name. */
import {
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources';

/** @param instance what tells this run from others */
export function resourceOf(version: string, instance: string): Resource {
  const own = resourceFromAttributes({
    'service.name': 'sluice',
    'service.version': version,
    'service.instance.id': instance,
  });
  return own.merge(detectResources({ detectors: [envDetector] }));
}
