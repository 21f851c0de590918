/** What tests of metrics share: reading the text of a gateway, and asking the checker of Prometheus about it. */
import { spawnSync } from 'node:child_process';
import { PROMETHEUS_ADVICE, prometheusPath } from '../../scripts/prometheus.ts';
import { send, type Sending } from './raw.ts';
import { samplesOf } from '../unit/telemetry/support.ts';

/** Sums of samples by name and some of their labels. */
export class Scrape {
  readonly text: string;
  readonly samples: ReadonlyMap<string, number>;

  constructor(text: string) {
    this.text = text;
    this.samples = samplesOf(text);
  }

  static async of(url: string, headers: Sending['headers'] = {}): Promise<Scrape> {
    const reply = await send(url, { headers });
    const text = await reply.text();
    if (reply.status !== 200) throw new Error(`${url} was answered ${reply.status}: ${text}`);
    return new Scrape(text);
  }

  /** The sum of all samples of a name that have these labels; undefined where there is none. */
  sum(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
    const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    const found = [...this.samples].filter(([key]) => {
      const [own = '', rest = ''] = key.split(/\{(.*)/s);
      return own === name && wanted.every((one) => rest.includes(one));
    });
    return found.length === 0 ? undefined : found.reduce((sum, [, value]) => sum + value, 0);
  }
}

/** What promtool says to something; empty where nothing is wrong. */
export function promtool(args: readonly string[], input?: string): string {
  const path = prometheusPath('promtool');
  if (path === undefined) return PROMETHEUS_ADVICE;
  const { status, stdout, stderr } = spawnSync(path, args, { input, encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}${stderr}`;
}
