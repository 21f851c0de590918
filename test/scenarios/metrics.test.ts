/** What is counted of a real gateway, as Prometheus reads it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { metrics } from '../../src/telemetry.ts';
import { namesIn } from '../unit/telemetry/support.ts';
import { fixtureInprocess, fixtureStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { promtool, Scrape } from '../support/metrics.ts';
import { modernHeaders, modernRequest } from '../support/modern-face.ts';
import { eventually, send } from '../support/raw.ts';
import { request, SseClient, StreamableClient, toolCall } from '../support/raw-clients.ts';
import { WsClient } from '../support/ws-client.ts';

const ADA = { 'x-api-key': 'ada-ada-ada-ada' };
let gateway: TestGateway;
const counting = metrics({ runtime: 'test' });

beforeAll(async () => {
  gateway = await startTestGateway({
    servers: { fixture: fixtureStdio(), here: fixtureInprocess() },
    projects: { acme: { servers: {}, shared: ['here'], apiKeys: [{ name: 'eve', key: 'eve-eve-eve-eve' }] } },
    apiKeys: [
      { name: 'ada', key: 'ada-ada-ada-ada' },
      { name: 'bob', key: 'bob-bob-bob-bob', policy: { tools: { allow: ['here/echo'] } } },
    ],
    metrics: counting,
  });
});

afterAll(() => gateway.close());

const scrape = () => Scrape.of(`${gateway.url}/metrics`, ADA);

describe('/metrics', () => {
  it('[MET-TRUE] [MET-STATE] tells what was done, on every carrier and in both eras', async () => {
    const sse = await SseClient.open(gateway.sse('fixture'), ADA);
    await sse.initialize();
    for (let id = 1; id <= 3; id++) await sse.ask(toolCall(id, 'echo', { text: 'hi' }));
    const streamable = await StreamableClient.start(gateway.mcp('here'), '2025-11-25', ADA);
    for (let id = 1; id <= 4; id++) await streamable.ask(toolCall(id, 'echo', { text: 'hi' }));
    await streamable.ask(request(9, 'no/such'));
    const ws = await WsClient.open(gateway.ws('here'), ['mcp'], { headers: ADA });
    await ws.ask(request(1, 'tools/list'));
    const modern = modernRequest(1, 'tools/call', { name: 'echo', arguments: { text: 'hi' } });
    const reply = await send(gateway.mcp('here'), {
      method: 'POST',
      headers: { ...modernHeaders(modern), ...ADA },
      body: JSON.stringify(modern),
    });
    expect(reply.status).toBe(200);
    await reply.text();
    const found = await scrape();
    expect(found.sum('messages_received_total', { method: 'tools/call' })).toBe(8);
    expect(found.sum('messages_received_total', { method: 'other' })).toBe(1);
    expect(found.sum('messages_received_total', { method: 'notifications/initialized' })).toBe(2);
    const calls = { mcp_method_name: 'tools/call' };
    expect(found.sum('mcp_server_operation_duration_seconds_count', calls)).toBe(8);
    expect(found.sum('mcp_client_operation_duration_seconds_count', { ...calls, server: 'fixture' })).toBe(3);
    expect(found.sum('mcp_client_operation_duration_seconds_count', { ...calls, server: 'here' })).toBe(5);
    expect(found.sum('sluice_calls_total', { era: 'modern', outcome: 'ok' })).toBe(1);
    expect(found.sum('mcp_server_operation_duration_seconds_count', { error_type: '-32601' })).toBe(1);
    expect(found.sum('sluice_sessions', { dialect: 'streamable' })).toBe(1);
    expect(found.sum('sluice_sessions', { dialect: 'websocket' })).toBe(1);
    expect(found.sum('sse_connections_active')).toBe(1);
    expect(found.sum('sluice_upstream_state', { server: 'fixture', state: 'up' })).toBe(1);
    expect(found.sum('sluice_upstream_links', { server: 'fixture' })).toBe(1);
    expect(found.sum('sluice_upstream_processes', { server: 'fixture' })).toBe(1);
    expect(found.sum('sluice_held', { thing: 'sessions' })).toBe(3);
    expect(found.sum('request_duration_seconds_count', { endpoint: 'mcp' })).toBe(8);
    ws.ws.close();
    sse.close();
    await eventually(
      'the end of the stream',
      async () => (await scrape()).sum('sse_connections_active') === 0,
    );
    const after = await scrape();
    expect(after.sum('sluice_streams_closed_total', { reason: 'client-gone' })).toBeGreaterThan(0);
    expect(after.sum('mcp_server_session_duration_seconds_count')).toBe(2);
    expect(after.sum('sluice_upstream_links', { server: 'fixture' })).toBe(0);
  });

  it('[MET-TEXT] is read by the parser of Prometheus without a complaint, and each metric says what it means', async () => {
    const { text } = await scrape();
    expect(promtool(['check', 'metrics'], text)).toBe('');
    expect(promtool(['check', 'metrics'], `${text}\nbroken{`)).not.toBe('');
    expect(namesIn(text).length).toBeGreaterThan(24);
    expect(text).not.toContain('description missing');
    const reply = await send(`${gateway.url}/metrics`, { headers: ADA });
    expect(reply.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    await reply.text();
  });

  it('[MET-GUARD] is for whoever may see everything, and for all others not there', async () => {
    const ask = async (headers: Record<string, string>) => {
      const reply = await send(`${gateway.url}/metrics`, { headers });
      return { status: reply.status, text: await reply.text() };
    };
    const nothing = await send(`${gateway.url}/nothing`, { headers: ADA });
    const stranger = await ask({});
    expect(stranger.status).toBe(401);
    expect((await ask({ 'x-api-key': 'wrong-wrong-wrong' })).text).toBe(stranger.text);
    // A key of a project is none of the gateway.
    expect((await ask({ 'x-api-key': 'eve-eve-eve-eve' })).status).toBe(401);
    // Who may not use everything may not see everything.
    expect(await ask({ 'x-api-key': 'bob-bob-bob-bob' })).toEqual({
      status: 404,
      text: await nothing.text(),
    });
    expect((await ask(ADA)).status).toBe(200);
  });

  it('[MET-OFTEN] is gathered ten times a second at most', async () => {
    let looks = 0;
    let now = 1_700_000_000_000;
    const often = metrics({ now: () => now, process: () => ({ uptime: ++looks }) });
    const all = await Promise.all(Array.from({ length: 50 }, () => often.text()));
    expect(new Set(all).size).toBe(1);
    now += 99;
    await often.text();
    expect(looks).toBe(1);
    now += 2;
    expect(await often.text()).not.toBe(all[0]);
    expect(looks).toBe(2);
  });

  it('[MET-LIBRARY] [MET-OFF] is there for gateways of the library that are counted, and for no others', async () => {
    const plain = await startTestGateway({ servers: { here: fixtureInprocess() } });
    expect((await send(`${plain.url}/metrics`)).status).toBe(404);
    await plain.close();
    expect(await counting.text()).toContain('sluice_build_info{version=');
  });
});
