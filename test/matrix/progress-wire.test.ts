/** Progress on the raw wire, once per dialect: SDK clients drop what arrives in one chunk with the result. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureInprocess, fixtureStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { SseClient, StreamableClient, textOf, toolCall } from '../support/raw-clients.ts';
import type { EventFeed, Rpc } from '../support/raw.ts';

const STEPS = 500;
const SERVERS = ['stdio', 'inprocess'];
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({ servers: { stdio: fixtureStdio(), inprocess: fixtureInprocess() } });
});

afterAll(() => gateway.close());

describe('[TRAFFIC-PROGRESS-RAW] progress arrives whole, in order and before its result', () => {
  it.each(SERVERS)('over HTTP+SSE, from a server over %s', async (server) => {
    const client = await SseClient.open(gateway.sse(server));
    await client.initialize();
    const answer = await client.ask(toolCall('p', 'progress', { steps: STEPS }, 'token'));
    expectWhole(client.feed, answer);
    client.close();
  });

  it.each(SERVERS)('over Streamable HTTP, from a server over %s', async (server) => {
    const client = await StreamableClient.start(gateway.mcp(server));
    const { events } = await client.post(toolCall('p', 'progress', { steps: STEPS }, 'token'));
    const answer = await events.answer('p');
    expectWhole(events, answer);
    expect(await events.ended).toBe('whole');
  });
});

describe('[TRAFFIC-PROGRESS-LATE] progress after the result is dropped', () => {
  it('over HTTP+SSE, where the stream would still be there for it', async () => {
    const client = await SseClient.open(gateway.sse('stdio'));
    await client.initialize();
    await client.ask(toolCall(1, 'late_progress', {}, 't'));
    expect(textOf(await client.ask(toolCall(2, 'echo', { text: 'after' })))).toBe('after');
    expect(client.feed.messages.filter(({ method }) => method === 'notifications/progress')).toEqual([]);
    await gateway.recorder.when('refused', ({ code }) => code === 'unknown_progress');
    client.close();
  });
});

function expectWhole({ messages }: EventFeed, answer: Rpc): void {
  expect(textOf(answer)).toBe(`Took ${STEPS} steps.`);
  const told = messages.slice(0, messages.indexOf(answer)).filter(({ method }) => method !== undefined);
  expect(told.map(({ params }) => params)).toEqual(
    Array.from({ length: STEPS }, (_, at) => ({ progressToken: 'token', progress: at + 1, total: STEPS })),
  );
}
