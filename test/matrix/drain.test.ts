/** How a gateway goes away: nothing new, what runs is finished, streams say when to come back. */
import { describe, expect, it } from 'vitest';
import { echoStdio, fixtureStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import {
  BOTH_TYPES,
  hello,
  JSON_TYPE,
  SseClient,
  StreamableClient,
  textOf,
  toolCall,
  wordOf,
} from '../support/raw-clients.ts';
import { type Rpc, send, within } from '../support/raw.ts';

async function start(drainMs: number): Promise<TestGateway> {
  return startTestGateway({ servers: { fixture: fixtureStdio(), echo: echoStdio() }, settings: { drainMs } });
}

describe('a gateway that drains', () => {
  it('[DRAIN-NOT-READY] is not ready, and takes no new session', async () => {
    const gateway = await start(10_000);
    const client = await SseClient.open(gateway.sse());
    await client.initialize();
    await client.post(toolCall(1, 'sleep', { ms: 400 }));
    await client.ask(toolCall(2, 'echo', { text: 'arrived' }));
    const drained = gateway.gateway.drain();
    const ready = await send(`${gateway.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'draining' }]);
    expect((await send(`${gateway.url}/healthz`)).status).toBe(200);
    expect(await (await send(`${gateway.url}/health`)).json()).toMatchObject({ status: 'draining' });
    const headers = { ...JSON_TYPE, ...BOTH_TYPES };
    for (const sending of [
      { headers: { accept: 'text/event-stream' } },
      { method: 'POST', headers, body: JSON.stringify(hello(1, '2025-11-25')) },
      { method: 'POST', headers, body: JSON.stringify(toolCall(1, 'echo', { text: 'x' })) },
    ]) {
      const reply = await send(gateway.mcp(), sending);
      expect([reply.status, reply.headers['retry-after'], wordOf(await reply.json<Rpc>())]).toEqual([
        503,
        '5',
        'draining',
      ]);
    }
    expect(textOf(await client.feed.answer(1))).toBe('Slept 400 ms.');
    await within(drained, 'the end of the drain');
    await gateway.close();
  });

  it('[DRAIN-IN-FLIGHT] [DRAIN-RETRY] answers what runs, over both transports, and ends streams with `retry`', async () => {
    const gateway = await start(10_000);
    const sse = await SseClient.open(gateway.sse());
    await sse.initialize();
    const streamable = await StreamableClient.start(gateway.mcp());
    const standing = await streamable.get();
    await sse.post(toolCall(1, 'progress', { steps: 20, delayMs: 10 }, 't'));
    const call = await streamable.post(toolCall(2, 'progress', { steps: 20, delayMs: 10 }, 't'));
    await sse.feed.until('progress', () =>
      sse.feed.messages.find(({ method }) => method === 'notifications/progress'),
    );
    await call.events.until('progress', () => call.events.messages[0]);
    const drained = gateway.gateway.drain();
    expect(textOf(await sse.feed.answer(1))).toBe('Took 20 steps.');
    expect(textOf(await call.events.answer(2))).toBe('Took 20 steps.');
    await within(drained, 'the end of the drain');
    for (const feed of [sse.feed, standing.events]) {
      expect(await feed.ended).toBe('whole');
      expect(feed.events.at(-1)).toMatchObject({ retry: 1_000, data: '' });
    }
    await gateway.close();
  });

  it('[DRAIN-HARD-STOP] does not wait for what never ends, and answers it with an error', async () => {
    const gateway = await start(300);
    const client = await SseClient.open(gateway.sse());
    await client.initialize();
    await client.post(toolCall(1, 'hang', {}));
    await client.ask(toolCall(2, 'echo', { text: 'arrived' }));
    const at = performance.now();
    await within(gateway.gateway.drain(), 'the end of the drain');
    const ms = performance.now() - at;
    expect(ms).toBeGreaterThan(250);
    expect(ms).toBeLessThan(3_000);
    const answer = await client.feed.answer(1);
    expect([answer.id, wordOf(answer)]).toEqual([1, 'draining']);
    await gateway.close();
  });

  it('[DRAIN-HARD-STOP] drains once, however often it is told', async () => {
    const gateway = await start(5_000);
    await within(
      Promise.all([gateway.gateway.drain(), gateway.gateway.drain(), gateway.gateway.close()]),
      'the end',
    );
    await gateway.close();
  });
});
