/**
 * What starts the gateway elsewhere. Neither Docker nor Helm is run here: it is seen that the files can be read, that
 * what they set is known to the configuration, that what templates use is there, and that times fit together.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { drainMsOf } from '../../../src/config/drain.ts';
import { publishedSchema } from '../../../src/config/schema.ts';
import { read } from './reading.ts';

const DEPLOY = join(import.meta.dirname, '../../../deploy');
const CHART = join(DEPLOY, 'helm/sluice');
const textOf = (...path: string[]) => readFileSync(join(DEPLOY, ...path), 'utf8');
const templates = readdirSync(join(CHART, 'templates')).map((name) => ({
  name,
  text: readFileSync(join(CHART, 'templates', name), 'utf8'),
}));
const values = parse(readFileSync(join(CHART, 'values.yaml'), 'utf8')) as Values;

interface Values {
  readonly config: object;
  readonly preStopSeconds: number;
  readonly terminationGracePeriodSeconds: number;
  readonly [name: string]: unknown;
}

/** Names that the configuration takes from the environment. */
const KNOWN = new Set(
  [...JSON.stringify(publishedSchema()).matchAll(/Environment: ([A-Z_]+)(?: or ([A-Z_]+))?/g)].flatMap(
    ([, name = '', other = name]) => [name, other],
  ),
);
/** Of Node, of the system, and those that only stand in others. */
const FOREIGN = new Set(['NODE_ENV', 'HOME', 'POD_IP']);
const unknownOf = (names: Iterable<string>) =>
  [...names].filter((name) => !KNOWN.has(name) && !FOREIGN.has(name));
const HARD_STOP_S = 5;

interface Service {
  readonly environment: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
  readonly stop_grace_period: string;
  readonly depends_on: Readonly<Record<string, unknown>>;
  readonly build?: { readonly context: string; readonly dockerfile: string };
}

describe('[PLAY-DEPLOY] deploy/compose.yaml', () => {
  const { services } = parse(textOf('compose.yaml')) as { services: Record<string, Partial<Service>> };

  test('sets what the gateway knows, and names files and services that are there', () => {
    expect(unknownOf(Object.keys(services['sluice']?.environment ?? {}))).toEqual([]);
    for (const { volumes = [], depends_on = {}, build } of Object.values(services)) {
      for (const volume of volumes.filter((one) => one.startsWith('./'))) textOf(volume.split(':')[0] ?? '');
      for (const name of Object.keys(depends_on)) expect(services).toHaveProperty(name);
      if (build) expect(textOf(build.context, build.dockerfile)).toContain('ENTRYPOINT');
    }
  });

  test('starts a configuration that is right, and waits for longer than it drains', () => {
    const { environment = {}, stop_grace_period: grace = '' } = services['sluice'] ?? {};
    const env = {
      ...environment,
      HOST: '0.0.0.0',
      API_KEYS: 'a'.repeat(24),
      PUBLIC_URL: 'http://127.0.0.1:8808',
    };
    const config = read(textOf('sluice.json'), env);
    expect(config).toMatchObject({
      warnings: [],
      apiKeyRequired: true,
      cluster: { redis: ['redis://redis:6379'] },
    });
    expect(Number.parseInt(grace, 10)).toBeGreaterThan(drainMsOf(config) / 1_000 + HARD_STOP_S);
  });
});

test('[PLAY-DEPLOY] deploy/Dockerfile copies what is there, and sets what the gateway knows', () => {
  const text = textOf('Dockerfile').replace(/\\\n/g, ' ');
  const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, all = '']) => all.split(' '));
  expect(copied.length).toBeGreaterThan(6);
  const tracked = readdirSync(join(DEPLOY, '..'));
  expect(copied.filter((path) => !tracked.includes(path.split('/')[0] ?? ''))).toEqual([]);
  const [, env = ''] = /^ENV (.+)$/m.exec(text) ?? [];
  expect(unknownOf([...env.matchAll(/([A-Z_]+)=/g)].map(([, name = '']) => name))).toEqual([]);
  expect(text).not.toMatch(/^FROM \S+\.\S+\//m);
});

test('[PLAY-DEPLOY] deploy/nginx.conf takes turns and holds nothing back', () => {
  const text = textOf('nginx.conf').replace(/#.*/g, '');
  expect(text).not.toMatch(/ip_hash|hash |sticky|least_conn/);
  for (const line of ['proxy_buffering off;', 'proxy_request_buffering off;', 'proxy_http_version 1.1;'])
    expect(text).toContain(line);
  expect(text.split('{').length).toBe(text.split('}').length);
});

describe('[PLAY-DEPLOY] the Helm chart', () => {
  test('uses values that are there, and has none that it does not use', () => {
    const used = new Set(
      templates.flatMap(({ text }) => [...text.matchAll(/\.Values\.([\w.]+)/g)].map(([, path = '']) => path)),
    );
    const there = (path: string) =>
      path.split('.').reduce<unknown>((at, key) => (at as Values | undefined)?.[key], values);
    expect([...used].filter((path) => there(path) === undefined)).toEqual([]);
    const tops = new Set([...used].map((path) => path.split('.')[0] ?? ''));
    expect(Object.keys(values).filter((name) => !tops.has(name))).toEqual([]);
  });

  test.each(templates)('$name: what is opened is closed, and what is included is defined', ({ text }) => {
    const words = [...text.matchAll(/\{\{-? *(\w+)/g)].map(([, word = '']) => word);
    const opening = words.filter((word) => ['if', 'with', 'range', 'define'].includes(word));
    expect(words.filter((word) => word === 'end')).toHaveLength(opening.length);
    const defined = templates.flatMap((one) =>
      [...one.text.matchAll(/define "([^"]+)"/g)].map(([, name]) => name),
    );
    for (const [, name] of text.matchAll(/include "([^"]+)"/g)) expect(defined).toContain(name);
  });

  test.each(templates.filter(({ name }) => name.endsWith('.yaml')))(
    '$name: what is left without its templates is an object of Kubernetes',
    ({ text }) => {
      const bare = text.replace(/^ *\{\{.*\}\}\n/gm, '').replace(/"?\{\{.*?\}\}"?/g, 'x');
      expect(parse(bare)).toMatchObject({ apiVersion: expect.any(String), kind: expect.any(String) });
    },
  );

  test('sets what the gateway knows, starts a configuration that is right, and waits for longer than it drains', () => {
    const deployment = templates.find(({ name }) => name === 'deployment.yaml')?.text ?? '';
    const names = [...deployment.matchAll(/- name: ([A-Z_]+)$/gm)].map(([, name = '']) => name);
    expect(names).toContain('SLUICE_NODE_URL');
    expect(unknownOf(names)).toEqual([]);
    const env = {
      REDIS_URL: 'redis://redis',
      API_KEYS: 'a'.repeat(24),
      SLUICE_NODE_URL: 'http://10.0.0.7:8808',
    };
    const { timeouts, warnings } = read(JSON.stringify(values.config), env);
    expect(warnings).toEqual([]);
    const { preStopSeconds, terminationGracePeriodSeconds } = values;
    expect(terminationGracePeriodSeconds).toBeGreaterThan(
      preStopSeconds + timeouts.drain / 1_000 + HARD_STOP_S,
    );
    for (const probe of [
      'path: /readyz',
      'path: /healthz',
      'readOnlyRootFilesystem: true',
      'runAsNonRoot: true',
    ])
      expect(deployment).toContain(probe);
  });
});
