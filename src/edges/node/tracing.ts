/** Traces that a configuration asks for. OpenTelemetry is loaded only then. */
import { areTraced } from '../../config/schema-traces.ts';
import type { Config } from '../../config/types.ts';
import type { Troubles } from '../../engine/ports-degraded.ts';
import type { Tracer } from '../../engine/ports-tracer.ts';
import { SLUICE_VERSION } from '../../protocol/version.ts';
import { nodeRuntime } from './runtime.ts';

export interface Tracing {
  /** Undefined where nobody traces. */
  readonly tracer: Tracer | undefined;
  /** To be called when nothing more happens: sends what waits, as far as that is quick. Never rejects. */
  close(): Promise<void>;
}

const NOBODY: Tracing = { tracer: undefined, close: async () => undefined };

/** @param troubles told once where spans are lost, and once when they arrive again */
export async function tracing(
  { traces }: Config,
  troubles: Pick<Troubles, 'set' | 'clear'>,
): Promise<Tracing> {
  if (!areTraced(traces)) return NOBODY;
  const { startTraces } = await import('../../telemetry/start-traces.ts');
  const { endpoint, sampler, ratio } = traces;
  return startTraces({
    endpoint,
    sampler,
    ratio,
    version: SLUICE_VERSION,
    instance: nodeRuntime.randomId(),
    now: () => nodeRuntime.now(),
    troubles,
  });
}
