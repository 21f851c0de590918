/** What is in deploy/ and docs/ of metrics: passed by the checkers of Prometheus, at one with the code, and read by a real one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fillMetrics, INSTRUMENTS } from '../../scripts/metrics-table.ts';
import { PROMETHEUS_ADVICE, prometheusPath } from '../../scripts/prometheus.ts';
import { textLabel, textName } from '../../src/telemetry/instrument.ts';
import { configured, serve } from '../support/configured.ts';
import { ROOT } from './gateway.ts';
import { promtool } from '../support/metrics.ts';
import { freePort } from '../support/ports.ts';
import { eventually, send } from '../support/raw.ts';
import { request, StreamableClient } from '../support/raw-clients.ts';

const at = (...path: string[]) => join(ROOT, ...path);
const read = (...path: string[]) => readFileSync(at(...path), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'sluice-prometheus-'));
let started: ChildProcess | undefined;

afterAll(async () => {
  if (started?.exitCode === null) {
    const over = new Promise((resolve) => started?.once('exit', resolve));
    started.kill('SIGKILL');
    await over;
  }
  rmSync(folder, { recursive: true, force: true });
});

/** Names as samples have them. */
const SAMPLES = new Set(
  INSTRUMENTS.flatMap((instrument) => {
    const name = textName(instrument);
    return instrument.kind === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name];
  }),
);
const LABELS = new Set([
  ...INSTRUMENTS.flatMap(({ labels }) => labels.map(textLabel)),
  ...['instance', 'job', 'le', 'thing'],
]);
const OWN = /\b(?:sluice|mcp|process|nodejs|v8js|sse|messages|request)_[a-z0-9_]+/g;

/** Names of metrics that an expression speaks of; what stands in braces, brackets and `by (…)` is labels. */
function namesIn(expression: string): string[] {
  const bare = expression.replaceAll(/\{[^}]*\}/g, '').replaceAll(/\bby \([^)]*\)/g, '');
  return bare.match(OWN) ?? [];
}

function labelsIn(expression: string): string[] {
  const chosen = [...expression.matchAll(/\{([^}]*)\}/g)].flatMap(([, inside = '']) =>
    [...inside.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
  );
  const by = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, inside = '']) => inside.split(/,\s*/));
  return [...chosen, ...by];
}

/** Expressions of the rules, and of the panels. */
const rules = [
  ...read('deploy', 'prometheus', 'sluice-alerts.yml').matchAll(
    /expr: (?:\|\n)?([^]*?)\n\s+(?:for|labels):/g,
  ),
].map(([, expression = '']) => expression);
const panels = [...read('deploy', 'grafana', 'sluice.json').matchAll(/"expr": "((?:[^"\\]|\\.)*)"/g)].map(
  ([, expression = '']) => JSON.parse(`"${expression}"`) as string,
);

describe('deploy/', () => {
  it('[MET-DEPLOY] its rules and its configuration pass the checkers of Prometheus', () => {
    for (const file of ['prometheus.yml', 'sluice-alerts.yml'])
      copyFileSync(at('deploy', 'prometheus', file), join(folder, file));
    writeFileSync(join(folder, 'sluice.key'), 'a key');
    expect(promtool(['check', 'config', join(folder, 'prometheus.yml')])).toBe('');
    expect(promtool(['check', 'rules', join(folder, 'sluice-alerts.yml')])).toBe('');
    writeFileSync(
      join(folder, 'broken.yml'),
      read('deploy', 'prometheus', 'sluice-alerts.yml').replace('> 5', '> > 5'),
    );
    expect(promtool(['check', 'rules', join(folder, 'broken.yml')])).toContain('parse error');
  });

  it('[MET-DEPLOY] its rules and its dashboard name only metrics and labels that there are', () => {
    expect(rules.length).toBe(13);
    expect(panels.length).toBeGreaterThan(30);
    for (const expression of [...rules, ...panels]) {
      const names = namesIn(expression);
      expect(names.length + Number(expression.startsWith('up{')), expression).toBeGreaterThan(0);
      expect(
        names.filter((name) => !SAMPLES.has(name)),
        expression,
      ).toEqual([]);
      expect(
        labelsIn(expression).filter((label) => !LABELS.has(label)),
        expression,
      ).toEqual([]);
    }
  });
});

describe('docs/watching.md', () => {
  it('[MET-DOCS] its table is that of the code', () => {
    const page = read('docs', 'watching.md');
    expect(fillMetrics(page)).toBe(page);
    const names = INSTRUMENTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

interface Answer {
  readonly data: { readonly result: readonly { readonly value: readonly [number, string] }[] };
}

describe('a real Prometheus', () => {
  it('[MET-READ] reads the gateway, loads the rules, and answers with what was done', async () => {
    const path = prometheusPath('prometheus');
    if (path === undefined) throw new Error(PROMETHEUS_ADVICE);
    const running = await serve(
      configured({ mcpServers: { aare: { builtin: 'aare' } }, metrics: { listen: '127.0.0.1:0' } }),
    );
    const client = await StreamableClient.start(`${running.url}/mcp`);
    for (let id = 1; id <= 7; id++) await client.ask(request(id, 'tools/list'));
    const target = new URL(running.metricsUrl ?? '').host;
    const jobs = `[{ job_name: sluice, static_configs: [{ targets: ['${target}'] }] }]`;
    copyFileSync(at('deploy', 'prometheus', 'sluice-alerts.yml'), join(folder, 'sluice-alerts.yml'));
    const config = `global: { scrape_interval: 100ms, scrape_timeout: 100ms }\nrule_files: [sluice-alerts.yml]\nscrape_configs: ${jobs}\n`;
    writeFileSync(join(folder, 'own.yml'), config);
    const port = await freePort();
    const options = { 'config.file': join(folder, 'own.yml'), 'storage.tsdb.path': join(folder, 'data') };
    const args = Object.entries({ ...options, 'web.listen-address': `127.0.0.1:${port}` });
    started = spawn(
      path,
      args.map(([name, value]) => `--${name}=${value}`),
      { stdio: 'ignore' },
    );
    const ask = async (query: string): Promise<string | undefined> => {
      const reply = await send(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`);
      return (await reply.json<Answer>()).data?.result[0]?.value[1];
    };
    const query = 'sum(mcp_server_operation_duration_seconds_count{mcp_method_name="tools/list"})';
    await eventually('a sample', async () => (await ask(query).catch(() => undefined)) === '7', 20_000);
    expect(await ask('messages_received_total{method="tools/list"}')).toBe('7');
    expect(await ask('up{job="sluice"}')).toBe('1');
    const loaded = await send(`http://127.0.0.1:${port}/api/v1/rules`);
    expect(await loaded.text()).toContain('SluiceServerIsSick');
  });
});
