/** HTTP+SSE as it is on the wire: what the measured clients need, byte for byte. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { echoStdio, fixtureInprocess, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { hello, JSON_TYPE, request, SseClient, textOf, toolCall } from '../support/raw-clients.ts';
import { type EventFeed, type Rpc, send, Wire, within } from '../support/raw.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({
    servers: { fixture: fixtureInprocess(), 'a b': fixtureInprocess(), echo: echoStdio() },
    settings: { heartbeatMs: 50 },
  });
});

afterAll(() => gateway.close());

/** Reads a stream of `GET /sse` as text until `until` is in it. */
async function rawStream(path: string, until: RegExp, headers = ''): Promise<string> {
  const wire = await Wire.open(gateway.port);
  wire.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n${headers}\r\n`);
  const text = await wire.until(until);
  wire.destroy();
  return text;
}

const bodyOf = (raw: string) => raw.slice(raw.indexOf('\r\n\r\n') + 4);

describe('the endpoint', () => {
  it('[SSE-ENDPOINT-FIRST] [SSE-FLUSH] is the first event, sent with the head, before anything happens', async () => {
    const raw = await rawStream('/sse', /\n\n/);
    expect(raw).toMatch(/^HTTP\/1\.1 200 /);
    expect(bodyOf(raw)).toMatch(/event: endpoint\ndata: \S+\n\n/);
    expect(bodyOf(raw).indexOf('event:')).toBe(bodyOf(raw).indexOf('event: endpoint'));
  });

  it('[SSE-ENDPOINT-RELATIVE] is a plain URI without an origin, whatever the host is called', async () => {
    for (const host of ['127.0.0.1', 'localhost']) {
      const reply = await send(`http://127.0.0.1:${gateway.port}/sse`, {
        headers: { accept: 'text/event-stream', host: `${host}:${gateway.port}` },
        alone: true,
      });
      const first = await reply.events.until('the endpoint', () => reply.events.events[0]);
      expect(first).toMatchObject({ event: 'endpoint', id: undefined });
      expect(first.data).toMatch(/^\/messages\?sessionId=[\w-]{20,}$/);
      reply.cut();
    }
  });

  it('[SSE-ENDPOINT-PATH] keeps the path of the server, as it was written', async () => {
    const client = await SseClient.open(`${gateway.url}/servers/a%20b/sse`);
    expect(client.feed.events[0]?.data).toMatch(/^\/servers\/a%20b\/messages\?sessionId=/);
    expect(textOf(await client.ask(toolCall(1, 'echo', { text: 'hi' })))).toBe('hi');
    client.close();
  });

  it('[SSE-ENDPOINT-ONCE] comes once, though the stream lives on', async () => {
    const client = await SseClient.open(gateway.sse());
    await client.initialize();
    await client.ask(toolCall(1, 'progress', { steps: 3 }, 't'));
    const beats = client.feed.comments.length;
    await client.feed.until('two more heartbeats', () => client.feed.comments.length >= beats + 2);
    expect(client.feed.events.filter(({ event }) => event === 'endpoint')).toHaveLength(1);
    client.close();
  });
});

describe('the head of a stream', () => {
  it('[SSE-HEADERS] is neither cached nor buffered, and names its type', async () => {
    const client = await SseClient.open(gateway.sse());
    expect(client.stream.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    client.close();
  });

  it('[SSE-NOT-COMPRESSED] has no coding, whatever the client accepts', async () => {
    for (const coding of ['gzip, deflate, br, zstd', 'gzip;q=1.0, *;q=0', '*']) {
      const raw = await rawStream('/sse', /event: endpoint\n/, `Accept-Encoding: ${coding}\r\n`);
      expect(raw).not.toMatch(/content-encoding/i);
    }
  });
});

describe('a POST', () => {
  it('[SSE-POST-202] is answered 202 and empty, the answer comes on the stream', async () => {
    const client = await SseClient.open(gateway.sse());
    const reply = await client.post(request(1, 'ping'));
    expect([reply.status, reply.headers['content-length'], await reply.text()]).toEqual([202, '0', '']);
    expect((await client.feed.answer(1)).result).toEqual({});
    client.close();
  });

  it('[SSE-MESSAGE-PURE] brings a `message` event with the JSON-RPC object and nothing of ours', async () => {
    const client = await SseClient.open(gateway.sse('echo'));
    await client.ask(hello('h', '2024-11-05'));
    await client.ask(toolCall('1', 'echo', { text: 'x' }));
    const event = client.feed.events.at(-1);
    expect(event).toMatchObject({ event: 'message', id: undefined, retry: undefined });
    expect(JSON.parse(event?.data ?? '')).toEqual({
      jsonrpc: '2.0',
      id: '1',
      result: { content: [{ type: 'text', text: 'x' }] },
    });
    client.close();
  });

  it('[SSE-SESSION-NAMES] names its session as sessionId or as session_id', async () => {
    const client = await SseClient.open(gateway.sse());
    for (const name of ['sessionId', 'session_id']) {
      const url = `${gateway.url}/messages?x=1&${name}=${client.sessionId}&y=2`;
      const body = JSON.stringify(request(name, 'ping'));
      expect((await send(url, { method: 'POST', headers: JSON_TYPE, body })).status).toBe(202);
      expect((await client.feed.answer(name)).result).toEqual({});
    }
    client.close();
  });

  it('[TRAFFIC-PING-ALONE] of a ping is answered before there is a server to ask', async () => {
    const links = gateway.recorder.of('linkOpened').length;
    const client = await SseClient.open(gateway.sse());
    expect(await client.ask(request('p', 'ping'))).toEqual({ jsonrpc: '2.0', id: 'p', result: {} });
    expect(gateway.recorder.of('linkOpened')).toHaveLength(links);
    client.close();
  });

  it('[SSE-DISCOVER] of server/discover is refused at once, before and after `initialize`', async () => {
    const client = await SseClient.open(gateway.sse());
    const links = gateway.recorder.of('linkOpened').length;
    expect((await client.ask(request(1, 'server/discover'))).error?.code).toBe(-32601);
    expect(gateway.recorder.of('linkOpened')).toHaveLength(links);
    await client.initialize();
    expect((await client.ask(request(2, 'server/discover'))).error?.code).toBe(-32601);
    client.close();
  });
});

describe('a stream that drops', () => {
  it('[SSE-RECONNECT] [SSE-LENIENT-START] another goes on without `initialize`', async () => {
    const first = await SseClient.open(gateway.sse());
    await first.initialize();
    await first.ask(toolCall(1, 'echo', { text: 'before' }));
    first.close();
    const second = await SseClient.open(gateway.sse());
    expect(second.sessionId).not.toBe(first.sessionId);
    expect(textOf(await second.ask(toolCall(2, 'echo', { text: 'after' })))).toBe('after');
    expect((await second.ask(request(3, 'tools/list'))).result).toHaveProperty('tools');
    second.close();
  });

  it('[SSE-DROP-ENDS] ends its session: calls are called off, the server is let go, the id is unknown', async () => {
    const client = await SseClient.open(gateway.sse());
    await client.initialize();
    await client.post(toolCall(1, 'sleep', { ms: 60_000 }));
    await client.ask(toolCall(2, 'echo', { text: 'arrived' }));
    client.close();
    const isMine = ({ session }: { session: string }) => session === client.sessionId;
    expect((await gateway.recorder.when('sessionClosed', isMine)).reason).toBe('client-gone');
    const ended = await gateway.recorder.when(
      'exchangeEnded',
      (event) => isMine(event) && event.ms >= 0 && event.outcome !== 'ok',
    );
    expect(ended).toMatchObject({ method: 'tools/call', outcome: 'session_closed' });
    expect((await client.post(request(3, 'ping'))).status).toBe(404);
  });

  it("[SSE-OTHERS-GO-ON] is nobody else's business", async () => {
    const [one, other] = await Promise.all([SseClient.open(gateway.sse()), SseClient.open(gateway.sse())]);
    await Promise.all([one.initialize(), other.initialize()]);
    const running = other.ask(toolCall(1, 'progress', { steps: 20, delayMs: 5 }, 't'));
    await other.feed.until('progress', () => progressOf(other.feed, 't')[0]);
    one.close();
    await gateway.recorder.when('sessionClosed', ({ session }) => session === one.sessionId);
    expect(textOf(await running)).toBe('Took 20 steps.');
    expect(progressOf(other.feed, 't')).toHaveLength(20);
    other.close();
  });
});

it('[SSE-RAW-2024] a client of 2024-11-05 without any SDK gets through the whole life of a session', async () => {
  const client = await SseClient.open(gateway.sse());
  const { result } = await client.ask({
    jsonrpc: '2.0',
    id: 0,
    method: 'initialize',
    params: {
      protocolVersion: '2024-11-05',
      capabilities: { sampling: {}, roots: { listChanged: true } },
      clientInfo: { name: 'by hand', version: '0' },
    },
  });
  expect(result).toMatchObject({ protocolVersion: '2024-11-05', serverInfo: { name: 'sluice-fixture' } });
  await client.post({ jsonrpc: '2.0', method: 'notifications/initialized' });
  const { tools, nextCursor } = (await client.ask(request(1, 'tools/list'))).result as {
    tools: unknown[];
    nextCursor: string;
  };
  expect(tools).toHaveLength(10);
  const next = await client.ask(request(2, 'tools/list', { cursor: nextCursor }));
  expect(next.result?.['tools']).toHaveLength(10);
  expect(textOf(await client.ask(toolCall('3', 'progress', { steps: 4 }, 0)))).toBe('Took 4 steps.');
  expect(progressOf(client.feed, 0)).toEqual([1, 2, 3, 4]);
  const asking = client.ask(toolCall(4, 'ask_sampling', { prompt: 'Hi' }));
  const question = await client.feed.until('a question', () => questionOf(client.feed));
  const sample = { model: 'm', role: 'assistant', content: { type: 'text', text: 'Ho' } };
  await client.post({ jsonrpc: '2.0', id: question.id ?? null, result: sample as never });
  expect(JSON.parse(textOf(await asking))).toEqual(sample);
  await client.ask(request(5, 'resources/subscribe', { uri: 'test://watched-resource' }));
  await client.ask(toolCall(6, 'touch_resource', { uri: 'test://watched-resource' }));
  const updated = client.feed.messages.filter(({ method }) => method === 'notifications/resources/updated');
  expect(updated.map(({ params }) => params)).toEqual([{ uri: 'test://watched-resource' }]);
  expect((await client.ask(request(7, 'nothing/at/all'))).error?.code).toBe(-32601);
  client.close();
  await within(
    gateway.recorder.when('sessionClosed', ({ session }) => session === client.sessionId),
    'the end',
  );
});

function progressOf(feed: EventFeed, token: string | number): unknown[] {
  return feed.messages.flatMap(({ method, params }) =>
    method === 'notifications/progress' && params?.['progressToken'] === token ? [params['progress']] : [],
  );
}

function questionOf(feed: EventFeed): Rpc | undefined {
  return feed.messages.find(({ method, id }) => method === 'sampling/createMessage' && id !== undefined);
}
