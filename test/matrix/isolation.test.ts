/** What belongs to one session stays there. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureInprocess, fixtureStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { request, SseClient, textOf, toolCall } from '../support/raw-clients.ts';
import { eventually } from '../support/raw.ts';

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
