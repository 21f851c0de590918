/** A receiver of OTLP/HTTP: takes what is posted to `/v1/traces` as JSON, and keeps the spans. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { vi } from 'vitest';
import { startTraces, type TracesOptions } from '../../src/telemetry/start-traces.ts';
import { PATIENCE_MS } from './patience.ts';

export interface OtlpSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  /** 2: server, 3: client. */
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code: number };
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Of whom it is. */
  readonly resource: Readonly<Record<string, unknown>>;
}

export interface OtlpReceiver {
  /** The endpoint of traces. */
  readonly url: string;
  readonly spans: OtlpSpan[];
  /** Everything that was posted, as it came. */
  readonly bodies: string[];
  readonly heads: IncomingHttpHeaders[];
  /** What it answers with; 0: nothing, for ever. */
  status: number;
  /** Waits for as many spans whose names say so. */
  until(count: number, name?: string): Promise<readonly OtlpSpan[]>;
  close(): Promise<void>;
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

type RawSpan = Omit<OtlpSpan, 'attributes' | 'resource'> & { attributes: Attribute[] };

interface Posted {
  readonly resourceSpans: {
    readonly resource: { readonly attributes: Attribute[] };
    readonly scopeSpans: { readonly spans: RawSpan[] }[];
  }[];
}

export async function otlpReceiver(port = 0): Promise<OtlpReceiver> {
  const spans: OtlpSpan[] = [];
  const bodies: string[] = [];
  const heads: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const text = Buffer.concat(pieces).toString('utf8');
      bodies.push(text);
      heads.push(request.headers);
      if (receiver.status === 0) return;
      if (receiver.status === 200) spans.push(...spansIn(JSON.parse(text) as Posted));
      response.writeHead(receiver.status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const receiver: OtlpReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
    spans,
    bodies,
    heads,
    status: 200,
    until: async (count, part = '') => {
      const found = () => spans.filter(({ name }) => name.includes(part));
      const enough = () => {
        if (found().length < count) throw new Error(`${found().length} spans came, not ${count}.`);
      };
      await vi.waitFor(enough, { timeout: PATIENCE_MS, interval: 5 });
      return found();
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return receiver;
}

function spansIn({ resourceSpans }: Posted): OtlpSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap((scope) =>
      scope.spans.map((span) => ({
        ...span,
        attributes: plain(span.attributes),
        resource: plain(resource.attributes),
      })),
    ),
  );
}

function plain(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

/** Traces of a gateway of a test, which are sent almost at once. */
export function tracesTo(endpoint: string, options: Partial<TracesOptions> = {}) {
  return startTraces({
    endpoint,
    sampler: 'parentbased_always_on',
    ratio: 1,
    version: '0',
    instance: 'test',
    now: () => performance.timeOrigin + performance.now(),
    troubles: { set: () => undefined, clear: () => undefined },
    limits: { delayMs: 20 },
    ...options,
  });
}
