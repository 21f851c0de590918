/** What the tests of metrics share: reading the text of Prometheus, and a gateway with played servers that is counted. */
import type { CallEnded } from '../../../src/engine/ports-observer.ts';
import { GatewayMetrics, type MetricsOptions } from '../../../src/telemetry/metrics.ts';

/** The samples of a text by their names with labels, as they stand there. */
export function samplesOf(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const space = line.lastIndexOf(' ');
    samples.set(line.slice(0, space), Number(line.slice(space + 1)));
  }
  return samples;
}

/** Names of metrics, without what histograms add to them. */
export function namesIn(text: string): string[] {
  return [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name);
}

/** Counting whose text may be asked for at once, again and again. */
export function counting(options: MetricsOptions = {}) {
  let now = 1_700_000_000_000;
  const metrics = new GatewayMetrics({ now: () => (now += 1_000), ...options });
  return { metrics, samples: async () => samplesOf(await metrics.text()) };
}

export function ended(more: Partial<CallEnded> = {}): CallEnded {
  return {
    ...{ principal: 'ann', project: undefined, server: 'files', method: 'tools/call', target: 'read' },
    ...{ session: 'abcdefgh', address: '10.0.0.1', dialect: 'streamable', era: 'legacy', outcome: 'ok' },
    ...{ code: undefined, ms: 3, version: '2025-06-18', upstreamMs: 2, bytesIn: 10, bytesOut: 20 },
    ...{ tie: undefined, arguments: undefined },
    ...more,
  };
}
