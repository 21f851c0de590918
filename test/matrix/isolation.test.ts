/** What belongs to one session, and to one principal, stays there. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureInprocess, fixtureStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { request, SseClient, StreamableClient, textOf, toolCall, wordOf } from '../support/raw-clients.ts';
import { eventually, type Rpc, send } from '../support/raw.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({
    servers: { stdio: fixtureStdio(), inprocess: fixtureInprocess() },
    apiKeys: [
      { name: 'ada', key: 'ada-ada-ada-ada' },
      { name: 'bob', key: 'bob-bob-bob-bob' },
    ],
  });
});

afterAll(() => gateway.close());

const ADA = { 'x-api-key': 'ada-ada-ada-ada' };
const BOB = { authorization: 'Bearer bob-bob-bob-bob' };

describe('[ISOLATION-SESSIONS] sessions beside each other, with equal ids and equal tokens', () => {
  it.each(['stdio', 'inprocess'])(
    'have their own progress, logs, updates and questions (%s)',
    async (server) => {
      const names = ['a', 'b', 'c', 'd'];
      const clients = await Promise.all(
        names.map(async (name) => {
          const client = await SseClient.open(gateway.sse(server), ADA);
          await client.initialize();
          return { name, client };
        }),
      );
      await Promise.all(
        clients.map(async ({ name, client }, index) => {
          const ask = (id: number, tool: string, args: object, token?: string) =>
            client.ask(toolCall(id, tool, args, token));
          if (name === 'b') await client.ask(request(9, 'resources/subscribe', { uri: 'test://note/1' }));
          await Promise.all([
            ask(1, 'progress', { steps: 10 + index, delayMs: 1 }, 'token'),
            ask(2, 'log', { level: 'info', text: `log of ${name}` }),
            ask(3, 'touch_resource', { uri: 'test://note/1' }),
            ask(4, 'change_list', { kind: name === 'c' ? 'prompts' : 'tools' }),
            ask(5, 'echo', { text: `echo of ${name}` }),
          ]);
        }),
      );
      for (const [index, { name, client }] of clients.entries()) {
        const { messages } = client.feed;
        const of = (method: string) => messages.filter((message) => message.method === method);
        expect(of('notifications/progress').map(({ params }) => params?.['progress'])).toEqual(
          Array.from({ length: 10 + index }, (_, at) => at + 1),
        );
        expect(of('notifications/message').map(({ params }) => params?.['data'])).toEqual([`log of ${name}`]);
        expect(of('notifications/resources/updated')).toHaveLength(name === 'b' ? 1 : 0);
        expect(of('notifications/prompts/list_changed')).toHaveLength(name === 'c' ? 1 : 0);
        expect(of('notifications/tools/list_changed')).toHaveLength(name === 'c' ? 0 : 1);
        expect(messages.filter(({ id }) => id === 5).map(textOf)).toEqual([`echo of ${name}`]);
        client.close();
      }
    },
  );
});

describe('[ISOLATION-PRINCIPAL] a session of somebody else', () => {
  it('of Streamable HTTP is unknown on POST, GET, DELETE and when resuming', async () => {
    const ada = await StreamableClient.start(gateway.mcp(), '2025-11-25', ADA);
    const { events } = await ada.post(toolCall(1, 'progress', { steps: 2, delayMs: 5 }, 't'));
    await events.answer(1);
    const bob = new StreamableClient(gateway.mcp(), '2025-11-25', BOB);
    bob.sessionId = ada.sessionId;
    for (const reply of [
      await bob.post(toolCall(2, 'echo', { text: 'x' })),
      await bob.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }),
      await bob.get(),
      await bob.get(events.ids[0]),
      await bob.delete(),
    ]) {
      expect([reply.status, wordOf(await reply.json<Rpc>())]).toEqual([404, 'unknown_session']);
    }
    expect(textOf(await ada.ask(toolCall(3, 'echo', { text: 'still mine' })))).toBe('still mine');
  });

  it('of HTTP+SSE is unknown', async () => {
    const ada = await SseClient.open(gateway.sse(), ADA);
    const headers = { 'content-type': 'application/json', ...BOB };
    const body = JSON.stringify(request(1, 'ping'));
    const reply = await send(ada.endpoint, { method: 'POST', headers, body });
    expect([reply.status, wordOf(await reply.json<Rpc>())]).toEqual([404, 'unknown_session']);
    expect((await ada.ask(request(2, 'ping'))).result).toEqual({});
    ada.close();
  });

  it('tells the same as one that never was', async () => {
    const ada = await StreamableClient.start(gateway.mcp(), '2025-11-25', ADA);
    const bob = new StreamableClient(gateway.mcp(), '2025-11-25', BOB);
    const told = await Promise.all(
      [ada.sessionId, 'x'.repeat(ada.sessionId?.length ?? 0)].map(async (id) => {
        bob.sessionId = id;
        const reply = await bob.post(request(1, 'ping'));
        const { date: _date, ...headers } = reply.headers;
        return [reply.status, headers, await reply.text()];
      }),
    );
    expect(told[0]).toEqual(told[1]);
  });

  it('without a session: what one principal is served is not served over the link of another', async () => {
    const pid = async (headers: Record<string, string>) => {
      const client = new StreamableClient(gateway.mcp(), '2025-03-26', headers);
      return JSON.parse(textOf(await client.ask(toolCall(1, 'whoami')))).pid as number;
    };
    const [ada, bob, again] = [await pid(ADA), await pid(BOB), await pid(ADA)];
    expect(bob).not.toBe(ada);
    expect(again).toBe(ada);
  });
});

it('[BAD-OTHERS] while one client sends rubbish the others notice nothing', async () => {
  const good = await SseClient.open(gateway.sse(), ADA);
  await good.initialize();
  const bad = await SseClient.open(gateway.sse(), BOB);
  const over = new AbortController();
  const rubbish = async () => {
    for (let count = 0; !over.signal.aborted; count++) {
      const bodies = [
        '{',
        '[]',
        'x'.repeat(10_000),
        '{"jsonrpc":"2.0","id":1,"method":"a","method":"b"}',
        '\xff',
      ];
      await (await bad.post(bodies[count % bodies.length] as string)).text();
    }
  };
  const running = rubbish();
  for (let id = 1; id <= 100; id++) {
    expect(textOf(await good.ask(toolCall(id, 'echo', { text: `${id}` })))).toBe(`${id}`);
  }
  over.abort();
  await running;
  expect(good.feed.messages.filter(({ error }) => error)).toEqual([]);
  expect(bad.feed.messages.every(({ error }) => error)).toBe(true);
  good.close();
  bad.close();
  await eventually('both sessions are gone', () => gateway.recorder.of('sessionClosed').length >= 2);
});
