/** The dialect `superset`: one route on which a standard client and three of the custom ones all work. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SLUICE_VERSION } from '../../../src/protocol/version.ts';
import { ClgClient, CustomClient, RailsClient } from '../../support/dialect-clients.ts';
import { fixtureInprocess, fixtureStdio, startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { hello, SseClient, textOf, toolCall } from '../../support/raw-clients.ts';
import { Wire } from '../../support/raw.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({
    servers: { fixture: fixtureInprocess(), other: fixtureInprocess(), child: fixtureStdio() },
    settings: { heartbeatMs: 100 },
  });
});

afterAll(() => gateway.close());

const ID = '[\\w-]{20,}';

describe('the opening', () => {
  it('[DIALECT-SUPERSET-ORDER] [DIALECT-DEFAULT] is a comment, the endpoint, `connected`, and then heartbeats', async () => {
    const wire = await Wire.open(gateway.port);
    wire.write('GET /sse HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n');
    const raw = await wire.until(/event: heartbeat\n.*\n\n/);
    wire.destroy();
    const body = raw.slice(raw.indexOf('\r\n\r\n') + 4).replaceAll(/\r\n[0-9a-f]+\r\n/g, '');
    expect(body).toMatch(
      new RegExp(
        `: connected\\n\\nevent: endpoint\\ndata: /messages\\?sessionId=(${ID})\\n\\n` +
          `event: connected\\ndata: {"type":"connection_established","connectionId":"\\1","connection_id":"\\1",` +
          `"protocol":"sse","timestamp":\\d{13},"server_info":{"name":"sluice","version":"${SLUICE_VERSION}"}}\\n\\n` +
          `: ping\\n\\nevent: heartbeat\\ndata: {"type":"heartbeat","timestamp":\\d{13}}\\n\\n`,
      ),
    );
  });

  it.each(['/sse', '/mcp', '/mcp/sse', '/servers/other/sse', '/servers/other/mcp', '/servers/other/mcp/sse'])(
    '[DIALECT-SUPERSET-ROUTES] is the same at %s',
    async (path) => {
      const client = await CustomClient.open(gateway.url + path);
      expect(Object.keys(await client.data('connected'))).toContain('connection_id');
      expect(client.feed.events.map(({ event }) => event)).toEqual(['endpoint', 'connected']);
      client.close();
    },
  );
});

describe('a POST', () => {
  it('[DIALECT-CLG-POST] of a clg client is answered `sent`, and replied as `mcp-response`', async () => {
    const client = await ClgClient.open(gateway.sse());
    const reply = await client.say(toolCall(7, 'echo', { text: 'clg' }));
    expect([reply.status, reply.headers['content-type'], await reply.text()]).toEqual([
      200,
      'application/json',
      '{"status":"sent"}',
    ]);
    const answer = await client.answer('mcp-response', 7);
    expect(answer).toEqual({
      jsonrpc: '2.0',
      id: 7,
      result: { content: [{ type: 'text', text: 'clg' }] },
      protocol: 'sse',
      connectionId: client.connectionId,
      timestamp: expect.closeTo(Date.now(), -4) as number,
    });
    expect(client.feed.messages).toEqual([]);
    client.close();
  });

  it('[DIALECT-RAILS-POST] of a rails client is answered `sent` with the time, and replied as `mcp_response`', async () => {
    const client = await RailsClient.open(`${gateway.url}/mcp/sse`);
    const reply = await client.say(toolCall(8, 'echo', { text: 'rails' }));
    expect([reply.status, await reply.json()]).toEqual([
      200,
      { status: 'sent', timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string },
    ]);
    expect(await client.answer('mcp_response', 8)).toEqual({
      jsonrpc: '2.0',
      id: 8,
      result: { content: [{ type: 'text', text: 'rails' }] },
    });
    client.close();
  });

  it('[DIALECT-SUPERSET-SHAPE] is replied in its own shape, whatever else the session sends', async () => {
    const client = await ClgClient.open(gateway.sse());
    const { connectionId } = client;
    const endpoint = (await client.event('endpoint')).data;
    // The slow one is answered last, when the latest POST had another shape.
    await client.say(toolCall(1, 'sleep', { ms: 300 }));
    await client.post('/mcp/sse/message', {
      ...toolCall(2, 'echo', { text: 'b' }),
      connection_id: connectionId,
    });
    await client.post(endpoint, toolCall(3, 'echo', { text: 'c' }));
    expect(await client.answer('mcp_response', 2)).toMatchObject({ id: 2 });
    expect(textOf(await client.feed.answer(3))).toBe('c');
    expect(await client.answer('mcp-response', 1)).toMatchObject({ id: 1, connectionId });
    const replies = client.feed.events.filter(({ data }) => data.includes('"jsonrpc"'));
    expect(replies).toHaveLength(3);
    client.close();
  });

  it('[DIALECT-SUPERSET-OWN] what the server says by itself has the shape of the latest POST', async () => {
    const client = await ClgClient.open(gateway.sse('child'));
    await client.ask(hello('h', '2024-11-05'));
    await client.say({ jsonrpc: '2.0', method: 'notifications/initialized' });
    await client.ask(toolCall('x', 'change_list', { kind: 'tools' }));
    const changed = await client.feed.until('the announcement', () =>
      client.feed.events.find(({ data }) => data.includes('notifications/tools/list_changed')),
    );
    expect(changed.event).toBe('mcp-response');
    expect(JSON.parse(changed.data)).toMatchObject({ protocol: 'sse', connectionId: client.connectionId });
    client.close();
  });

  it('[DIALECT-SUPERSET-ALL] of each kind is served at the same time on one route', async () => {
    const [sdk, clg, rails] = await Promise.all([
      SseClient.open(gateway.sse()).catch((error: Error) => error),
      ClgClient.open(gateway.sse()),
      RailsClient.open(gateway.sse()),
    ]);
    if (sdk instanceof Error) throw sdk;
    const [a, b, c] = await Promise.all([
      sdk.ask(toolCall(1, 'echo', { text: 'a' })),
      clg.ask(toolCall(1, 'echo', { text: 'b' })),
      rails.ask(toolCall(1, 'echo', { text: 'c' })),
    ]);
    expect([a, b, c].map(textOf)).toEqual(['a', 'b', 'c']);
    for (const client of [sdk, clg, rails]) client.close();
  });
});
