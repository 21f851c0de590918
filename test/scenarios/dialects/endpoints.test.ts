/** The dialects that are told apart by how they tell where to post: `rare4n`, `aareguru-json`, `http-sse`. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CustomClient } from '../../support/dialect-clients.ts';
import type { TestGateway } from '../../support/gateway.ts';
import { hello, JSON_TYPE, request, SseClient, textOf, toolCall } from '../../support/raw-clients.ts';
import { type Rpc, send } from '../../support/raw.ts';
import { startDialects } from './gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startDialects({ settings: { heartbeatMs: 50 } });
});

afterAll(() => gateway.close());

describe('rare4n', () => {
  it('[DIALECT-RARE4N-OPENING] says a comment, the endpoint, and a greeting as of `initialize`', async () => {
    const client = await CustomClient.open(gateway.sse('rare4n'));
    const greeting = await client.feed.until('a greeting', () => client.feed.messages[0]);
    expect(client.feed.comments[0]).toBe('connected');
    expect(client.feed.events.map(({ event }) => event)).toEqual(['endpoint', 'message']);
    expect(greeting).toMatchObject({
      jsonrpc: '2.0',
      id: null,
      result: { protocolVersion: '2024-11-05', serverInfo: { name: 'sluice' } },
    });
    client.close();
  });

  it.each(['sse', 'mcp'])(
    '[DIALECT-RARE4N-SAME-PATH] has its clients post to where the stream is: %s',
    async (leg) => {
      const client = await SseClient.open(`${gateway.url}/servers/rare4n/${leg}`);
      expect(client.endpoint.pathname).toBe(`/servers/rare4n/${leg}`);
      const reply = await client.post(toolCall(1, 'echo', { text: 'same' }));
      expect([reply.status, await reply.text()]).toEqual([202, '']);
      expect(textOf(await client.feed.answer(1))).toBe('same');
      client.close();
    },
  );

  it.each<[string, Record<string, string>]>([
    ['no Accept', {}],
    ['Accept: */*', { accept: '*/*' }],
    ['the Accept of axios', { accept: 'application/json, text/plain, */*' }],
  ])('[DIALECT-RARE4N-BODY] answers in the body, as JSON, without a session: %s', async (_name, accept) => {
    for (const [message, text] of [
      [toolCall(1, 'echo', { text: 'quick' }), 'quick'],
      // Slower than what others are answered as a stream for.
      [toolCall(2, 'sleep', { ms: 200 }), 'Slept 200 ms.'],
    ] as const) {
      const reply = await send(gateway.sse('rare4n'), {
        method: 'POST',
        headers: { ...JSON_TYPE, ...accept },
        body: JSON.stringify(message),
      });
      expect([reply.status, reply.headers['content-type']]).toEqual([200, 'application/json']);
      const answer = await reply.json<Rpc>();
      expect([answer.id, textOf(answer)]).toEqual([message.id, text]);
    }
  });

  it('[DIALECT-RARE4N-BODY] lets a client initialise in the body, too, and acknowledges what asks nothing', async () => {
    const url = gateway.sse('rare4n');
    const say = (body: unknown) =>
      send(url, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) });
    const reply = await say(hello(1, '2024-11-05'));
    expect(await reply.json<Rpc>()).toMatchObject({ id: 1, result: { protocolVersion: '2024-11-05' } });
    expect((await say({ jsonrpc: '2.0', method: 'notifications/initialized' })).status).toBe(202);
  });
});

describe('aareguru-json', () => {
  it('[DIALECT-AAREGURU-ENDPOINT] tells the endpoint as JSON, with `session_id`', async () => {
    const client = await CustomClient.open(gateway.sse('aareguru-json'));
    const { data } = await client.event('endpoint');
    expect(data).toMatch(/^{"uri":"\/servers\/aareguru-json\/messages\?session_id=[\w-]{20,}"}$/);
    client.close();
  });

  it('[DIALECT-AAREGURU-POST] acknowledges with 204 and nothing, and replies on the stream', async () => {
    const client = await CustomClient.open(gateway.sse('aareguru-json'));
    const { uri } = (await client.data('endpoint')) as { uri: string };
    for (const body of [
      toolCall(1, 'echo', { text: 'aare' }),
      { jsonrpc: '2.0', method: 'notifications/initialized' },
    ]) {
      const reply = await client.post(uri, body);
      expect([reply.status, reply.headers['content-type'], await reply.text()]).toEqual([204, undefined, '']);
    }
    expect(textOf(await client.feed.answer(1))).toBe('aare');
    expect((await client.post(uri, '{')).status).toBe(204);
    expect((await client.feed.answer(null)).error?.code).toBe(-32700);
    client.close();
  });

  it.each<[string, (json: string, base: string) => string]>([
    ['as a browser resolves it', (json, base) => new URL(json, base).href],
    [
      'with all of it encoded',
      (json, base) =>
        new URL(encodeURIComponent(json).replaceAll('%2F', '/').replace('%3F', '?').replace('%3D', '='), base)
          .href,
    ],
    ['with spaces in it', (json, base) => new URL(json.replace(':', ': '), base).href],
  ])('[DIALECT-AAREGURU-RESCUE] takes the JSON for a path, %s', async (_name, resolve) => {
    const client = await CustomClient.open(gateway.sse('aareguru-json'));
    const json = (await client.event('endpoint')).data;
    const url = resolve(json, gateway.sse('aareguru-json'));
    expect(url).toMatch(/%7B%22uri%22/i);
    const reply = await client.post(url, toolCall(1, 'echo', { text: 'rescued' }));
    expect(reply.status).toBe(204);
    expect(textOf(await client.feed.answer(1))).toBe('rescued');
    client.close();
  });

  it('[DIALECT-AAREGURU-RESCUE] opens no way that is not there otherwise', async () => {
    const client = await CustomClient.open(gateway.sse('aareguru-json'));
    const id = new URL(String((await client.data('endpoint'))['uri']), gateway.url).searchParams.get(
      'session_id',
    );
    const start = '/servers/aareguru-json/%7B%22uri%22:%22/servers/aareguru-json';
    const tries = [
      // An unknown session, another server, a path that is no endpoint, a method that none takes.
      ['POST', `${start}/messages?session_id=never%22%7D`, 404],
      ['POST', `/servers/aareguru-json/%7B%22uri%22:%22/servers/clg/messages?session_id=${id}%22%7D`, 400],
      ['POST', `${start}/health?session_id=${id}%22%7D`, 404],
      ['POST', `/servers/aareguru-json/%7B%22uri%22:%22/never/messages?session_id=${id}%22%7D`, 404],
      ['GET', `${start}/messages?session_id=${id}%22%7D`, 405],
      ['POST', `${start}${'/x'.repeat(2_000)}/messages?session_id=${id}%22%7D`, 404],
    ] as const;
    for (const [method, path, status] of tries) {
      const body = method === 'POST' ? { body: JSON.stringify(request(1, 'ping')), headers: JSON_TYPE } : {};
      expect([path, (await send(gateway.url + path, { method, ...body })).status]).toEqual([path, status]);
    }
    client.close();
  });
});

it('[DIALECT-HTTP-SSE] http-sse has the events of the specification alone', async () => {
  const client = await SseClient.open(gateway.sse('http-sse'));
  await client.initialize();
  await client.ask(toolCall(1, 'progress', { steps: 2 }, 't'));
  await client.feed.until('two heartbeats', () => client.feed.comments.length >= 2);
  expect(new Set(client.feed.events.map(({ event }) => event))).toEqual(new Set(['endpoint', 'message']));
  expect(new Set(client.feed.comments)).toEqual(new Set(['ping']));
  client.close();
});

it('[DIALECT-EXACT] a message in another shape carries the same bytes, those that name the connection apart', async () => {
  const client = await CustomClient.open(gateway.sse('superset'));
  const id = String((await client.data('connected'))['connectionId']);
  const exact = '{"big":9007199254740993,"float":1.0,"text":"\\u00e9\\/"}';
  const params = `{"name":"echo_meta","arguments":{},"_meta":{"exact":${exact}}}`;
  const start = '"jsonrpc":"2.0","method":"tools/call"';
  await client.post(
    '',
    `{"connectionId":"${id}", ${start},"params":${params}, "protocol":"sse","id":"\\u0031" }`,
  );
  const reply = await client.event('mcp-response');
  // The id comes back as it was written.
  expect(reply.data).toContain('"id":"\\u0031"');
  const answer = JSON.parse(reply.data) as Rpc;
  expect(textOf(answer)).toContain('"text":"é/"');
  client.close();
});
