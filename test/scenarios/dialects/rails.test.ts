/** The dialect `rails`, as its own clients meet it: on a route of its own and on `superset`. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SLUICE_VERSION } from '../../../src/protocol/version.ts';
import { CustomClient, RailsClient } from '../../support/dialect-clients.ts';
import type { TestGateway } from '../../support/gateway.ts';
import { hello, JSON_TYPE, request, textOf, toolCall } from '../../support/raw-clients.ts';
import { type Reply, type Rpc, send } from '../../support/raw.ts';
import { startDialects } from './gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startDialects({ settings: { heartbeatMs: 50 } });
});

afterAll(() => gateway.close());

const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;
const INVALID = { error: 'Invalid or missing connection_id', timestamp: TIME };

async function told(reply: Promise<Reply>): Promise<[number, unknown]> {
  const { status } = await reply;
  return [status, await (await reply).json()];
}

function post(path: string, body: unknown): Promise<Reply> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return send(gateway.url + path, { method: 'POST', headers: JSON_TYPE, body: text });
}

describe('a stream of rails', () => {
  it('[DIALECT-RAILS-OPENING] begins with `connected`, which tells the connection, the time and the server', async () => {
    const client = await CustomClient.open(`${gateway.url}/servers/rails/mcp/sse`);
    expect(await client.data('connected')).toEqual({
      type: 'connection_established',
      connection_id: expect.stringMatching(/^[\w-]{20,}$/) as string,
      timestamp: TIME,
      server_info: { name: 'sluice', version: SLUICE_VERSION },
    });
    await client.event('heartbeat', 1);
    expect(client.feed.events[0]?.event).toBe('connected');
    expect([...client.all('endpoint'), ...client.all('message')]).toEqual([]);
    client.close();
  });

  it('[DIALECT-RAILS-HEARTBEAT] beats with `heartbeat`, its type and the time', async () => {
    const client = await RailsClient.open(`${gateway.url}/servers/rails/mcp/sse`);
    expect(await client.data('heartbeat')).toEqual({ type: 'heartbeat', timestamp: TIME });
    client.close();
  });
});

describe.each(['/servers/rails', ''])('a client of rails under "%s"', (prefix) => {
  const open = () => RailsClient.open(`${gateway.url}${prefix}/mcp/sse`, {}, `${prefix}/mcp/sse/message`);

  it('[DIALECT-RAILS-FLOW] gets through a whole session', async () => {
    const client = await open();
    expect((await client.ask(hello(1, '2024-11-05'))).result).toMatchObject({
      protocolVersion: '2024-11-05',
    });
    const note = await client.say({ jsonrpc: '2.0', method: 'notifications/initialized' });
    expect(await told(Promise.resolve(note))).toEqual([200, { status: 'sent', timestamp: TIME }]);
    expect((await client.ask(request(2, 'tools/list'))).result?.['tools']).toBeInstanceOf(Array);
    expect(textOf(await client.ask(toolCall(3, 'echo', { text: 'hi' })))).toBe('hi');
    await client.ask(toolCall(4, 'progress', { steps: 2 }, 'p'));
    const steps = client.all('mcp_response').filter(({ data }) => data.includes('notifications/progress'));
    expect(steps).toHaveLength(2);
    client.close();
  });

  it('[DIALECT-RAILS-ERRORS] is told in its own words that its connection is unknown or not named', async () => {
    const path = `${prefix}/mcp/sse/message`;
    const ping = request(1, 'ping');
    for (const body of [
      { ...ping, connection_id: 'never' },
      { ...ping, connection_id: '' },
      { ...ping, connection_id: null },
    ]) {
      expect(await told(post(path, body))).toEqual([400, INVALID]);
    }
    // Whoever posts here is one of its clients, whatever the body says.
    expect(await told(post(path, ping))).toEqual([400, INVALID]);
    expect(await told(post(`${path}?sessionId=never`, ping))).toEqual([400, INVALID]);
    const broken = { error: expect.any(String) as string, timestamp: TIME };
    expect(await told(post(path, '{'))).toEqual([400, broken]);
  });

  it('[DIALECT-RAILS-ERRORS] is told in its own words what is wrong with its message', async () => {
    const client = await open();
    const words = { error: expect.any(String) as string, timestamp: TIME };
    for (const members of [
      '"jsonrpc":"1.0","id":1,"method":"ping"',
      '"jsonrpc":"2.0","id":1,"method":"ping","id":2',
    ]) {
      const body = `{"connection_id":"${client.connectionId}",${members}}`;
      expect(await told(post(`${prefix}/mcp/sse/message`, body))).toEqual([400, words]);
    }
    expect(textOf(await client.ask(toolCall(2, 'echo', { text: 'still' })))).toBe('still');
    client.close();
  });

  it("[DIALECT-RAILS-FAILURES] hears of the relay's failures as `mcp_error`, of the server's as `mcp_response`", async () => {
    const client = await open();
    await client.say(request(1, 'server/discover'));
    expect(await client.answer('mcp_error', 1)).toMatchObject({ id: 1, error: { code: -32601 } });
    const own = await client.ask(request(2, 'no/such/method'));
    expect(own.error).toMatchObject({ code: -32601 });
    expect(client.all('mcp_error')).toHaveLength(1);
    client.close();
  });

  it('[DIALECT-RAILS-FAILURES] hears of a failure that answers nobody as `error`', async () => {
    const client = await open();
    // The id is too long to be kept, so nobody can be answered by it.
    await client.say(request('x'.repeat(2_000), 'ping'));
    expect(await client.data('error')).toEqual({
      type: 'too_large',
      message: 'The `id` of a request may have 1024 bytes and no more.',
      timestamp: TIME,
    });
    client.close();
  });
});

it('[DIALECT-RAILS-END] hears why its stream ends when the gateway shuts down', async () => {
  const closing = await startDialects();
  const client = await RailsClient.open(`${closing.url}/servers/rails/mcp/sse`);
  const shared = await RailsClient.open(`${closing.url}/mcp/sse`);
  await (await shared.say({ jsonrpc: '2.0', method: 'notifications/initialized' })).text();
  await closing.gateway.drain();
  for (const each of [client, shared]) {
    expect(await each.feed.ended).toBe('whole');
    expect(JSON.parse(each.all('error')[0]?.data ?? '')).toEqual({
      type: 'draining',
      message: 'The gateway is shutting down.',
      timestamp: TIME,
    });
  }
  await closing.close();
});

it('[DIALECT-NAMES] takes its connection in a query or a header, too', async () => {
  const client = await RailsClient.open(`${gateway.url}/servers/rails/mcp/sse`);
  const path = '/servers/rails/mcp/sse/message';
  const { connectionId: id } = client;
  const ways: (readonly [string, Record<string, string>])[] = [
    [`${path}?connection_id=${id}`, {}],
    [`${path}?sessionId=${id}`, {}],
    [path, { 'x-session-id': id }],
    [path, { 'mcp-session-id': id }],
  ];
  for (const [index, [to, headers]] of ways.entries()) {
    const reply = await client.post(to, toolCall(index, 'echo', { text: to }), headers);
    expect(await reply.json()).toEqual({ status: 'sent', timestamp: TIME });
    expect(textOf((await client.answer('mcp_response', index)) as Rpc)).toBe(to);
  }
  client.close();
});
