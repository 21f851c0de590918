/** Metrics that a configuration asks for: counted, served on an address of their own where there is one, and sent. */
import { type HostAndPort, hostAndPort } from '../../config/host-and-port.ts';
import { arePosted } from '../../config/schema-metrics.ts';
import type { Config } from '../../config/types.ts';
import type { Troubles } from '../../engine/ports-degraded.ts';
import { type CountedElsewhere, GatewayMetrics } from '../../telemetry/metrics.ts';
import type { MetricsText } from '../http/metrics.ts';
import { bracketed } from './bracketed.ts';
import { MetricsFault } from './metrics-fault.ts';
import { processNow } from './process-now.ts';
import { nodeRuntime } from './runtime.ts';

export interface Metering {
  /** Undefined: nothing is counted. */
  readonly metrics: GatewayMetrics | undefined;
  /** Where they are read, where they have an address of their own. */
  readonly url: string | undefined;
  /** What is counted by whoever is there later. */
  alsoReads(elsewhere: CountedElsewhere): void;
  /** Sends what was not sent yet, in bounded time, and listens no more. Never rejects. */
  close(): Promise<void>;
}

const NOTHING: Metering = {
  metrics: undefined,
  url: undefined,
  alsoReads: () => {},
  close: async () => undefined,
};

/** Rejects with a MetricsFault where their address cannot be had. */
export async function metering(
  { metrics: settings }: Config,
  troubles: Pick<Troubles, 'set' | 'clear'>,
): Promise<Metering> {
  if (!settings.enabled) return NOTHING;
  const { listen, tools, endpoint, interval: intervalMs } = settings;
  const metrics = new GatewayMetrics({
    tools,
    isElsewhere: listen !== undefined,
    instance: nodeRuntime.randomId(),
    process: processNow,
    runtime: `node ${process.versions.node}`,
  });
  const at = listen === undefined ? undefined : hostAndPort(listen);
  const listener = at && (await listening(at, metrics));
  if (arePosted(settings)) await metrics.push({ endpoint, intervalMs, troubles });
  const close = async () => {
    await Promise.all([listener?.close(), metrics.close()]);
  };
  const url = listener && at && `http://${bracketed(at.host)}:${listener.port}/metrics`;
  const alsoReads = (elsewhere: CountedElsewhere) => void Object.assign(metrics.elsewhere, elsewhere);
  return { metrics, url, alsoReads, close };
}

async function listening(at: HostAndPort, metrics: MetricsText) {
  const { listenForMetrics } = await import('./metrics-listener.ts');
  return listenForMetrics(at, metrics).catch((error: unknown) => {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'it failed';
    const sentence = `The metrics cannot be served on ${bracketed(at.host)}:${at.port} (${reason}): choose another address with metrics.listen (METRICS_LISTEN).`;
    throw new MetricsFault(sentence, { cause: error });
  });
}
