/** Caps of sessions and calls, told in the protocol when they are hit. */
import { describe, expect, it } from 'vitest';
import { fixtureInprocess, fixtureStdio, startTestGateway } from '../support/gateway.ts';
import {
  hello,
  JSON_TYPE,
  BOTH_TYPES,
  request,
  SseClient,
  StreamableClient,
  textOf,
  toolCall,
  wordOf,
} from '../support/raw-clients.ts';
import { eventually, type Rpc, send } from '../support/raw.ts';

describe('one session', () => {
  it('[LIMIT-CALLS] may have so many calls in flight and no more; an answered one makes room', async () => {
    const gateway = await startTestGateway({
      servers: { fixture: fixtureStdio() },
      settings: { exchangesPerSession: 3 },
    });
    const sse = await SseClient.open(gateway.sse());
    await sse.initialize();
    const other = await SseClient.open(gateway.sse());
    await sse.post(toolCall('s', 'sleep', { ms: 200 }));
    for (const id of [1, 2]) await sse.post(toolCall(id, 'hang', {}));
    const refused = await sse.ask(toolCall(3, 'echo', { text: 'x' }));
    expect([refused.error?.code, wordOf(refused)]).toEqual([-32000, 'too_many_calls']);
    expect(textOf(await other.ask(toolCall(3, 'echo', { text: 'beside' })))).toBe('beside');
    expect(textOf(await sse.feed.answer('s'))).toBe('Slept 200 ms.');
    expect(textOf(await sse.ask(toolCall(4, 'echo', { text: 'room' })))).toBe('room');
    const streamable = await StreamableClient.start(gateway.mcp());
    for (const id of [1, 2, 3]) await streamable.post(toolCall(id, 'hang', {}));
    expect(wordOf(await streamable.ask(toolCall(4, 'echo', { text: 'x' })))).toBe('too_many_calls');
    await gateway.close();
  });

  it('[LIMIT-SUBSCRIPTIONS] may have so many subscriptions and no more; one that is given up makes room', async () => {
    const gateway = await startTestGateway({
      servers: { fixture: fixtureInprocess() },
      settings: { subscriptionsPerSession: 2 },
    });
    const client = await SseClient.open(gateway.sse());
    await client.initialize();
    const subscribe = (note: number) =>
      client.ask(request(`s${note}`, 'resources/subscribe', { uri: `test://note/${note}` }));
    const outcomes = [await subscribe(1), await subscribe(2), await subscribe(1), await subscribe(3)];
    expect(outcomes.map((answer) => wordOf(answer) ?? 'ok')).toEqual(['ok', 'ok', 'ok', 'too_many_calls']);
    await client.ask(request('u', 'resources/unsubscribe', { uri: 'test://note/2' }));
    expect(
      (await client.ask(request('again', 'resources/subscribe', { uri: 'test://note/3' }))).result,
    ).toEqual({});
    await gateway.close();
  });
});

it('[LIMIT-SESSIONS-PRINCIPAL] one principal may have so many sessions; others are served', async () => {
  const gateway = await startTestGateway({
    servers: { fixture: fixtureInprocess() },
    settings: { sessionsPerPrincipal: 2 },
    apiKeys: ['ada-ada-ada-ada', 'bob-bob-bob-bob'],
  });
  const ada = { 'x-api-key': 'ada-ada-ada-ada' };
  const open = async (key: Record<string, string>) => {
    const headers = { ...JSON_TYPE, ...BOTH_TYPES, ...key };
    const body = JSON.stringify(hello(1, '2025-11-25'));
    return send(gateway.mcp(), { method: 'POST', headers, body });
  };
  const first = await open(ada);
  expect([first.status, (await open(ada)).status]).toEqual([200, 200]);
  const refused = await open(ada);
  expect([refused.status, refused.headers['retry-after'], wordOf(await refused.json<Rpc>())]).toEqual([
    429,
    '5',
    'too_many_sessions',
  ]);
  const stream = await send(gateway.sse(), { headers: { accept: 'text/event-stream', ...ada } });
  expect(stream.status).toBe(429);
  expect((await open({ 'x-api-key': 'bob-bob-bob-bob' })).status).toBe(200);
  const id = first.headers['mcp-session-id'] as string;
  await send(gateway.mcp(), { method: 'DELETE', headers: { ...ada, 'mcp-session-id': id } });
  await eventually('there is room', async () => (await open(ada)).status === 200);
  await gateway.close();
});
