/** What holds for every dialect: names of sessions, foreign shapes, other methods, limits. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIALECT_NAMES, type DialectName } from '../../../src/dialects/table.ts';
import { ClgClient, CustomClient } from '../../support/dialect-clients.ts';
import { fixtureInprocess, startTestGateway, type TestGateway } from '../../support/gateway.ts';
import {
  hello,
  JSON_TYPE,
  request,
  SseClient,
  StreamableClient,
  textOf,
  toolCall,
} from '../../support/raw-clients.ts';
import { eventually, type Reply, send } from '../../support/raw.ts';
import { speaking, startDialects } from './gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startDialects();
});

afterAll(() => gateway.close());

function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  return send(url, { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(body) });
}

/** The id of the session behind a stream, whatever the dialect calls it. */
async function idOf(client: CustomClient): Promise<string> {
  const name = /(?:session_?[iI]d=|connection_?[iI]d":")([\w-]{20,})/;
  const told = await client.feed.until(
    'the session',
    () => name.exec(client.feed.events.map(({ data }) => data).join()) ?? undefined,
  );
  return told[1] ?? '';
}

describe('the name of a session', () => {
  it.each(['sessionId', 'session_id', 'connectionId', 'connection_id'])(
    '[DIALECT-NAMES] is taken as %s in the query, by every dialect',
    async (name) => {
      for (const dialect of DIALECT_NAMES) {
        const client = await CustomClient.open(gateway.sse(dialect));
        const url = `${gateway.url}/servers/${dialect}/messages?${name}=${await idOf(client)}`;
        const reply = await post(url, toolCall(1, 'echo', { text: name }));
        expect(reply.status).toBeLessThan(300);
        await reply.text();
        const answer = await client.feed.until(`an answer of ${dialect}`, () =>
          client.feed.events.find(({ data }) => data.includes('"id":1,') || data.endsWith('"id":1}')),
        );
        expect(answer.data).toContain(name);
        client.close();
      }
    },
  );

  it.each(['mcp-session-id', 'x-session-id'])('[DIALECT-NAMES] is taken as the header %s', async (name) => {
    for (const leg of ['messages', 'sse', 'mcp']) {
      const client = await SseClient.open(gateway.sse());
      const reply = await post(`${gateway.url}/${leg}`, toolCall(1, 'echo', { text: leg }), {
        [name]: client.sessionId,
      });
      expect(reply.status).toBe(202);
      expect(textOf(await client.feed.answer(1))).toBe(leg);
      client.close();
    }
  });

  it('[DIALECT-NAMES] in head and body must be the same', async () => {
    const [one, two] = [await ClgClient.open(gateway.sse()), await ClgClient.open(gateway.sse())];
    const both = (id: string) => ({ ...request(1, 'ping'), connectionId: id, protocol: 'sse' });
    const url = `${gateway.url}/messages?sessionId=${one.connectionId}`;
    expect((await post(url, both(one.connectionId))).status).toBe(200);
    const crossed = await post(url, both(two.connectionId));
    expect([crossed.status, await crossed.json()]).toEqual([
      400,
      { error: 'Head and body name different sessions.', code: -32600 },
    ]);
    for (const client of [one, two]) client.close();
  });

  it('[DIALECT-SPLICED] is taken out of the message: a server that checks what it gets sees nothing of it', async () => {
    const client = await ClgClient.open(gateway.sse());
    const odd = await client.post('', {
      ...toolCall(1, 'echo', { text: 'x' }),
      connectionId: client.connectionId,
      protocol: 'sse',
      connection_id: client.connectionId,
    });
    expect(odd.status).toBe(200);
    expect(textOf(await client.answer('mcp-response', 1))).toBe('x');
    // Other members are the server's to judge: this one does not answer what it does not know.
    const before = client.feed.events.length;
    await client.say({ ...request(2, 'ping'), unknown: true });
    await client.ask(request(3, 'tools/list'));
    expect(client.feed.events.slice(before).some(({ data }) => data.includes('"id":2'))).toBe(false);
    client.close();
  });
});

describe('a shape of another dialect', () => {
  /** What a POST without a live session is told, by the dialect of the route. */
  const OWN: Record<'clg' | 'rails', Record<DialectName, RegExp>> = {
    clg: {
      superset: /^400 {"error":"Invalid or missing connectionId","code":-32001}$/,
      clg: /^400 {"error":"Invalid or missing connectionId","code":-32001}$/,
      rails: /^400 {"error":"Invalid or missing connection_id","timestamp":"[^"]+"}$/,
      'http-sse': /^400 .*"missing_session"/,
      rare4n: /^400 .*"missing_session"/,
      'aareguru-json': /^400 .*"missing_session"/,
      'orch-data': /^400 .*"missing_session"/,
    },
    rails: {
      superset: /^400 {"error":"Invalid or missing connection_id","timestamp":"[^"]+"}$/,
      clg: /^400 {"error":"Invalid or missing connectionId","code":-32001}$/,
      rails: /^400 {"error":"Invalid or missing connection_id","timestamp":"[^"]+"}$/,
      'http-sse': /^400 .*"missing_session"/,
      rare4n: /^400 .*"missing_session"/,
      'aareguru-json': /^400 .*"missing_session"/,
      'orch-data': /^400 .*"missing_session"/,
    },
  };

  it.each(DIALECT_NAMES)("[DIALECT-FOREIGN] has %s's own error", async (dialect) => {
    const client = await CustomClient.open(gateway.sse(dialect));
    // Even the id of a live session does not help: the shape is not spoken here.
    const id = await idOf(client);
    for (const [kind, wrapper] of [
      ['clg', { connectionId: dialect === 'clg' || dialect === 'superset' ? 'never' : id, protocol: 'sse' }],
      ['rails', { connection_id: dialect === 'rails' || dialect === 'superset' ? 'never' : id }],
    ] as const) {
      for (const leg of ['messages', 'sse', 'mcp']) {
        const reply = await post(`${gateway.url}/servers/${dialect}/${leg}`, {
          ...request(1, 'ping'),
          ...wrapper,
        });
        expect(`${reply.status} ${await reply.text()}`).toMatch(OWN[kind][dialect]);
      }
    }
    client.close();
  });

  it.each(DIALECT_NAMES)('[DIALECT-UNTOLD] that cannot be told has an error of %s', async (dialect) => {
    const reply = await send(`${gateway.url}/servers/${dialect}/messages`, {
      method: 'POST',
      headers: JSON_TYPE,
      body: JSON.stringify(request(1, 'ping')),
    });
    const rows: Partial<Record<DialectName, RegExp>> = { clg: OWN.clg.clg, rails: OWN.rails.rails };
    expect(`${reply.status} ${await reply.text()}`).toMatch(rows[dialect] ?? OWN.clg['http-sse']);
    const unknown = await post(
      `${gateway.url}/servers/${dialect}/messages?sessionId=never`,
      request(1, 'ping'),
    );
    expect(`${unknown.status} ${await unknown.text()}`).toMatch(rows[dialect] ?? /^404 .*"unknown_session"/);
  });
});

describe.each(DIALECT_NAMES)('a route of %s', (dialect) => {
  it('[DIALECT-HEAD] answers HEAD with the head of a stream, and opens no session', async () => {
    const before = gateway.recorder.of('sessionOpened').length;
    for (const leg of ['sse', 'mcp', 'mcp/sse']) {
      const reply = await send(`${gateway.url}/servers/${dialect}/${leg}`, { method: 'HEAD' });
      expect([reply.status, reply.headers['content-type']]).toEqual([
        200,
        'text/event-stream; charset=utf-8',
      ]);
    }
    expect(gateway.recorder.of('sessionOpened').length).toBe(before);
  });

  it('[DIALECT-GET-PLAIN] answers a GET that asks for no stream with its health', async () => {
    for (const accept of ['text/html,*/*;q=0.8', 'application/json', 'text/*']) {
      const reply = await send(gateway.sse(dialect), { headers: { accept } });
      expect(reply.headers['content-type']).toBe('application/json');
      expect(await reply.json()).toMatchObject({ status: 'healthy', service: 'sluice' });
    }
  });

  it('[DIALECT-STREAMABLE] serves Streamable HTTP at the same URL', async () => {
    for (const url of [gateway.sse(dialect), gateway.mcp(dialect), `${gateway.mcp(dialect)}/sse`]) {
      const client = await StreamableClient.start(url);
      expect(textOf(await client.ask(toolCall(1, 'echo', { text: url })))).toBe(url);
      const stream = await client.get();
      expect([stream.status, stream.headers['mcp-session-id']]).toEqual([200, client.sessionId]);
      stream.cut();
      expect((await client.delete()).status).toBe(200);
    }
  });

  it('[DIALECT-OWN-ROUTE] speaks it on every path of its server that opens a stream', async () => {
    const openings = [];
    for (const leg of ['sse', 'mcp', 'mcp/sse']) {
      const client = await CustomClient.open(`${gateway.url}/servers/${dialect}/${leg}`);
      await idOf(client);
      openings.push(client.feed.events.map(({ event }) => event).join());
      client.close();
    }
    expect(new Set(openings).size).toBe(1);
  });
});

describe('settings', () => {
  it('[DIALECT-OFF] switched off, opening a stream of HTTP+SSE is 404, and Streamable HTTP goes on', async () => {
    const off = await startTestGateway({ servers: { fixture: fixtureInprocess() }, sseEnabled: false });
    for (const url of [off.sse(), off.mcp(), off.sse('fixture')]) {
      const reply = await send(url, { headers: { accept: 'text/event-stream' } });
      expect([reply.status, await reply.text()]).toEqual([
        404,
        expect.stringContaining('switched off') as string,
      ]);
    }
    const client = await StreamableClient.start(off.sse());
    expect((await client.get()).status).toBe(200);
    // Who only looks is not sent there, either.
    expect(await (await send(off.sse())).text()).not.toContain('SSE');
    await off.close();
  });

  it('[DIALECT-MAX] one stream more than there may be is 503 with Retry-After, until one goes', async () => {
    const few = await startTestGateway({
      servers: { fixture: fixtureInprocess(), clg: speaking('clg') },
      sseMaxStreams: 3,
    });
    // One of Streamable HTTP counts like any other.
    await (await StreamableClient.start(few.mcp())).get();
    const open = [await CustomClient.open(few.sse()), await CustomClient.open(few.sse('clg'))];
    for (const server of ['fixture', 'clg']) {
      const reply = await send(few.sse(server), { headers: { accept: 'text/event-stream' } });
      expect([reply.status, reply.headers['retry-after']]).toEqual([503, '5']);
      const words = await reply.json<{ error: unknown }>();
      expect(typeof words.error).toBe(server === 'clg' ? 'string' : 'object');
    }
    open[0]?.close();
    await eventually('there is room again', async () => {
      const reply = await send(few.sse(), { headers: { accept: 'text/event-stream' }, alone: true });
      reply.cut();
      return reply.status === 200;
    });
    await few.close();
  });

  it('[DIALECT-IDLE] a client that only listens is let go after the idle time, where there is one', async () => {
    const idle = await startTestGateway({
      servers: { fixture: fixtureInprocess() },
      settings: { sseIdleMs: 300 },
    });
    const [listens, speaks] = [await SseClient.open(idle.sse()), await SseClient.open(idle.sse())];
    const busy = speaks.ask(toolCall(1, 'sleep', { ms: 900 }));
    expect(await listens.feed.ended).toBe('whole');
    expect(textOf(await busy)).toBe('Slept 900 ms.');
    const closed = idle.recorder.of('sessionClosed');
    expect(closed.map(({ session, reason }) => [session, reason])).toEqual([[listens.sessionId, 'idle']]);
    await idle.close();
  });

  it('[DIALECT-HEALTH] `/health` tells how many sessions of each dialect there are', async () => {
    const counted = await startDialects();
    const health = async () => (await send(`${counted.url}/health`)).json<{ dialects: unknown }>();
    expect((await health()).dialects).toEqual({});
    const clients = await Promise.all(
      (['clg', 'clg', 'rails', 'superset'] as const).map((name) => CustomClient.open(counted.sse(name))),
    );
    await StreamableClient.start(counted.mcp());
    expect((await health()).dialects).toEqual({ clg: 2, rails: 1, superset: 1, streamable: 1 });
    for (const client of clients) client.close();
    await eventually(
      'they are gone',
      async () => JSON.stringify((await health()).dialects) === '{"streamable":1}',
    );
    await counted.close();
  });

  it("[DIALECT-UNAUTHORIZED] without a key the answer is 401 in the dialect's own words", async () => {
    for (const [dialect, words] of [
      ['aareguru-json', { error: 'Invalid or missing API key' }],
      ['superset', { jsonrpc: '2.0', id: null, error: expect.objectContaining({ code: -32001 }) as unknown }],
    ] as const) {
      const keyed = await startTestGateway({
        servers: { fixture: fixtureInprocess() },
        apiKeys: ['k'.repeat(32)],
        dialect,
      });
      for (const path of ['/sse', '/messages?session_id=x', '/servers/never/sse']) {
        const reply = await post(keyed.url + path, hello(1, '2024-11-05'));
        expect([reply.status, reply.headers['www-authenticate']]).toEqual([401, 'Bearer']);
        expect(await reply.json()).toEqual(words);
      }
      await keyed.close();
    }
  });
});
