/** The dialect `orch-data`: an endpoint told twice, and requests answered twice. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CustomClient } from '../../support/dialect-clients.ts';
import { fixtureStdio, startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { JSON_TYPE, request, textOf, toolCall } from '../../support/raw-clients.ts';
import { type Rpc, send, Wire } from '../../support/raw.ts';
import { startDialects } from './gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startDialects({
    settings: { heartbeatMs: 50 },
    allowedHosts: ['mcp.example.com', 'other.example.com'],
    publicOrigin: 'https://mcp.example.com',
  });
});

afterAll(() => gateway.close());

/** A client that posts where it was told to. */
async function open(headers: Record<string, string> = {}) {
  const client = await CustomClient.open(gateway.sse('orch-data'), headers);
  const endpoint = (await client.event('endpoint')).data;
  const say = (body: unknown) => client.post(endpoint, body);
  return { client, endpoint, say };
}

async function uriOf(client: CustomClient): Promise<unknown> {
  const told = await client.feed.until('the endpoint as a message', () => client.feed.messages[0]);
  return told.params?.['uri'];
}

describe('a stream of orch-data', () => {
  it('[DIALECT-ORCH-OPENING] tells the endpoint as a URI and as a message, then a comment', async () => {
    const wire = await Wire.open(gateway.port);
    const host = `127.0.0.1:${gateway.port}`;
    wire.write(`GET /servers/orch-data/sse HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\n\r\n`);
    const raw = await wire.until(/connection-established\n\n/);
    wire.destroy();
    expect(raw).toMatch(
      new RegExp(
        `event: endpoint\\ndata: (/servers/orch-data/messages\\?sessionId=([\\w-]+))\\n\\n` +
          `data: {"jsonrpc":"2.0","method":"endpoint","params":{"uri":"http://${host}\\1"}}\\n\\n` +
          `: connection-established\\n\\n`,
      ),
    );
  });

  it('[DIALECT-ORCH-HEADER] names its session in `X-Session-ID`', async () => {
    const { client, endpoint } = await open();
    expect(client.stream.headers['x-session-id']).toBe(
      new URL(endpoint, gateway.url).searchParams.get('sessionId'),
    );
    client.close();
  });

  it('[DIALECT-ORCH-HEARTBEAT] beats with the comment `keepalive`', async () => {
    const { client } = await open();
    await client.feed.until('two beats', () => client.feed.comments.length >= 3);
    expect(client.feed.comments.slice(0, 3)).toEqual(['connection-established', 'keepalive', 'keepalive']);
    client.close();
  });

  it('[DIALECT-ORCH-ORIGIN] tells no other origin than the one that was called', async () => {
    const path = /^\/servers\/orch-data\/messages\?sessionId=/;
    for (const [host, origin] of [
      ['mcp.example.com', 'https://mcp.example.com'],
      ['MCP.example.com', 'https://mcp.example.com'],
      ['other.example.com', 'http://other.example.com'],
      ['mcp.example.com:81', 'http://mcp.example.com:81'],
      [`localhost:${gateway.port}`, `http://localhost:${gateway.port}`],
    ] as const) {
      const { client } = await open({ host });
      const uri = String(await uriOf(client));
      expect(uri.slice(0, origin.length)).toBe(origin);
      expect(uri.slice(origin.length)).toMatch(path);
      client.close();
    }
  });
});

describe('a POST to orch-data', () => {
  it('[DIALECT-ORCH-BOTH] is answered in its body and on the stream, byte for byte the same', async () => {
    const { client, say } = await open();
    const reply = await say(toolCall(1, 'echo', { text: 'both' }));
    expect([reply.status, reply.headers['content-type']]).toEqual([200, 'application/json']);
    const text = await reply.text();
    const answer = await client.feed.answer(1);
    expect(textOf(answer)).toBe('both');
    expect(JSON.parse(text)).toEqual(answer);
    expect(client.feed.events.at(-1)?.data).toBe(text);
    client.close();
  });

  it('[DIALECT-ORCH-BOTH] waits for a slow answer, while others come', async () => {
    const { client, say } = await open();
    const slow = say(toolCall(1, 'sleep', { ms: 300 }));
    expect(textOf(await (await say(toolCall(2, 'echo', { text: 'quick' }))).json<Rpc>())).toBe('quick');
    expect(await (await slow).json<Rpc>()).toMatchObject({ id: 1 });
    client.close();
  });

  it('[DIALECT-ORCH-NOTIFICATION] that asks nothing is 202 `accepted`', async () => {
    const { client, say } = await open();
    for (const body of [
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      { jsonrpc: '2.0', id: 9, result: {} },
    ]) {
      const reply = await say(body);
      expect([reply.status, await reply.text()]).toEqual([202, '{"status":"accepted"}']);
    }
    client.close();
  });

  it('[DIALECT-ORCH-ERRORS] has its JSON-RPC error in a 200, and on the stream', async () => {
    const { client, say } = await open();
    const tries: (readonly [unknown, number, number | null])[] = [
      [request(1, 'no/such/method'), -32601, 1],
      [request(2, 'server/discover'), -32601, 2],
      [{ jsonrpc: '1.0', id: 3, method: 'ping' }, -32600, 3],
      ['{', -32700, null],
    ];
    for (const [body, code, id] of tries) {
      const reply = await say(body);
      const answer = await reply.json<Rpc>();
      expect([reply.status, answer.error?.code, answer.id]).toEqual([200, code, id]);
      expect((await client.feed.answer(id)).error).toEqual(answer.error);
    }
    client.close();
  });

  it('[DIALECT-ORCH-ERRORS] whose server dies, or whose stream goes, has -32000 in a 200', async () => {
    const lost = await startTestGateway({ servers: { child: fixtureStdio() }, dialect: 'orch-data' });
    for (const end of ['server', 'stream'] as const) {
      const client = await CustomClient.open(lost.sse());
      const endpoint = (await client.event('endpoint')).data;
      const waiting = client.post(endpoint, toolCall(1, 'progress', { steps: 1_000, delayMs: 50 }, 't'));
      await client.feed.until('the call under way', () =>
        client.feed.messages.some(({ method }) => method === 'notifications/progress'),
      );
      if (end === 'stream') client.close();
      else await (await client.post(endpoint, toolCall(2, 'crash'))).text();
      const reply = await waiting;
      expect([reply.status, (await reply.json<Rpc>()).error?.code]).toEqual([200, -32000]);
      client.close();
    }
    await lost.close();
  });

  it('[DIALECT-ORCH-404] to an unknown session, or an unknown server, is 404', async () => {
    for (const path of [
      '/servers/orch-data/messages?sessionId=never',
      '/servers/never/messages?sessionId=x',
    ]) {
      const reply = await send(gateway.url + path, {
        method: 'POST',
        headers: JSON_TYPE,
        body: JSON.stringify(request(1, 'ping')),
      });
      expect(reply.status).toBe(404);
      expect((await reply.json<Rpc>()).error?.code).toBe(-32001);
    }
  });
});
