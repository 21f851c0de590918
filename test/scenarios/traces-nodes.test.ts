/** Traces from node to node, with a receiver that hangs, and up to the end of a gateway. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { configured, serve } from '../support/configured.ts';
import { fixtureInprocess, startTestGateway } from '../support/gateway.ts';
import { type OtlpReceiver, otlpReceiver, tracesTo } from '../support/otlp-receiver.ts';
import { request, StreamableClient, textOf, toolCall } from '../support/raw-clients.ts';
import { startRelayNodes } from '../support/relay-nodes.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const AROUND = 'b7ad6b7169203331';

let receiver: OtlpReceiver;
beforeAll(async () => {
  receiver = await otlpReceiver();
});
afterEach(() => {
  receiver.spans.length = 0;
  receiver.status = 200;
});
afterAll(() => receiver.close());

it.each([
  ['in `_meta`', { _meta: { traceparent: `00-${TRACE}-${PARENT}-01` } }, AROUND],
  ['in the head', {}, PARENT],
])('[TRACE-CARRIED] a carried request is one trace, whose caller stands %s', async (_where, meta, head) => {
  const all = await startRelayNodes(2, {
    servers: { srv: fixtureInprocess() },
    each: (at) => ({ tracer: tracesTo(receiver.url, { instance: `node-${at}` }).tracer }),
  });
  const client = await StreamableClient.start(`${all.nodes[0]?.url}/mcp`);
  const [here, there] = [all.other(client.sessionId ?? ''), all.owner(client.sessionId ?? '')];
  const stray = new StreamableClient(`${here.url}/mcp`, client.version, {
    traceparent: `00-${TRACE}-${head}-01`,
  });
  stray.sessionId = client.sessionId;
  const answer = await stray.ask(request(1, 'tools/call', { name: 'echo_meta', arguments: {}, ...meta }));
  const spans = await receiver.until(4, 'echo_meta');
  const of = (node: string, kind: number) =>
    spans.find((span) => span.kind === kind && span.resource['service.instance.id'] === node);
  const road = [of(here.name, 2), of(here.name, 3), of(there.name, 2), of(there.name, 3)];
  expect(road.map((span) => span?.traceId)).toEqual([TRACE, TRACE, TRACE, TRACE]);
  expect(road.map((span) => span?.parentSpanId)).toEqual([
    PARENT,
    ...road.slice(0, 3).map((span) => span?.spanId),
  ]);
  expect(road.map((span) => span?.status.code)).toEqual([0, 0, 0, 0]);
  expect(textOf(answer)).toContain(`00-${TRACE}-${road[3]?.spanId}-01`);
  await all.close();
});

it('[TRACE-SLOW] a receiver that never answers holds up no call, and is told of once', async () => {
  receiver.status = 0;
  const told: string[] = [];
  const troubles = { set: (code: string) => void told.push(code), clear: () => undefined };
  const limits = { delayMs: 1, spans: 40, perBatch: 10, exportMs: 60, closeMs: 50 };
  const { tracer, close } = tracesTo(receiver.url, { troubles, limits });
  const gateway = await startTestGateway({ servers: { fixture: fixtureInprocess() }, tracer });
  const client = await StreamableClient.start(gateway.mcp());
  for (let n = 0; n < 100; n++)
    expect(textOf(await client.ask(toolCall(n, 'echo', { text: `${n}` })))).toBe(`${n}`);
  expect(new Set(told)).toEqual(new Set(['traces_lost']));
  await close();
});

it('[TRACE-END] a gateway that is configured by `OTEL_*` sends what waits when it stops', async () => {
  const env = {
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: receiver.url,
    OTEL_TRACES_SAMPLER: 'always_on',
  };
  const { url, stop } = await serve(configured({ mcpServers: { aare: { builtin: 'aare' } } }, env));
  const client = await StreamableClient.start(`${url}/mcp`);
  await client.ask(request(1, 'tools/list', {}));
  expect(receiver.spans).toEqual([]);
  await stop();
  expect(receiver.spans.map(({ name }) => name)).toContain('tools/list');
  expect(receiver.spans[0]?.resource['service.name']).toBe('sluice');
});
