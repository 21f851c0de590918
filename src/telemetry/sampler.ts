/**
 * Which traces are recorded.
 *
 * Source: OpenTelemetry specification, SDK environment variables (`OTEL_TRACES_SAMPLER`); trace SDK, built-in samplers.
 */
import type { TraceParent } from '../protocol/trace-context.ts';

export const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

export type SamplerName = (typeof SAMPLERS)[number];

export type Sampler = (traceId: string, parent: TraceParent | undefined) => boolean;

/** Bits of a trace id that are looked at: as many as a number holds exactly. */
const DIGITS = 13;
const OF_ALL = 16 ** DIGITS;

/** @param ratio from 0 to 1, of those named after it */
export function samplerOf(name: SamplerName, ratio: number): Sampler {
  const isParents = name.startsWith('parentbased_');
  const rule = isParents ? name.slice('parentbased_'.length) : name;
  const own = ruleOf(rule, ratio);
  if (!isParents) return own;
  return (traceId, parent) => (parent ? parent.isSampled : own(traceId, parent));
}

function ruleOf(rule: string, ratio: number): Sampler {
  if (rule === 'always_on') return () => true;
  if (rule === 'always_off') return () => false;
  const below = ratio * OF_ALL;
  // The later half of an id is random also where the first holds a time; others who look there decide alike.
  return (traceId) => Number.parseInt(traceId.slice(16, 16 + DIGITS), 16) < below;
}
