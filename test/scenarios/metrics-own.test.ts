/** Metrics as a configuration has them: on an address of their own, switched off, and posted to a receiver. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { configured, serve } from '../support/configured.ts';
import { Scrape } from '../support/metrics.ts';
import { eventually, send } from '../support/raw.ts';
import { request, StreamableClient } from '../support/raw-clients.ts';

const SERVERS = { mcpServers: { aare: { builtin: 'aare' } } };
const open = new Set<Server>();

afterEach(() => {
  for (const server of open) {
    server.close();
    server.closeAllConnections();
  }
  open.clear();
});

describe('an address of its own', () => {
  it('[MET-OWN] serves what is counted and nothing else, and the main address has none', async () => {
    const running = await serve(configured({ ...SERVERS, metrics: { listen: '127.0.0.1:0' } }));
    const own = running.metricsUrl ?? '';
    expect((await Scrape.of(own)).sum('sluice_upstream_state', { server: 'aare', state: 'idle' })).toBe(1);
    expect((await Scrape.of(own)).sum('process_memory_usage_bytes')).toBeGreaterThan(1e6);
    expect((await send(`${running.url}/metrics`)).status).toBe(404);
    const statusOf = async (path: string, sending: Parameters<typeof send>[1] = {}) =>
      (await send(new URL(path, own), sending)).status;
    for (const path of ['/', '/health', '/mcp', '/metrics/x', '/metricsx', '/../metrics/..'])
      expect([path, await statusOf(path)]).toEqual([path, 404]);
    expect(await statusOf('/metrics', { method: 'HEAD' })).toBe(200);
    expect(await statusOf('/metrics', { method: 'POST', body: 'x' })).toBe(405);
    // Whatever name a page has for this address.
    expect(await statusOf('/metrics', { headers: { 'sec-fetch-site': 'same-origin' } })).toBe(403);
    expect(await statusOf('/metrics', { headers: { origin: 'http://evil.example' } })).toBe(403);
    expect(await statusOf('/metrics', { headers: { 'sec-fetch-site': 'none' } })).toBe(200);
    await running.stop();
    await expect(send(own)).rejects.toThrow();
  });

  it('[MET-OWN] that is taken is told by its error', async () => {
    const { port } = await receiver(() => {});
    const taken = configured({ ...SERVERS, metrics: { listen: `127.0.0.1:${port}` } });
    await expect(serve(taken)).rejects.toMatchObject({ name: 'MetricsFault', cause: { code: 'EADDRINUSE' } });
  });

  it('[MET-OFF] switched off, there is nothing', async () => {
    const running = await serve(
      configured(SERVERS, { METRICS_ENABLED: 'false', METRICS_LISTEN: '127.0.0.1:0' }),
    );
    expect(running.metricsUrl).toBeUndefined();
    expect((await send(`${running.url}/metrics`)).status).toBe(404);
  });
});

/** What a receiver of OTLP was sent. */
interface Sent {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Otlp;
}

interface Otlp {
  readonly resourceMetrics: readonly {
    readonly resource: { readonly attributes: readonly { key: string; value: { stringValue?: string } }[] };
    readonly scopeMetrics: readonly { readonly metrics: readonly OtlpMetric[] }[];
  }[];
}

interface OtlpMetric {
  readonly name: string;
  readonly unit: string;
  readonly histogram?: {
    readonly dataPoints: readonly { readonly count: number; readonly attributes: unknown[] }[];
  };
}

async function receiver(took: (sent: Sent) => void, status = () => 200) {
  const server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      const code = status();
      // One that hangs says nothing.
      if (code === 0) return;
      const body = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Otlp;
      took({ path: message.url ?? '', headers: message.headers, body });
      response.writeHead(code, { 'content-type': 'application/json' }).end('{}');
    });
  });
  open.add(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return { port: (server.address() as AddressInfo).port };
}

describe('a receiver of OTLP', () => {
  it('[MET-OTLP] is posted what is counted, with its headers, and at the end what was not yet', async () => {
    const sent: Sent[] = [];
    const { port } = await receiver((one) => sent.push(one));
    // The exporter reads these itself.
    process.env['OTEL_EXPORTER_OTLP_HEADERS'] = 'authorization=Bearer%20collector';
    process.env['OTEL_SERVICE_NAME'] = 'edge-7';
    try {
      const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}/` };
      const running = await serve(configured({ ...SERVERS, metrics: { interval: 60_000 } }, env));
      const client = await StreamableClient.start(`${running.url}/mcp`);
      await client.ask(request(1, 'tools/list'));
      await running.stop();
      const posted = sent.filter(({ path }) => path === '/v1/metrics');
      expect(posted.length).toBe(1);
      const { headers, body } = posted[0] as Sent;
      expect(headers['authorization']).toBe('Bearer collector');
      const [whole] = body.resourceMetrics;
      expect(whole?.resource.attributes).toContainEqual({
        key: 'service.name',
        value: { stringValue: 'edge-7' },
      });
      const all = whole?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
      const duration = all.find(({ name }) => name === 'mcp.server.operation.duration');
      expect(duration?.unit).toBe('s');
      expect(JSON.stringify(duration?.histogram)).toContain('tools/list');
      expect(all.map(({ name }) => name)).toContain('sluice.upstream.state');
    } finally {
      delete process.env['OTEL_EXPORTER_OTLP_HEADERS'];
      delete process.env['OTEL_SERVICE_NAME'];
    }
  });

  it('[MET-OTLP] is not posted to where the environment says so', async () => {
    const sent: Sent[] = [];
    const { port } = await receiver((one) => sent.push(one));
    const endpoint = { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `http://127.0.0.1:${port}/own` };
    for (const more of [
      { OTEL_SDK_DISABLED: 'true' },
      { OTEL_METRICS_EXPORTER: 'none' },
      { METRICS_ENABLED: 'no' },
    ]) {
      const running = await serve(configured(SERVERS, { ...endpoint, ...more }));
      await running.stop();
    }
    expect(sent).toEqual([]);
    await (await serve(configured(SERVERS, { ...endpoint, OTEL_METRICS_EXPORTER: 'console,otlp' }))).stop();
    expect(sent.map(({ path }) => path)).toEqual(['/own']);
  });

  it('[MET-OTLP-AWAY] that does not take it, and then hangs, slows no call and is told once', async () => {
    let status = 400;
    let taken = 0;
    const { port } = await receiver(
      () => taken++,
      () => status,
    );
    const told: string[] = [];
    const observer = {
      degraded: ({ code, message }: { code: string; message: string }) =>
        void told.push(`${code}: ${message}`),
      recovered: ({ code }: { code: string }) => void told.push(`${code} is well`),
    };
    const env = {
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `http://127.0.0.1:${port}/v1/metrics`,
      OTEL_METRIC_EXPORT_INTERVAL: '50',
    };
    const running = await serve(configured(SERVERS, env), observer);
    await eventually('three tries', () => taken >= 3);
    expect(told).toEqual([expect.stringMatching(/^otlp_metrics: Metrics are not sent by OTLP: /)]);
    status = 200;
    await eventually('the end of the trouble', () => told.length === 2);
    expect(told[1]).toBe('otlp_metrics is well');
    status = 0;
    const client = await StreamableClient.start(`${running.url}/mcp`);
    const began = performance.now();
    for (let id = 1; id <= 20; id++) await client.ask(request(id, 'tools/list'));
    expect(performance.now() - began).toBeLessThan(5_000);
    const stopping = performance.now();
    await running.stop();
    expect(performance.now() - stopping).toBeLessThan(6_000);
  });
});
