/** Calls within a minute, with real clients whose sessions must outlive a refusal. */
import { Client } from 'sdk-1.32/client/index.js';
import { SSEClientTransport } from 'sdk-1.32/client/sse.js';
import { describe, expect, it } from 'vitest';
import { echoStdio, startTestGateway } from '../support/gateway.ts';
import { textOf, toolCall } from '../support/raw-clients.ts';
import { WsClient } from '../support/ws-client.ts';

describe('[RATE-STREAM] an SDK over HTTP+SSE that makes more calls than it may', () => {
  it('has them refused one by one, and keeps its session', async () => {
    const gateway = await startTestGateway({ servers: { echo: echoStdio() }, callsPerMinute: 4 });
    const client = new Client({ name: 'c', version: '1' });
    const lost: unknown[] = [];
    client.onerror = (error) => void lost.push(error);
    await client.connect(new SSEClientTransport(new URL(gateway.sse())));
    const call = (text: string) => client.callTool({ name: 'echo', arguments: { text } });
    const outcomes = await Promise.allSettled(['1', '2', '3', '4', '5'].map(call));
    expect(outcomes.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 3 }, () => 'fulfilled'),
      ...Array.from({ length: 2 }, () => 'rejected'),
    ]);
    expect(outcomes[4]).toMatchObject({ reason: { code: -32000, data: { code: 'rate_limited', limit: 4 } } });
    expect(lost).toEqual([]);
    await client.close();
    await gateway.close();
  });
});

describe('[RATE-OPENS] a client over WebSocket', () => {
  it('that comes back too often is refused with 429', async () => {
    const gateway = await startTestGateway({
      servers: { echo: echoStdio() },
      rates: { caller: { opens: 1 } },
    });
    const client = await WsClient.open(gateway.ws());
    await expect(WsClient.open(gateway.ws())).rejects.toThrow(/429/);
    client.ws.close();
    await gateway.close();
  });
});

describe('[RATE-SOCKET] a client over WebSocket that makes more calls than it may', () => {
  it('is told in messages, and its messages keep their order', async () => {
    const gateway = await startTestGateway({ servers: { echo: echoStdio() }, callsPerMinute: 11 });
    const client = await WsClient.open(gateway.ws());
    await client.initialize();
    for (let n = 0; n < 12; n++) client.send(toolCall(n, 'echo', { text: String(n) }));
    const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => client.answer(n)));
    expect(answers.slice(0, 10).map(textOf)).toEqual(Array.from({ length: 10 }, (_, n) => String(n)));
    for (const answer of answers.slice(10))
      expect(answer.error?.data).toMatchObject({ code: 'rate_limited' });
    const order = client.messages.flatMap(({ id }) => (typeof id === 'number' && id < 10 ? [id] : []));
    expect(order).toEqual(Array.from({ length: 10 }, (_, n) => n));
    expect(client.ws.readyState).toBe(client.ws.OPEN);
    client.ws.close();
    await gateway.close();
  });
});
