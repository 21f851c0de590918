/** The dialect `clg`, as its own clients meet it: on a route of its own and on `superset`. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClgClient, CustomClient } from '../../support/dialect-clients.ts';
import type { TestGateway } from '../../support/gateway.ts';
import { hello, JSON_TYPE, request, textOf, toolCall } from '../../support/raw-clients.ts';
import { type Reply, send } from '../../support/raw.ts';
import { startDialects } from './gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startDialects({ settings: { heartbeatMs: 50 } });
});

afterAll(() => gateway.close());

const INVALID = '{"error":"Invalid or missing connectionId","code":-32001}';

async function told(reply: Promise<Reply>): Promise<[number, string]> {
  const { status } = await reply;
  return [status, await (await reply).text()];
}

function post(path: string, body: string): Promise<Reply> {
  return send(gateway.url + path, { method: 'POST', headers: JSON_TYPE, body });
}

describe('a stream of clg', () => {
  it('[DIALECT-CLG-OPENING] begins with `connected`, and names no endpoint', async () => {
    const client = await CustomClient.open(gateway.sse('clg'));
    const first = await client.data('connected');
    expect(Object.entries(first).map(([name, value]) => [name, typeof value])).toEqual([
      ['connectionId', 'string'],
      ['protocol', 'string'],
      ['timestamp', 'number'],
    ]);
    expect(first['protocol']).toBe('sse');
    expect(Math.abs(Number(first['timestamp']) - Date.now())).toBeLessThan(60_000);
    await client.event('heartbeat', 1);
    expect(client.feed.events[0]?.event).toBe('connected');
    expect([...client.all('endpoint'), ...client.all('message')]).toEqual([]);
    client.close();
  });

  it('[DIALECT-CLG-HEARTBEAT] beats with `heartbeat` and the time in ms', async () => {
    const client = await ClgClient.open(gateway.sse('clg'));
    const [one, two] = [await client.data('heartbeat', 0), await client.data('heartbeat', 1)];
    expect(Object.keys(one)).toEqual(['timestamp']);
    expect(Number(two['timestamp'])).toBeGreaterThan(Number(one['timestamp']));
    expect(client.feed.comments).toEqual([]);
    client.close();
  });
});

describe.each(['/servers/clg/sse', '/sse', '/mcp'])('a client of clg at %s', (path) => {
  it('[DIALECT-CLG-FLOW] gets through a whole session', async () => {
    const client = await ClgClient.open(gateway.url + path);
    const started = await client.ask(hello(1, '2024-11-05'));
    expect(started.result).toMatchObject({ protocolVersion: '2024-11-05' });
    const note = await client.say({ jsonrpc: '2.0', method: 'notifications/initialized' });
    expect([note.status, await note.text()]).toEqual([200, '{"status":"sent"}']);
    expect((await client.ask(request(2, 'tools/list'))).result?.['tools']).toBeInstanceOf(Array);
    expect(textOf(await client.ask(toolCall(3, 'echo', { text: 'hi' })))).toBe('hi');
    const progressing = client.ask(toolCall(4, 'progress', { steps: 2 }, 'p'));
    await progressing;
    const steps = client
      .all('mcp-response')
      .map(({ data }) => JSON.parse(data) as Record<string, unknown>)
      .filter(({ method }) => method === 'notifications/progress');
    expect(steps).toHaveLength(2);
    for (const step of steps) {
      expect(step).toMatchObject({ protocol: 'sse', connectionId: client.connectionId });
    }
    client.close();
  });

  it('[DIALECT-CLG-ASKED] answers what the server asks', async () => {
    const client = await ClgClient.open(gateway.url + path);
    await client.ask({
      ...hello(1, '2024-11-05'),
      params: { ...hello(1, '2024-11-05').params, capabilities: { sampling: {} } },
    });
    await client.say({ jsonrpc: '2.0', method: 'notifications/initialized' });
    const asking = client.ask(toolCall(2, 'ask_sampling'));
    const question = await client.feed.until('a question', () =>
      client.all('mcp-response').find(({ data }) => data.includes('"sampling/createMessage"')),
    );
    const { id } = JSON.parse(question.data) as { id: number };
    const result = { role: 'assistant', model: 'm', content: { type: 'text', text: 'sampled' } };
    await client.say({ jsonrpc: '2.0', id, result });
    expect(JSON.stringify((await asking).result)).toContain('sampled');
    client.close();
  });

  it('[DIALECT-CLG-ERRORS] is told in its own words that its connection is unknown or not named', async () => {
    const ping = request(1, 'ping');
    for (const wrapper of [
      { connectionId: 'never', protocol: 'sse' },
      { connectionId: '', protocol: 'sse' },
      { connectionId: 7, protocol: 'sse' },
      { protocol: 'sse' },
    ]) {
      expect(await told(post(path, JSON.stringify({ ...ping, ...wrapper })))).toEqual([400, INVALID]);
    }
  });

  it('[DIALECT-CLG-ERRORS] is told in its own words what is wrong with its message', async () => {
    const client = await ClgClient.open(gateway.url + path);
    const wrapper = `"connectionId":"${client.connectionId}","protocol":"sse"`;
    const before = client.feed.events.length;
    for (const [members, code] of [
      ['"jsonrpc":"1.0","id":1,"method":"ping"', -32600],
      ['"jsonrpc":"2.0","id":1,"method":"ping","id":2', -32600],
      ['"jsonrpc":"2.0","id":1,"method":"ping","connectionId":"x"', -32600],
      ['"jsonrpc":"2.0","id":{},"method":"ping"', -32600],
    ] as const) {
      const [status, text] = await told(post(path, `{${wrapper},${members}}`));
      expect([status, JSON.parse(text)]).toEqual([400, { error: expect.any(String) as string, code }]);
    }
    const replies = client.feed.events.slice(before).filter(({ event }) => event !== 'heartbeat');
    expect(replies).toEqual([]);
    // The connection goes on.
    expect(textOf(await client.ask(toolCall(2, 'echo', { text: 'still' })))).toBe('still');
    client.close();
  });
});

it('[DIALECT-CLG-ERRORS] bad JSON on its route is 400 with -32700, other ways to fail have their usual status', async () => {
  for (const body of ['{', '', '{"connectionId":"c",}']) {
    const [status, text] = await told(post('/servers/clg/sse', body));
    expect([status, JSON.parse(text)]).toEqual([400, { error: expect.any(String) as string, code: -32700 }]);
  }
  const wrong = send(gateway.sse('clg'), {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: '{}',
  });
  expect(await told(wrong)).toEqual([415, '{"error":"The body must be application/json.","code":-32000}']);
});

it('[DIALECT-NAMES] takes its connection by any other name, too', async () => {
  const client = await ClgClient.open(gateway.sse('clg'));
  const { connectionId: id } = client;
  for (const [index, name] of ['sessionId', 'session_id', 'connectionId', 'connection_id'].entries()) {
    const reply = await client.post(`?${name}=${id}`, toolCall(index, 'echo', { text: name }));
    expect([reply.status, await reply.text()]).toEqual([200, '{"status":"sent"}']);
    expect(textOf(await client.answer('mcp-response', index))).toBe(name);
  }
  client.close();
});
