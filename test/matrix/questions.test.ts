/** What servers ask of clients, over any link, in any order. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { hello, request, SseClient, StreamableClient, textOf, toolCall } from '../support/raw-clients.ts';
import type { EventFeed, Rpc } from '../support/raw.ts';
import { curious } from './curious.ts';

const MOST = 5;
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({
    servers: { fixture: fixtureStdio(), curious: curious(MOST + 3, 3) },
    settings: { exchangesPerSession: MOST },
  });
});

afterAll(() => gateway.close());

const SAMPLING = { sampling: {} };

async function open(): Promise<SseClient> {
  const client = await SseClient.open(gateway.sse());
  const body = hello('h', '2025-06-18');
  await client.ask({ ...body, params: { ...body.params, capabilities: SAMPLING } });
  await client.post({ jsonrpc: '2.0', method: 'notifications/initialized' });
  return client;
}

const questions = (feed: EventFeed) =>
  feed.messages.filter(({ method }) => method === 'sampling/createMessage');

function promptOf(question: Rpc): string {
  const messages = question.params?.['messages'] as { content: { text: string } }[] | undefined;
  return messages?.[0]?.content.text ?? '';
}

function sample(question: Rpc, text: string): Rpc {
  const result = { model: 'm', role: 'assistant', content: { type: 'text', text } };
  return { jsonrpc: '2.0', id: question.id ?? null, result: result as never };
}

describe('[TRAFFIC-QUESTION] questions', () => {
  it('of one session find their own answers, whatever the order', async () => {
    const client = await open();
    const prompts = ['first', 'second', 'third'];
    const calls = prompts.map((prompt, at) => client.ask(toolCall(at, 'ask_sampling', { prompt })));
    await client.feed.until('three questions', () => questions(client.feed).length === 3);
    const asked = questions(client.feed);
    expect(new Set(asked.map(({ id }) => id)).size).toBe(3);
    for (const question of asked.toReversed())
      await client.post(sample(question, `answer to ${promptOf(question)}`));
    const texts = (await Promise.all(calls)).map(
      (answer) => JSON.parse(textOf(answer)).content.text as string,
    );
    expect(texts).toEqual(prompts.map((prompt) => `answer to ${prompt}`));
    client.close();
  });

  it('of many sessions do not meet, though their servers give them equal ids', async () => {
    const clients = await Promise.all(Array.from({ length: 4 }, open));
    const calls = clients.map((client, at) =>
      client.ask(toolCall(1, 'ask_sampling', { prompt: `of ${at}` })),
    );
    const asked = await Promise.all(
      clients.map(({ feed }) => feed.until('a question', () => questions(feed)[0])),
    );
    expect(asked.map(promptOf)).toEqual(['of 0', 'of 1', 'of 2', 'of 3']);
    // Everybody answers every id that was asked anywhere, their own last.
    await Promise.all(
      clients.map(async (client, at) => {
        for (const other of asked) if (other.id !== asked[at]?.id) await client.post(sample(other, 'wrong'));
        await client.post(sample(asked[at] as Rpc, `right ${at}`));
      }),
    );
    const texts = (await Promise.all(calls)).map(
      (answer) => JSON.parse(textOf(answer)).content.text as string,
    );
    expect(texts).toEqual(['right 0', 'right 1', 'right 2', 'right 3']);
    for (const client of clients) client.close();
  });

  it('travel on the stream of the call over Streamable HTTP, and are answered by a POST', async () => {
    const client = new StreamableClient(gateway.mcp(), '2025-11-25');
    const body = hello('h', '2025-11-25');
    const reply = await client.post({ ...body, params: { ...body.params, capabilities: SAMPLING } });
    client.sessionId = reply.headers['mcp-session-id'] as string;
    if (reply.isStream) await reply.events.answer('h');
    else await reply.text();
    await client.post({ jsonrpc: '2.0', method: 'notifications/initialized' });
    const { events } = await client.post(toolCall(1, 'ask_sampling', { prompt: 'there?' }));
    const question = await events.until('a question', () => questions(events)[0]);
    const answered = await client.post(sample(question, 'here'));
    expect([answered.status, await answered.text()]).toEqual([202, '']);
    expect(JSON.parse(textOf(await events.answer(1))).content.text).toBe('here');
  });
});

it('[TRAFFIC-QUESTION-UNASKED] an answer to what nobody asked, or a second one, goes nowhere', async () => {
  const client = await open();
  const call = client.ask(toolCall(1, 'ask_sampling', { prompt: 'once' }));
  const question = await client.feed.until('a question', () => questions(client.feed)[0]);
  await client.post(sample({ ...question, id: 4711 }, 'unasked'));
  await client.post(sample({ ...question, id: String(question.id) }, 'of another type'));
  await client.post(sample(question, 'right'));
  await client.post(sample(question, 'too late'));
  expect(JSON.parse(textOf(await call)).content.text).toBe('right');
  expect((await client.ask(request(2, 'ping'))).result).toEqual({});
  const noted = gateway.recorder
    .of('refused')
    .filter(({ code, session }) => code === 'unknown_answer' && session === client.sessionId);
  expect(noted).toHaveLength(3);
  client.close();
});

it('[LIMIT-QUESTIONS] more open questions than there may be are refused to the server at once', async () => {
  const client = await SseClient.open(gateway.sse('curious'));
  await client.initialize();
  const answer = await client.ask(toolCall(1, 'ask', {}));
  expect(JSON.parse(textOf(answer))).toEqual(['too_many_calls', 'too_many_calls', 'too_many_calls']);
  const asked = client.feed.messages.filter(({ method }) => method === 'roots/list');
  expect(asked).toHaveLength(MOST);
  // One that is answered makes room for another.
  await client.post({ jsonrpc: '2.0', id: asked[0]?.id ?? null, result: { roots: [] } as never });
  await client.post(toolCall(2, 'ask', {}));
  await client.feed.until(
    'one more',
    () => client.feed.messages.filter(({ method }) => method === 'roots/list')[MOST],
  );
  client.close();
});
