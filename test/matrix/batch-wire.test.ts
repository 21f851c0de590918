/** Batches of 2025-03-26: the one revision that has them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everythingStdio, fixtureInprocess, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { request, StreamableClient, textOf, toolCall } from '../support/raw-clients.ts';
import type { Rpc } from '../support/raw.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({
    servers: { fixture: fixtureInprocess(), everything: everythingStdio() },
  });
});

afterAll(() => gateway.close());

const open = (server = 'fixture') => StreamableClient.start(gateway.mcp(server), '2025-03-26');
const NOTIFICATION = { jsonrpc: '2.0', method: 'notifications/roots/list_changed' };

describe('a batch', () => {
  it('[STREAMABLE-BATCH] of quick calls is answered by one array, each answer with its own id', async () => {
    for (const server of ['fixture', 'everything']) {
      const client = await open(server);
      const reply = await client.post([
        request('a', 'ping'),
        NOTIFICATION,
        request(2, 'prompts/list'),
        request('no', 'no/such/method'),
      ]);
      const answers = reply.isStream ? [] : await reply.json<Rpc[]>();
      if (reply.isStream) await reply.events.ended;
      const byId = new Map(
        [...answers, ...(reply.isStream ? reply.events.messages : [])].map((each) => [each.id, each]),
      );
      expect([...byId.keys()].sort()).toEqual([2, 'a', 'no']);
      expect(byId.get('a')?.result).toEqual({});
      expect(byId.get(2)?.result).toHaveProperty('prompts');
      expect(byId.get('no')?.error?.code).toBe(-32601);
    }
  });

  it('[STREAMABLE-BATCH] with a talkative call becomes one stream that ends after the last answer', async () => {
    const client = await open();
    const reply = await client.post([
      toolCall(1, 'progress', { steps: 3, delayMs: 5 }, 'one'),
      toolCall(2, 'progress', { steps: 2, delayMs: 5 }, 'two'),
      toolCall(3, 'echo', { text: 'quick' }),
    ]);
    expect(await reply.events.ended).toBe('whole');
    const { messages } = reply.events;
    const progress = (token: string) =>
      messages.flatMap(({ params }) => (params?.['progressToken'] === token ? [params['progress']] : []));
    expect([progress('one'), progress('two')]).toEqual([
      [1, 2, 3],
      [1, 2],
    ]);
    const texts = [1, 2, 3].map((id) => messages.filter((message) => message.id === id).map(textOf));
    expect(texts).toEqual([['Took 3 steps.'], ['Took 2 steps.'], ['quick']]);
    // Priming events came with a later revision.
    expect(reply.events.events.every(({ data }) => data !== '')).toBe(true);
  });

  it('[STREAMABLE-BATCH] of equal ids gets as many answers', async () => {
    const client = await open();
    const texts = ['a', 'b', 'c', 'd'];
    const reply = await client.post(texts.map((text) => toolCall(1, 'echo', { text })));
    const answers = await reply.json<Rpc[]>();
    expect(answers.map(({ id }) => id)).toEqual([1, 1, 1, 1]);
    expect(answers.map(textOf).sort()).toEqual(texts);
  });

  it('[STREAMABLE-BATCH-202] without a request is answered 202 and empty', async () => {
    const client = await open();
    const reply = await client.post([NOTIFICATION, { jsonrpc: '2.0', id: 9, result: {} }]);
    expect([reply.status, await reply.text()]).toEqual([202, '']);
  });
});
