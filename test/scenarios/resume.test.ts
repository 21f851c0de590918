/** Streams that are cut and taken up again over Streamable HTTP: every event once, the answer included. */
import { beforeAll, describe, expect, it } from 'vitest';
import { fixtureInprocess, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { hello, StreamableClient, textOf, toolCall, wordOf } from '../support/raw-clients.ts';
import type { EventFeed, Reply, Rpc } from '../support/raw.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({
    servers: { fixture: fixtureInprocess() },
    settings: { retryMs: 40 },
    log: { events: 40, bytes: 64 * 1024 },
  });
});

const STEPS = 30;

/** Numbers that look random and are the same in every run. */
function dice(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return (state >> 8) % below;
  };
}

/** Everything a client saw of one stream, over all its connections. */
class Seen {
  readonly messages: Rpc[] = [];
  readonly ids: string[] = [];
  last: string | undefined;
  cuts = 0;

  take(feed: EventFeed): void {
    this.messages.push(...feed.messages);
    this.ids.push(...feed.events.filter(({ data }) => data !== '').flatMap(({ id }) => id ?? []));
    this.last = feed.lastId ?? this.last;
  }

  get progress(): unknown[] {
    return this.messages
      .filter(({ method }) => method === 'notifications/progress')
      .map(({ params }) => params?.['progress']);
  }
}

/** Makes a call whose connection is cut after `next` more events, again and again, until the answer is there. */
async function callAndCut(client: StreamableClient, id: number, next: () => number): Promise<Seen> {
  const seen = new Seen();
  let reply: Reply = await client.post(toolCall(id, 'progress', { steps: STEPS, delayMs: 4 }, `t${id}`));
  for (;;) {
    const { events } = reply;
    const wanted = next();
    const isAnswered = () => events.messages.some((message) => message.id === id);
    await events.until('events', () => isAnswered() || events.events.length >= wanted || events.end);
    if (isAnswered()) await events.ended;
    else reply.cut();
    seen.take(events);
    if (isAnswered()) return seen;
    seen.cuts++;
    reply = await client.get(seen.last);
    expect(reply.status).toBe(200);
  }
}

function callEnded({ sessionId }: StreamableClient): Promise<unknown> {
  return gateway.recorder.when(
    'exchangeEnded',
    ({ session, method }) => session === sessionId && method === 'tools/call',
  );
}

function expectWhole(seen: Seen, id: number): void {
  expect(seen.progress).toEqual(Array.from({ length: STEPS }, (_, at) => at + 1));
  expect(seen.messages.filter((message) => message.id === id).map(textOf)).toEqual([`Took ${STEPS} steps.`]);
  expect(seen.messages.at(-1)?.id).toBe(id);
  expect(new Set(seen.ids).size).toBe(seen.ids.length);
}

describe('[STREAMABLE-RESUME] a call whose stream is cut', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'at random points (%i): every event once, the answer at the end',
    async (seed) => {
      const roll = dice(seed);
      const client = await StreamableClient.start(gateway.mcp());
      const calls = await Promise.all([1, 2, 3].map((id) => callAndCut(client, id, () => 1 + roll(9))));
      for (const [at, seen] of calls.entries()) expectWhole(seen, at + 1);
      expect(calls.reduce((sum, { cuts }) => sum + cuts, 0)).toBeGreaterThan(5);
    },
  );

  it('before its first message: the priming event is enough to come back with', async () => {
    const client = await StreamableClient.start(gateway.mcp());
    let first = true;
    const seen = await callAndCut(client, 1, () => (first ? ((first = false), 1) : STEPS * 2));
    expectWhole(seen, 1);
  });

  it('[STREAMABLE-RESUME-DONE] and taken up when it is over: the rest, then the end; and then there is nothing more (204)', async () => {
    const client = await StreamableClient.start(gateway.mcp());
    const reply = await client.post(toolCall(1, 'progress', { steps: STEPS, delayMs: 2 }, 't'));
    await reply.events.until('an event', () => reply.events.lastId);
    const seen = new Seen();
    reply.cut();
    seen.take(reply.events);
    await callEnded(client);
    const rest = await client.get(seen.last);
    expect(await rest.events.ended).toBe('whole');
    seen.take(rest.events);
    expectWhole(seen, 1);
    expect((await client.get(seen.last)).status).toBe(204);
  });

  it('[STREAMABLE-DROP-NO-CANCEL] goes on in the server: a dropped stream is no cancel', async () => {
    const client = await StreamableClient.start(gateway.mcp());
    const reply = await client.post(toolCall(1, 'sleep', { ms: 100 }));
    await reply.events.until('the priming event', () => reply.events.lastId);
    const last = reply.events.lastId;
    reply.cut();
    const rest = await client.get(last);
    expect(textOf(await rest.events.answer(1))).toBe('Slept 100 ms.');
  });
});

describe('[STREAMABLE-HISTORY-LOST] history that is no longer kept', () => {
  it('is told before anything else, and the answer still comes', async () => {
    const client = await StreamableClient.start(gateway.mcp());
    const reply = await client.post(toolCall(1, 'progress', { steps: 100, delayMs: 1 }, 't'));
    const last = await reply.events.until('the priming event', () => reply.events.ids[0]);
    reply.cut();
    await callEnded(client);
    const rest = await client.get(last);
    const answer = await rest.events.answer(1);
    const [told, ...after] = rest.events.messages;
    expect(told).toMatchObject({
      method: 'notifications/message',
      params: { data: { code: 'history_lost' } },
    });
    expect(after).toEqual([answer]);
    expect(textOf(answer)).toBe('Took 100 steps.');
  });
});

it('[ANSWER-ONCE] an answer that is too large to be kept, and was not read, is an error with its id', async () => {
  const client = await StreamableClient.start(gateway.mcp());
  const headers = { accept: 'text/event-stream, application/json' };
  const reply = await client.post(toolCall('big', 'progress', { steps: 3, delayMs: 20 }, 't'), { headers });
  const last = await reply.events.until('the priming event', () => reply.events.ids[0]);
  reply.cut();
  await callEnded(client);
  const flood = await client.post(toolCall('x', 'big', { bytes: 100_000 }), { headers, alone: true });
  const first = await flood.events.until('the priming event', () => flood.events.ids[0]);
  await flood.events.ended;
  const lost = await client.get(first);
  const answer = await lost.events.answer('x');
  expect([wordOf(answer), answer.error?.message]).toEqual(['history_lost', 'The answer is no longer kept.']);
  // Another stream of the same session keeps its own.
  expect(textOf(await (await client.get(last)).events.answer('big'))).toBe('Took 3 steps.');
});

describe('the standing stream', () => {
  const change = (client: StreamableClient) => client.ask(toolCall('c', 'change_list', { kind: 'tools' }));
  const changes = (feed: EventFeed) =>
    feed.messages.filter(({ method }) => method === 'notifications/tools/list_changed').length;

  it('[STREAMABLE-GET-BACKLOG] delivers what was said while nobody followed', async () => {
    const client = await StreamableClient.start(gateway.mcp());
    for (let count = 0; count < 3; count++) await change(client);
    const reply = await client.get();
    await reply.events.until('three changes', () => changes(reply.events) === 3);
    await change(client);
    await reply.events.until('one more', () => changes(reply.events) === 4);
    reply.cut();
  });

  it('is cut and taken up: every event once', async () => {
    const client = await StreamableClient.start(gateway.mcp());
    const seen = new Seen();
    let reply = await client.get();
    for (let round = 0; round < 5; round++) {
      await change(client);
      await reply.events.until('a change', () => changes(reply.events) >= 1);
      reply.cut();
      await change(client);
      seen.take(reply.events);
      reply = await client.get(seen.last);
    }
    await reply.events.until('the last change', () => changes(reply.events) >= 1);
    reply.cut();
    seen.take(reply.events);
    expect(seen.messages).toHaveLength(10);
    expect(new Set(seen.ids).size).toBe(10);
  });

  it('[STREAMABLE-GET-TAKES-OVER] a second GET takes over: the first is ended, and gets nothing more', async () => {
    const client = await StreamableClient.start(gateway.mcp());
    const first = await client.get();
    await change(client);
    await first.events.until('a change', () => changes(first.events) === 1);
    const second = await client.get();
    expect([second.status, await first.events.ended]).toEqual([200, 'whole']);
    await change(client);
    await second.events.until('a change', () => changes(second.events) === 1);
    expect([changes(first.events), changes(second.events)]).toEqual([1, 1]);
    second.cut();
  });
});

describe('event ids that are not for this session', () => {
  it('[STREAMABLE-EVENT-ID] of an earlier run of the gateway, of a stream that is not there, or not yet said: 400', async () => {
    const client = await StreamableClient.start(gateway.mcp());
    const own = (await client.get()).events;
    const [epoch] = (await own.until('the priming event', () => own.lastId)).split('-');
    for (const [id, word] of [
      ['other-0-0', 'history_lost'],
      [`${epoch}-77-1`, 'history_lost'],
      [`${epoch}-0-5`, 'bad_event_id'],
    ] as const) {
      const reply = await client.get(id);
      expect([reply.status, wordOf(await reply.json<Rpc>())]).toEqual([400, word]);
    }
  });

  it('[ISOLATION-EVENT-ID] of another session: nothing of that session is told', async () => {
    const [owner, other] = await Promise.all([1, 2].map(() => StreamableClient.start(gateway.mcp())));
    const { events } = await (owner as StreamableClient).post(
      toolCall(1, 'progress', { steps: 3, delayMs: 5 }, 'own'),
    );
    await events.answer(1);
    for (const id of events.ids) {
      const reply = await (other as StreamableClient).get(id);
      // Stream 1 of the other session is its `initialize`, if anything.
      if (reply.status === 200) await reply.events.ended;
      expect(reply.status === 200 ? reply.events.messages : []).toEqual([]);
    }
  });
});

describe('[STREAMABLE-PRIMING] [STREAMABLE-NO-PRIMING] priming events', () => {
  it.each(['2025-03-26', '2025-06-18', '2025-11-25'])('%s', async (version) => {
    const isPrimed = version === '2025-11-25';
    const client = await StreamableClient.start(gateway.mcp(), version);
    const post = await client.post(toolCall(1, 'progress', { steps: 2, delayMs: 5 }, 't'));
    await post.events.answer(1);
    const get = await client.get();
    await client.ask(toolCall('c', 'change_list', { kind: 'tools' }));
    await get.events.until('a message', () => get.events.messages[0]);
    get.cut();
    for (const { events } of [post, get]) {
      const [first, ...rest] = events.events;
      expect([first?.data === '', first?.retry]).toEqual(isPrimed ? [true, 40] : [false, undefined]);
      expect(rest.filter(({ data, retry }) => data === '' || retry !== undefined)).toEqual([]);
    }
    const fresh = new StreamableClient(gateway.mcp(), version);
    const opened = await fresh.post(hello(1, version), {
      headers: { accept: 'text/event-stream, application/json' },
    });
    await opened.events.answer(1);
    expect(opened.events.events[0]?.data === '').toBe(isPrimed);
  });
});
