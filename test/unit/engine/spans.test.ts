/** Spans of requests, as the engine tells them. */
import { SpanKind } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { describe, expect, it } from 'vitest';
import type { Recorded } from '../../../src/telemetry/recorded.ts';
import { samplerOf } from '../../../src/telemetry/sampler.ts';
import { Traces } from '../../../src/telemetry/traces.ts';
import { call, message, notify, readySession, turn, world } from './support.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const META = { traceparent: `00-${TRACE}-${PARENT}-01` };

async function traced() {
  const spans: Recorded[] = [];
  const tracer = new Traces({
    now: () => at.runtime.now(),
    sampler: samplerOf('parentbased_always_on', 1),
    resource: resourceFromAttributes({}),
    version: '0',
    over: (span) => void spans.push(span),
  });
  const at = world({ tracer });
  at.driver.mayRepeat = true;
  const followed = await readySession(at);
  at.runtime.advance(1_000);
  spans.length = 0;
  return { ...at, ...followed, spans };
}

const echo = (id: number) => call(id, 'tools/call', { name: 'echo', _meta: META });
const factsOf = (spans: readonly Recorded[]) =>
  spans.map(({ name, kind, fault }) => [kind === SpanKind.SERVER ? 'server' : 'client', name, fault]);

describe('a request that is traced', () => {
  it('[TRACE-AGAIN] is a span each time that it is sent', async () => {
    const { driver, session, spans } = await traced();
    session.receive(call(5, 'tools/list', { _meta: META }));
    const [first] = [driver.link];
    first.end({ code: 'session-lost', message: 'Lost.', isRecoverable: true });
    await turn();
    const again = driver.link.calls.at(-1);
    driver.link.answers(again?.id, { tools: [] });
    expect(factsOf(spans)).toEqual([
      ['client', 'tools/list', 'upstream_failed'],
      ['client', 'tools/list', undefined],
      ['server', 'tools/list', undefined],
    ]);
    const [lost, sent, own] = spans;
    for (const span of [lost, sent]) expect(span?.parentSpanContext?.spanId).toBe(own?.spanId);
    expect(own?.parentSpanContext?.spanId).toBe(PARENT);
    const told = (wire: typeof again) => (wire?.params?.['_meta'] as typeof META | undefined)?.traceparent;
    expect([told(first.calls.at(-1)), told(again)]).toEqual([
      `00-${TRACE}-${lost?.spanId}-01`,
      `00-${TRACE}-${sent?.spanId}-01`,
    ]);
  });

  it('[TRACE-FACTS] says how it ended: by the server, by the gateway, by its client', async () => {
    const { driver, session, spans, runtime } = await traced();
    const { link } = driver;
    const ends: (() => void)[] = [
      () => link.answers(link.last.id, { content: [], isError: true }),
      () => link.says({ jsonrpc: '2.0', id: link.last.id, error: { code: -32_001, message: 'SECRET' } }),
      () => session.receive(notify('notifications/cancelled', { requestId: 3 })),
      () => runtime.advance(10 * 60_000),
      () => link.end({ code: 'exited', message: 'The server exited.' }),
    ];
    for (const [at, end] of ends.entries()) {
      session.receive(echo(at + 1));
      end();
      await turn();
    }
    expect(spans.filter(({ kind }) => kind === SpanKind.SERVER).map(({ fault }) => fault)).toEqual([
      'tool_error',
      '-32001',
      undefined,
      'timed_out',
      'upstream_exited',
    ]);
    expect(spans).toHaveLength(10);
    expect(spans[3]?.attributes).toMatchObject({ 'rpc.response.status_code': '-32001' });
    expect(JSON.stringify(spans.map(({ attributes, status }) => [attributes, status]))).not.toContain(
      'SECRET',
    );
  });

  it('[TRACE-ASKED] what its server asks of its client for it is a span within it', async () => {
    const { driver, session, connection, spans } = await traced();
    session.receive(echo(1));
    const number = Number(driver.link.last.id);
    driver.link.asks('q', 'elicitation/create', { message: 'SECRET?' }, number);
    const asked = connection.messages.find(({ method }) => method === 'elicitation/create');
    session.receive(message({ jsonrpc: '2.0', id: asked?.id, result: { action: 'accept' } }));
    driver.link.answers(number, { content: [] });
    expect(factsOf(spans)).toEqual([
      ['client', 'elicitation/create', undefined],
      ['client', 'tools/call echo', undefined],
      ['server', 'tools/call echo', undefined],
    ]);
    expect(spans[0]?.parentSpanContext?.spanId).toBe(spans[1]?.spanId);
  });

  it('[TRACE-BYTES] goes on byte for byte where its caller does not record it', async () => {
    const { driver, session, spans } = await traced();
    const meta = `"_meta":{ "traceparent":"00-${TRACE}-${PARENT}-00" }`;
    session.receive(
      message(`{"jsonrpc":"2.0", "id":1,"method":"tools/call","params":{"name":"a","n":1.0,${meta}}}`),
    );
    const { raw, last } = driver.link;
    expect(raw.at(-1)).toBe(
      `{"jsonrpc":"2.0", "id":${last.id},"method":"tools/call","params":{"name":"a","n":1.0,${meta}}}`,
    );
    driver.link.answers(last.id);
    expect(spans).toEqual([]);
  });
});
