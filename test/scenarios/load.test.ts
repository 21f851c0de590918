/** Many clients at once, all with the same ids: every answer is right, and none is somebody else's. */
import { beforeAll, describe, expect, it } from 'vitest';
import { echoStdio, fixtureInprocess, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { SseClient, StreamableClient, textOf, toolCall } from '../support/raw-clients.ts';
import type { Rpc } from '../support/raw.ts';

interface Tally {
  right: number;
  wrong: string[];
}

/** Every session calls `echo` with ids from 1 up, all at once; each text is used once in the whole run. */
async function storm(clients: readonly SseClient[], calls: number): Promise<Tally> {
  const tally: Tally = { right: 0, wrong: [] };
  await Promise.all(
    clients.map(async (client, session) => {
      const ids = Array.from({ length: calls }, (_, at) => at + 1);
      const posted = ids.map(async (id) => {
        const reply = await client.post(toolCall(id, 'echo', { text: `session ${session} call ${id}` }));
        if (reply.status !== 202) tally.wrong.push(`POST was answered ${reply.status}`);
        await reply.text();
      });
      await Promise.all(posted);
      await client.feed.until(`${calls} answers`, () => client.feed.messages.length >= calls, 30_000);
      count(tally, client.feed.messages, ids, session);
    }),
  );
  return tally;
}

function count(tally: Tally, messages: readonly Rpc[], ids: readonly number[], session: number): void {
  const missing = new Set(ids);
  for (const message of messages) {
    const id = Number(message.id);
    const isRight = textOf(message) === `session ${session} call ${id}` && missing.delete(id);
    if (isRight) tally.right++;
    else tally.wrong.push(`session ${session}: ${JSON.stringify(message)}`);
  }
}

async function open(url: string, sessions: number): Promise<SseClient[]> {
  return Promise.all(Array.from({ length: sessions }, () => SseClient.open(url)));
}

describe('HTTP+SSE, ids from 1 up in every session', () => {
  it('[ANSWER-MANY] 100 sessions × 100 calls over one shared process: 10,000 right answers, none crossed', async () => {
    const gateway = await startTestGateway({ servers: { echo: echoStdio({ sharing: 'shared' }) } });
    const clients = await open(gateway.sse(), 100);
    const tally = await storm(clients, 100);
    expect(tally).toEqual({ right: 10_000, wrong: [] });
    console.log(
      `${tally.right} of 10000 answers right, ${tally.wrong.length} crossed or wrong (shared process)`,
    );
    expect(gateway.recorder.of('linkOpened')).toHaveLength(gateway.nodes);
    for (const client of clients) client.close();
  });

  it('20 sessions × 100 calls over a process for each session', async () => {
    const gateway = await startTestGateway({ servers: { echo: echoStdio() } });
    const clients = await open(gateway.sse(), 20);
    const tally = await storm(clients, 100);
    expect(tally).toEqual({ right: 2_000, wrong: [] });
    expect(gateway.recorder.of('linkOpened')).toHaveLength(20);
    for (const client of clients) client.close();
  });
});

describe('[ANSWER-SAME-ID] two calls in flight with the same id in one session', () => {
  const IDS = [1, 0, '', 'a', '1'] as const;
  const LONG = 'Slept 120 ms.';
  const SHORT = 'Slept 60 ms.';
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway({ servers: { fixture: fixtureInprocess() } });
  });

  it.each(IDS)('HTTP+SSE, id %j: both are answered, each with its own result', async (id) => {
    const client = await SseClient.open(gateway.sse());
    await client.initialize();
    for (const ms of [120, 60]) await client.post(toolCall(id, 'sleep', { ms }));
    const answers = [await client.feed.answer(id, 1), await client.feed.answer(id, 2)];
    expect(answers.map(textOf).sort()).toEqual([LONG, SHORT]);
    client.close();
  });

  it.each(IDS)('Streamable HTTP, id %j: each POST has the answer to its own call', async (id) => {
    const client = await StreamableClient.start(gateway.mcp());
    const calls = [120, 60].map((ms) => client.ask(toolCall(id, 'sleep', { ms })));
    expect((await Promise.all(calls)).map((answer) => [answer.id, textOf(answer)])).toEqual([
      [id, LONG],
      [id, SHORT],
    ]);
  });

  it('[TRAFFIC-PROGRESS-TOKEN] progress of two calls with the same id and the same token goes to the call it belongs to', async () => {
    const client = await StreamableClient.start(gateway.mcp());
    const posts = [3, 5].map((steps) =>
      client.post(toolCall(1, 'progress', { steps, delayMs: 10 }, 'token')),
    );
    for (const [at, reply] of (await Promise.all(posts)).entries()) {
      const total = [3, 5][at];
      expect(textOf(await reply.events.answer(1))).toBe(`Took ${total} steps.`);
      const progress = reply.events.messages.filter(({ method }) => method === 'notifications/progress');
      expect(progress.map(({ params }) => [params?.['progressToken'], params?.['total']])).toEqual(
        Array.from({ length: total as number }, () => ['token', total]),
      );
    }
  });
});

describe('Streamable HTTP', () => {
  it('[STREAMABLE-SAME-ID] [STREAMABLE-NO-SESSION] 500 clients that never name a session, all with id 1: every one has its own answer', async () => {
    const gateway = await startTestGateway({ servers: { echo: echoStdio() } });
    const asked = Array.from({ length: 500 }, async (_, at) => {
      const client = new StreamableClient(gateway.mcp(), '2025-03-26');
      const answer = await client.ask(toolCall(1, 'echo', { text: `client ${at}` }));
      return [answer.id, textOf(answer)];
    });
    expect(await Promise.all(asked)).toEqual(asked.map((_, at) => [1, `client ${at}`]));
    await gateway.close();
  });

  it('[SHARING-SHARED] 20 sessions × 50 calls, all with id 1, over one shared process', async () => {
    const gateway = await startTestGateway({ servers: { echo: echoStdio({ sharing: 'shared' }) } });
    const sessions = Array.from({ length: 20 }, async (_, session) => {
      const client = await StreamableClient.start(gateway.mcp());
      const calls = Array.from({ length: 50 }, async (_call, at) =>
        textOf(await client.ask(toolCall(1, 'echo', { text: `session ${session} call ${at}` }))),
      );
      const texts = await Promise.all(calls);
      return texts.filter((text, at) => text === `session ${session} call ${at}`).length;
    });
    expect(await Promise.all(sessions)).toEqual(Array.from({ length: 20 }, () => 50));
    await gateway.close();
  });
});
