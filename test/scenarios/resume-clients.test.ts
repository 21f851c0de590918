/** Clients that come back by themselves: polling, cuts in the middle of an event, and the SDK behind a broken wire. */
import { Client } from 'sdk-1.32/client/index.js';
import { StreamableHTTPClientTransport } from 'sdk-1.32/client/streamableHttp.js';
import { ToolListChangedNotificationSchema } from 'sdk-1.32/types.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixtureInprocess, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { StreamableClient, textOf, toolCall } from '../support/raw-clients.ts';
import { CuttingProxy } from '../support/raw-proxy.ts';
import { eventually, type Reply } from '../support/raw.ts';

const upTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1);

describe('[STREAMABLE-POLLING] polling (2025-11-25)', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway({
      servers: { fixture: fixtureInprocess() },
      settings: { pollMs: 60, heartbeatMs: 20, retryMs: 10 },
    });
  });

  it('a long call: the stream is ended with a `retry`, the client comes back, every event comes once', async () => {
    const client = await StreamableClient.start(gateway.mcp());
    let reply: Reply = await client.post(toolCall(1, 'progress', { steps: 25, delayMs: 20 }, 't'));
    const progress: unknown[] = [];
    let rounds = 0;
    let answer: string | undefined;
    for (let last: string | undefined; answer === undefined; rounds++) {
      const { events } = reply;
      expect(await events.ended).toBe('whole');
      last = events.lastId ?? last;
      progress.push(...events.messages.flatMap(({ params }) => params?.['progress'] ?? []));
      const answered = events.messages.find(({ id }) => id === 1);
      if (answered) answer = textOf(answered);
      else expect(events.events.at(-1)).toMatchObject({ retry: 10, data: '' });
      if (!answered) reply = await client.get(last);
    }
    expect(rounds).toBeGreaterThan(3);
    expect(progress).toEqual(upTo(25));
    expect(answer).toBe('Took 25 steps.');
  });

  it('the standing stream is ended and followed again, too', async () => {
    const client = await StreamableClient.start(gateway.mcp());
    const first = await client.get();
    expect(await first.events.ended).toBe('whole');
    await client.ask(toolCall('c', 'change_list', { kind: 'tools' }));
    const second = await client.get(first.events.lastId);
    await second.events.until('the change', () => second.events.messages[0]);
    second.cut();
  });

  it('clients of earlier revisions are left alone', async () => {
    const client = await StreamableClient.start(gateway.mcp(), '2025-06-18');
    const reply = await client.post(toolCall(1, 'progress', { steps: 10, delayMs: 20 }, 't'));
    expect(textOf(await reply.events.answer(1))).toBe('Took 10 steps.');
    expect(reply.events.comments).toContain('ping');
  });

  it('the SDK comes back by itself', async () => {
    const client = await connect(gateway.url);
    const progress: number[] = [];
    const result = await client.callTool(
      { name: 'progress', arguments: { steps: 25, delayMs: 20 } },
      undefined,
      {
        onprogress: (step) => progress.push(step.progress),
      },
    );
    expect(result.content).toEqual([{ type: 'text', text: 'Took 25 steps.' }]);
    expect(progress).toEqual(upTo(25));
    await client.close();
  });
});

describe('a broken wire', () => {
  let gateway: TestGateway;
  let proxy: CuttingProxy;

  beforeAll(async () => {
    gateway = await startTestGateway({ servers: { fixture: fixtureInprocess() }, settings: { retryMs: 20 } });
    proxy = await CuttingProxy.start(gateway.port);
    return () => proxy.close();
  });

  it.each([1, 2, 3, 4, 5, 6])(
    'cut at any byte, in the middle of an event (%i): every event comes once',
    async (seed) => {
      const client = await StreamableClient.start(gateway.mcp());
      const cut = new StreamableClient(`${proxy.url}/mcp`, client.version, {});
      cut.sessionId = client.sessionId;
      // From the head of the answer on, so that some of the cuts leave nothing to come back with.
      proxy.cutAfter(...[0, 1, 2, 3, 4].map((at) => 700 + ((seed * 7_919 + at * 104_729) % 900)));
      const progress: unknown[] = [];
      let reply = await cut.post(toolCall(1, 'progress', { steps: 60, delayMs: 2 }, 't'), { alone: true });
      let last: string | undefined;
      for (;;) {
        const { events } = reply;
        await events.ended;
        last = events.lastId ?? last;
        progress.push(...events.messages.flatMap(({ params }) => params?.['progress'] ?? []));
        const answer = events.messages.find(({ id }) => id === 1);
        if (answer) {
          expect(textOf(answer)).toBe('Took 60 steps.');
          break;
        }
        reply = await cut.get(last);
      }
      expect(progress).toEqual(upTo(60));
    },
  );

  it('[STREAMABLE-RESUME-SDK] the SDK takes its calls up again when its sockets are cut, with every event once', async () => {
    const client = await connect(proxy.url);
    const cuts = proxy.cuts;
    const progress: number[] = [];
    const result = await client.callTool(
      { name: 'progress', arguments: { steps: 40, delayMs: 15 } },
      undefined,
      {
        onprogress: (step) => {
          progress.push(step.progress);
          if (step.progress === 5 || step.progress === 20) proxy.cut();
        },
      },
    );
    expect(result.content).toEqual([{ type: 'text', text: 'Took 40 steps.' }]);
    expect(progress).toEqual(upTo(40));
    expect(proxy.cuts - cuts).toBe(2);
    await client.close();
  });

  it('the SDK has what was said on its standing stream while it was away', async () => {
    const client = await connect(proxy.url);
    let changes = 0;
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => void changes++);
    // Past the broken wire, in the same session.
    const direct = new StreamableClient(gateway.mcp(), '2025-11-25');
    direct.sessionId = client.transport?.sessionId;
    const change = () => direct.ask(toolCall('c', 'change_list', { kind: 'tools' }));
    await change();
    await eventually('the first change is told', () => changes === 1);
    proxy.cut();
    await change();
    await change();
    await eventually('all changes are told', () => changes === 3);
    await client.close();
  });
});

async function connect(url: string): Promise<Client> {
  const client = new Client({ name: 'polls', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)));
  return client;
}
