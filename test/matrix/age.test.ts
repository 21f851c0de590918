/** Streams that have reached their age: ended in good order, taken up again, and nothing is lost. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureInprocess, fixtureStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { modernHeaders, modernRequest } from '../support/modern-face.ts';
import { request, SseClient, StreamableClient, textOf, toolCall } from '../support/raw-clients.ts';
import { type Reply, type Rpc, send } from '../support/raw.ts';

const AGE_MS = 150;
const STEPS = 24;

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({
    servers: { fixture: fixtureInprocess(), child: fixtureStdio() },
    settings: { streamAgeMs: AGE_MS, retryMs: 50 },
  });
});
afterAll(() => gateway.close());

/** Follows a stream to its end, and takes it up again, until it has the answer. */
async function untilAnswered(client: StreamableClient, first: Reply, id: number) {
  const messages: Rpc[] = [];
  let ends = 0;
  let last: string | undefined;
  for (let reply = first; ; reply = await client.get(last)) {
    expect(await reply.events.ended).toBe('whole');
    messages.push(...reply.events.messages);
    last = reply.events.lastId ?? last;
    if (messages.some((message) => message.id === id)) return { messages, ends };
    expect(reply.events.events.at(-1)).toMatchObject({ retry: 50, data: '' });
    ends++;
  }
}

describe('a stream of Streamable HTTP', () => {
  it('[AGE-ROTATED] is ended again and again during a call, and each event comes once, in order', async () => {
    const client = await StreamableClient.start(gateway.mcp());
    const first = await client.post(toolCall(1, 'progress', { steps: STEPS, delayMs: 25 }, 't'));
    const { messages, ends } = await untilAnswered(client, first, 1);
    expect(ends).toBeGreaterThan(1);
    const steps = messages.slice(0, -1).map(({ params }) => params?.['progress']);
    expect(steps).toEqual(Array.from({ length: STEPS }, (_, at) => at + 1));
    expect(textOf(messages.at(-1) as Rpc)).toBe(`Took ${STEPS} steps.`);
    expect(gateway.recorder.of('streamClosed').filter(({ reason }) => reason === 'rotated').length).toBe(
      ends,
    );
  });

  it('[AGE-STANDING] that stands is ended, too: what is announced meanwhile waits for its client', async () => {
    const client = await StreamableClient.start(gateway.mcp(), '2025-06-18');
    const standing = await client.get();
    expect(await standing.events.ended).toBe('whole');
    expect(standing.events.events.at(-1)).toMatchObject({ retry: 50, data: '' });
    await client.ask(toolCall(1, 'change_list', { kind: 'tools' }));
    const again = await client.get();
    const heard = await again.events.until('the announcement', () => again.events.messages[0]);
    expect(heard.method).toBe('notifications/tools/list_changed');
    again.cut();
  });

  it('[AGE-OLDER] is left open during a call whose client would not take it up again', async () => {
    const client = await StreamableClient.start(gateway.mcp(), '2025-06-18');
    const reply = await client.post(toolCall(1, 'progress', { steps: 12, delayMs: 25 }, 't'));
    expect(textOf(await reply.events.answer(1))).toBe('Took 12 steps.');
  });
});

describe('a stream that is its session', () => {
  it('[AGE-SSE] is not ended by the age of others', async () => {
    const client = await SseClient.open(gateway.sse());
    await client.initialize();
    expect(textOf(await client.ask(toolCall(1, 'sleep', { ms: 2 * AGE_MS })))).toBe(
      `Slept ${2 * AGE_MS} ms.`,
    );
    expect(client.feed.end).toBe(undefined);
    client.close();
  });

  it('[AGE-SSE] is ended where that is asked for, once its calls are answered', async () => {
    const rotating = await startTestGateway({
      servers: { fixture: fixtureInprocess() },
      settings: { sseAgeMs: 150 },
    });
    const client = await SseClient.open(rotating.sse());
    await client.initialize();
    await client.post(toolCall(1, 'sleep', { ms: 300 }));
    expect(textOf(await client.feed.answer(1))).toBe('Slept 300 ms.');
    expect(await client.feed.ended).toBe('whole');
    expect(client.feed.events.at(-1)?.retry).toBe(1_000);
    expect(rotating.recorder.of('sessionClosed').at(-1)).toMatchObject({ reason: 'rotated' });
    expect((await client.post(request(2, 'ping'))).status).toBe(404);
  });
});

it('[AGE-LISTEN] what a modern client listens for ends in good order', async () => {
  const listen = modernRequest(1, 'subscriptions/listen', { notifications: { toolsListChanged: true } });
  const body = JSON.stringify(listen);
  const reply = await send(gateway.mcp(), {
    method: 'POST',
    headers: modernHeaders(listen),
    body,
    alone: true,
  });
  expect(await reply.events.ended).toBe('whole');
  expect(reply.events.messages.map(({ method }) => method)).toEqual([
    'notifications/subscriptions/acknowledged',
    undefined,
  ]);
  expect(reply.events.messages.at(-1)).toMatchObject({ id: 1, result: { resultType: 'complete' } });
});
