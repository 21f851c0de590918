/** A trace from a client through gateways to a server, as a receiver of OTLP gets it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, fixtureInprocess, type TestGateway } from '../support/gateway.ts';
import { fixtureStdio } from '../support/servers.ts';
import { answerIn, ENTRIES, modernHeaders, modernRequest } from '../support/modern-face.ts';
import { dualHttp, modernHttp } from '../support/modern-servers.ts';
import { type OtlpReceiver, type OtlpSpan, otlpReceiver, tracesTo } from '../support/otlp-receiver.ts';
import { request, SseClient, StreamableClient, textOf } from '../support/raw-clients.ts';
import type { Rpc } from '../support/raw.ts';
import { behindGateway, remote } from '../support/remote.ts';
import { type Watched, watched } from '../support/watched.ts';
import { WsClient } from '../support/ws-client.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const AROUND = 'b7ad6b7169203331';
const OWN = `00-${TRACE}-${PARENT}-01`;
const HEAD = { traceparent: `00-${TRACE}-${AROUND}-01`, tracestate: 'around=1', baggage: 'who=me' };

let receiver: OtlpReceiver;
let far: Watched;
beforeAll(async () => {
  receiver = await otlpReceiver();
  far = await watched('streamable');
});
afterEach(() => {
  receiver.spans.length = 0;
  receiver.bodies.length = 0;
});
afterAll(async () => {
  await far.close();
  await receiver.close();
});

const traced = () => ({ tracer: tracesTo(receiver.url).tracer });

function echo(id: number, meta?: object): Rpc {
  return request(id, 'tools/call', { name: 'echo_meta', arguments: {}, ...(meta && { _meta: meta }) });
}

/** What its server saw in `_meta`. */
function metaIn(answer: Rpc): Record<string, string> {
  return (JSON.parse(textOf(answer)) as { meta: Record<string, string> | null }).meta ?? {};
}

/** The span of one kind of a call at one server. */
function one(
  server: string,
  kind: 'server' | 'client',
  spans: readonly OtlpSpan[] = receiver.spans,
): OtlpSpan {
  const found = spans.filter(
    (span) =>
      span.name === 'tools/call echo_meta' &&
      span.kind === (kind === 'server' ? 2 : 3) &&
      span.attributes['sluice.server'] === server,
  );
  expect(found, `${kind} spans at ${server}`).toHaveLength(1);
  return found[0] as OtlpSpan;
}

describe('one trace', () => {
  it('[TRACE-ONE] from a client through two gateways to a server: one id, each the child of the one before', async () => {
    const inner = await startTestGateway({
      servers: { inner: fixtureInprocess() },
      loopId: 'inner',
      ...traced(),
    });
    const outer = await startTestGateway({
      servers: { outer: remote('streamable', inner.mcp()) },
      loopId: 'outer',
      ...traced(),
    });
    const client = await StreamableClient.start(outer.mcp(), '2025-11-25', HEAD);
    const answer = await client.ask(echo(1, { traceparent: OWN, tracestate: 'rojo=2', progressToken: 'p' }));
    await receiver.until(4, 'echo_meta');
    const spans = (['outer', 'inner'] as const).flatMap((name) => [one(name, 'server'), one(name, 'client')]);
    expect(spans.map(({ traceId }) => traceId)).toEqual([TRACE, TRACE, TRACE, TRACE]);
    const parents = [PARENT, ...spans.slice(0, 3).map(({ spanId }) => spanId)];
    expect(spans.map(({ parentSpanId }) => parentSpanId)).toEqual(parents);
    expect(spans.map(({ traceState }) => traceState)).toEqual(Array(4).fill('rojo=2'));
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(4);
    // What came around it is no parent, and is not forgotten.
    expect(spans[0]?.links).toMatchObject([{ traceId: TRACE, spanId: AROUND }]);
    expect(metaIn(answer)).toMatchObject({
      traceparent: `00-${TRACE}-${spans[3]?.spanId}-01`,
      tracestate: 'rojo=2',
      baggage: 'who=me',
    });
  });

  it('[TRACE-FACTS] spans say what is called, where and how, and nothing of arguments, results or whole sessions', async () => {
    const gateway = await startTestGateway({ servers: { fixture: fixtureStdio() }, ...traced() });
    const client = await StreamableClient.start(gateway.mcp());
    await client.ask(request(1, 'tools/call', { name: 'echo', arguments: { text: 'SECRET-ARGUMENT' } }));
    await client.ask(request(2, 'tools/call', { name: 'no such <tool>', arguments: {} }));
    await client.ask(request(3, 'resources/read', { uri: 'secret://SECRET-URI' }));
    await client.ask(request(4, 'SECRET/method', {}));
    await receiver.until(2, '_OTHER');
    const span = receiver.spans.find(({ name, kind }) => name === 'tools/call echo' && kind === 2);
    expect(span?.attributes).toEqual({
      'mcp.method.name': 'tools/call',
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'echo',
      'mcp.session.id': client.sessionId?.slice(0, 8),
      'network.transport': 'tcp',
      'network.protocol.name': 'http',
      'sluice.server': 'fixture',
    });
    expect(span?.resource).toMatchObject({ 'service.name': 'sluice', 'service.version': '0' });
    expect(Number(span?.endTimeUnixNano)).toBeGreaterThan(Number(span?.startTimeUnixNano));
    const out = receiver.spans.find(({ name, kind }) => name === 'tools/call echo' && kind === 3);
    expect(out?.attributes).toMatchObject({ 'network.transport': 'pipe' });
    const failed = receiver.spans.filter(({ name }) => name === 'resources/read');
    expect(failed.map(({ status }) => status.code)).toEqual([2, 2]);
    expect(failed[0]?.attributes['error.type']).toMatch(/^-32\d\d\d$/);
    expect(receiver.spans.map(({ name }) => name)).toContain('_OTHER');
    const all = receiver.bodies.join();
    for (const secret of ['SECRET', 'no such', client.sessionId ?? '-']) expect(all).not.toContain(secret);
  });
});

describe('who the caller is', () => {
  it('[TRACE-PARENT] the head says it where `_meta` does not, and what is malformed there does not count', async () => {
    const gateway = await startTestGateway({ servers: { far: remote('streamable', far.url) }, ...traced() });
    const client = await StreamableClient.start(gateway.mcp(), '2025-11-25', HEAD);
    const answer = await client.ask(echo(1, { traceparent: `00-${TRACE}-${PARENT}`, tracestate: 'rojo=2' }));
    await receiver.until(2, 'echo');
    const [server, out] = [one('far', 'server'), one('far', 'client')];
    expect([server.traceId, server.parentSpanId, server.traceState]).toEqual([TRACE, AROUND, 'around=1']);
    const told = { traceparent: `00-${TRACE}-${out.spanId}-01`, tracestate: 'around=1', baggage: 'who=me' };
    expect(metaIn(answer)).toMatchObject(told);
    // A server over HTTP is told in the head of the request, too.
    expect(far.seen.at(-1)?.headers).toMatchObject(told);
  });

  it('[TRACE-PARENT] nobody says it: a trace begins here, and what strangers wrote goes no further', async () => {
    const gateway = await startTestGateway({ servers: { far: remote('streamable', far.url) }, ...traced() });
    const bad = { traceparent: `00-${'0'.repeat(32)}-${PARENT}-01`, tracestate: 'a', baggage: '"' };
    const client = await StreamableClient.start(gateway.mcp(), '2025-11-25', bad);
    const meta = metaIn(await client.ask(echo(1, { ...bad, other: 'x' })));
    await receiver.until(2, 'echo');
    const [server, out] = [one('far', 'server'), one('far', 'client')];
    expect(server.parentSpanId).toBeUndefined();
    expect(meta).toMatchObject({
      traceparent: `00-${server.traceId}-${out.spanId}-01`,
      tracestate: '',
      baggage: '',
      other: 'x',
    });
    const { headers } = far.seen.at(-1) ?? {};
    expect([headers?.['tracestate'], headers?.['baggage']]).toEqual([undefined, undefined]);
  });
});

describe('every way in', () => {
  const legacy = { dual: dualHttp(), modern: modernHttp(), fixture: fixtureInprocess({ sharing: 'shared' }) };
  let gateway: TestGateway;
  const open = async () => (gateway = await startTestGateway({ servers: legacy, ...traced() }));

  it('[TRACE-WAYS] HTTP+SSE, WebSocket', async () => {
    await open();
    const sse = await SseClient.open(gateway.sse('fixture'));
    await sse.initialize();
    const answers = [await sse.ask(echo(1, { traceparent: OWN }))];
    const ws = await WsClient.open(gateway.ws('fixture'));
    ws.send(echo(2, { traceparent: OWN }));
    answers.push(await ws.until('the answer', ({ id }) => id === 2));
    const spans = await receiver.until(4, 'echo_meta');
    const out = spans.filter(({ kind }) => kind === 3);
    expect(spans.map(({ traceId }) => traceId)).toEqual(Array(4).fill(TRACE));
    expect(answers.map((answer) => metaIn(answer)['traceparent']).sort()).toEqual(
      out.map(({ spanId }) => `00-${TRACE}-${spanId}-01`).sort(),
    );
    sse.close();
    ws.ws.close();
  });

  it.each(ENTRIES)('[TRACE-WAYS] modern words by $name, to servers of either era', async (entry) => {
    await open();
    for (const server of ['modern', 'fixture']) {
      receiver.spans.length = 0;
      const name = server === 'fixture' ? 'echo_meta' : 'echo';
      const asked = modernRequest(1, 'tools/call', { name, arguments: { text: 'x' } }, { traceparent: OWN });
      const reply = await entry.post(
        gateway,
        gateway.mcp(server),
        modernHeaders(asked),
        JSON.stringify(asked),
      );
      expect(JSON.parse(answerIn(reply.text))).toMatchObject({ result: {} });
      await receiver.until(2, 'echo');
      const spans = receiver.spans.filter(({ name: one }) => one.startsWith('tools/call'));
      const [span, out] = [2, 3].map((of) => spans.find(({ kind }) => kind === of));
      expect([span?.traceId, span?.parentSpanId]).toEqual([TRACE, PARENT]);
      expect([out?.traceId, out?.parentSpanId]).toEqual([TRACE, span?.spanId]);
      expect(span?.attributes).not.toHaveProperty('mcp.session.id');
    }
  });

  it('[TRACE-WAYS] legacy words to a server of 2026-07-28', async () => {
    await open();
    const client = await StreamableClient.start(gateway.mcp('modern'));
    const call = { name: 'echo', arguments: { text: 'x' }, _meta: { traceparent: OWN } };
    expect((await client.ask(request(1, 'tools/call', call))).result).toBeDefined();
    const spans = await receiver.until(2, 'echo');
    const [span, out] = [2, 3].map((of) => spans.find(({ kind }) => kind === of));
    expect([span?.traceId, span?.parentSpanId, out?.parentSpanId]).toEqual([TRACE, PARENT, span?.spanId]);
  });

  it('[TRACE-WAYS] a merged server: the span is that of who is asked', async () => {
    const servers = { one: fixtureInprocess(), two: behindGateway('streamable') };
    gateway = await startTestGateway({ servers, merge: {}, ...traced() });
    const client = await StreamableClient.start(gateway.mcp());
    const call = { name: 'two__echo_meta', arguments: {}, _meta: { traceparent: OWN } };
    const answer = await client.ask(request(1, 'tools/call', call));
    await receiver.until(2, 'echo');
    const out = receiver.spans.find(({ kind, name }) => kind === 3 && name === 'tools/call echo_meta');
    expect(out?.attributes['sluice.server']).toBe('two');
    expect(metaIn(answer)['traceparent']).toBe(`00-${TRACE}-${out?.spanId}-01`);
  });
});

describe('what is not recorded', () => {
  it('[TRACE-SAMPLED] a trace that its caller does not record is not recorded, and goes on as it came', async () => {
    const gateway = await startTestGateway({ servers: { far: remote('streamable', far.url) }, ...traced() });
    const client = await StreamableClient.start(gateway.mcp());
    receiver.spans.length = 0;
    const traceparent = `00-${TRACE}-${PARENT}-00`;
    const meta = { traceparent, tracestate: 'a=1', baggage: 'b=1' };
    expect(metaIn(await client.ask(echo(1, meta)))).toMatchObject(meta);
    expect(far.seen.at(-1)?.headers).toMatchObject(meta);
    await client.ask(echo(2, { traceparent: OWN }));
    await receiver.until(2, 'echo');
    expect(receiver.spans.map(({ parentSpanId }) => parentSpanId)).toContain(PARENT);
    expect(receiver.spans.filter(({ name }) => name === 'tools/call echo_meta')).toHaveLength(2);
  });

  it('[TRACE-SAMPLED] a share of traces is recorded, and servers are told which', async () => {
    const { tracer } = tracesTo(receiver.url, { sampler: 'traceidratio', ratio: 0 });
    const gateway = await startTestGateway({ servers: { fixture: fixtureInprocess() }, tracer });
    const client = await StreamableClient.start(gateway.mcp());
    const begun = metaIn(await client.ask(echo(1)));
    expect(begun['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    const decided = metaIn(await client.ask(echo(2, { traceparent: OWN })));
    expect(decided['traceparent']).toMatch(new RegExp(`^00-${TRACE}-(?!${PARENT})[0-9a-f]{16}-00$`));
  });

  it('[TRACE-OFF] without traces nothing is read or written: `_meta` goes on as it is, heads do not', async () => {
    const gateway = await startTestGateway({ servers: { far: remote('streamable', far.url) } });
    const client = await StreamableClient.start(gateway.mcp(), '2025-11-25', HEAD);
    const meta = { traceparent: 'whatever', tracestate: 'it', baggage: 'says' };
    expect(metaIn(await client.ask(echo(1, meta)))).toMatchObject(meta);
    expect(far.seen.at(-1)?.headers).not.toHaveProperty('traceparent');
  });
});
