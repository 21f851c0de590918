import { describe, expect, it } from 'vitest';
import { describeConfig } from '../../../src/config/describe.ts';
import { diffConfig } from '../../../src/config/diff.ts';
import { areTraced } from '../../../src/config/schema-traces.ts';
import { SAMPLERS } from '../../../src/telemetry/sampler.ts';
import { traces as schema } from '../../../src/config/schema-traces.ts';
import { read, refused } from './reading.ts';

const TEXT = '{ "mcpServers": {} }';
const of = (env: Record<string, string>, text = TEXT) => read(text, env).traces;

describe('traces', () => {
  it('[TRACE-SETTINGS] are off until somewhere is named that takes them', () => {
    expect(areTraced(of({}))).toBe(false);
    expect(areTraced(of({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }))).toBe(true);
    expect(areTraced(of({ OTEL_TRACES_EXPORTER: 'otlp' }))).toBe(true);
    expect(areTraced(of({ OTEL_TRACES_EXPORTER: 'console, otlp' }))).toBe(true);
    for (const off of [{ OTEL_TRACES_EXPORTER: 'none' }, { OTEL_SDK_DISABLED: 'TRUE' }])
      expect(areTraced(of({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', ...off }))).toBe(false);
    expect(areTraced(of({ OTEL_TRACES_EXPORTER: 'otlp', OTEL_SDK_DISABLED: 'false' }))).toBe(true);
  });

  it('[TRACE-SETTINGS] have the endpoint of traces, else that of all', () => {
    const all = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/' };
    expect(of(all).endpoint).toBe('http://c:4318/v1/traces');
    const own = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t:1/other' };
    expect(of({ ...all, ...own }).endpoint).toBe('http://t:1/other');
  });

  it('[TRACE-SETTINGS] are shown with where each came from, and need a restart', () => {
    const env = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.01' };
    const config = read(`{ "traces": { "endpoint": "http://t:1/v1/traces" }, "mcpServers": {} }`, env);
    const rows = describeConfig(config).filter(({ path }) => path.startsWith('traces.'));
    expect(rows.map(({ path, value, source }) => [path, value, source.where])).toEqual([
      ['traces.exporter', 'auto', ''],
      ['traces.endpoint', 'http://t:1/v1/traces', 'sluice.json:1:27'],
      ['traces.sampler', 'parentbased_traceidratio', 'OTEL_TRACES_SAMPLER'],
      ['traces.ratio', 0.01, 'OTEL_TRACES_SAMPLER_ARG'],
      ['traces.disabled', false, ''],
    ]);
    expect(diffConfig(read(TEXT), config).restart).toEqual(['traces']);
  });

  it('[TRACE-SETTINGS] that cannot be are refused with what they must be', () => {
    expect(refused(TEXT, { OTEL_TRACES_SAMPLER: 'xray' })[0]).toContain('OTEL_TRACES_SAMPLER');
    expect(refused(TEXT, { OTEL_TRACES_SAMPLER_ARG: '2' })[0]).toContain('must be at most 1');
    expect(refused(TEXT, { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' })[0]).toContain('must be a URL');
  });

  it('[TRACE-SETTINGS] name the samplers that there are', () => {
    expect(schema.shape.sampler.unwrap().options).toEqual(SAMPLERS);
  });
});
