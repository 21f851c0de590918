/** A gateway behind a balancer that goes away: what it still serves, what it lets go of, and in which order. */
import { describe, expect, it } from 'vitest';
import {
  echoStdio,
  fixtureInprocess,
  fixtureStdio,
  startTestGateway,
  type TestGateway,
} from '../support/gateway.ts';
import { answerIn, modernHeaders, modernRequest } from '../support/modern-face.ts';
import {
  BOTH_TYPES,
  hello,
  JSON_TYPE,
  request,
  SseClient,
  StreamableClient,
  textOf,
  toolCall,
  wordOf,
} from '../support/raw-clients.ts';
import { eventually, type Reply, type Rpc, send, within } from '../support/raw.ts';

const HEADERS = { ...JSON_TYPE, ...BOTH_TYPES };

function start(settings: object): Promise<TestGateway> {
  const servers = { fixture: fixtureStdio(), echo: echoStdio(), near: fixtureInprocess() };
  return startTestGateway({ servers, settings });
}

async function refusal(reply: Reply): Promise<unknown[]> {
  return [reply.status, reply.headers['retry-after'], wordOf(await reply.json<Rpc>())];
}

async function modern(url: string, message: Rpc): Promise<Rpc> {
  const reply = await send(url, {
    method: 'POST',
    headers: modernHeaders(message),
    body: JSON.stringify(message),
  });
  return JSON.parse(answerIn(await reply.text())) as Rpc;
}

describe('while others notice that it goes away', () => {
  it('[ROLL-DELAY] [ROLL-CONNECTION-CLOSE] its sessions go on, new ones are refused, and clients are sent elsewhere', async () => {
    const gateway = await start({ drainDelayMs: 60_000, drainMs: 500 });
    const url = gateway.mcp('near');
    const streamable = await StreamableClient.start(url);
    const standing = await streamable.get();
    const sse = await SseClient.open(gateway.sse('near'));
    await sse.initialize();
    const before = await streamable.post(toolCall(1, 'echo', { text: 'before' }));
    expect([await before.text(), before.headers.connection]).toEqual([expect.any(String), 'keep-alive']);
    const drained = gateway.gateway.drain();
    const ready = await send(`${gateway.url}/readyz`);
    expect([ready.status, ready.headers.connection]).toEqual([503, 'close']);
    await ready.text();
    const opening = { method: 'POST', headers: HEADERS, body: JSON.stringify(hello(1, '2025-11-25')) };
    expect(await refusal(await send(url, opening))).toEqual([503, '5', 'draining']);
    const event = await send(gateway.sse('near'), { headers: { accept: 'text/event-stream' } });
    expect(await refusal(event)).toEqual([503, '5', 'draining']);
    const call = await streamable.post(toolCall(2, 'echo', { text: 'mine' }));
    expect([call.headers.connection, await call.text()]).toEqual(['close', expect.stringContaining('mine')]);
    expect(textOf(await sse.ask(toolCall(3, 'echo', { text: 'also' })))).toBe('also');
    const whole = modernRequest(4, 'tools/call', { name: 'echo', arguments: { text: 'modern' } });
    expect(textOf(await modern(url, whole))).toBe('modern');
    const unnamed = {
      method: 'POST',
      headers: HEADERS,
      body: JSON.stringify(toolCall(5, 'echo', { text: 'x' })),
    };
    expect((await send(url, unnamed)).status).toBe(200);
    expect([standing.events.end, sse.feed.end]).toEqual([undefined, undefined]);
    await gateway.gateway.close();
    await within(drained, 'the end of the drain');
    for (const feed of [standing.events, sse.feed]) expect(await feed.ended).toBe('whole');
  });

  it('[ROLL-TIDY] it lets go when the time is over', async () => {
    const gateway = await start({ drainDelayMs: 200, drainMs: 5_000 });
    const streamable = await StreamableClient.start(gateway.mcp('near'));
    const standing = await streamable.get();
    const at = performance.now();
    const drained = gateway.gateway.drain();
    expect(await standing.events.ended).toBe('whole');
    expect(performance.now() - at).toBeGreaterThan(190);
    expect(standing.events.events.at(-1)).toMatchObject({ retry: 1_000, data: '' });
    await within(drained, 'the end of the drain');
  });
});

describe('letting go', () => {
  it('[ROLL-IDLE-FIRST] [ROLL-ELSEWHERE] what serves no call ends first, and is found elsewhere', async () => {
    const gateway = await start({ drainMs: 10_000 });
    const busy = await StreamableClient.start(gateway.mcp());
    const busyStanding = await busy.get();
    const idle = await StreamableClient.start(gateway.mcp('near'));
    const idleStanding = await idle.get();
    const sse = await SseClient.open(gateway.sse('near'));
    await sse.initialize();
    const call = await busy.post(toolCall(1, 'progress', { steps: 30, delayMs: 20 }, 't'));
    await call.events.until('progress', () => call.events.messages[0]);
    const drained = gateway.gateway.drain();
    for (const feed of [idleStanding.events, sse.feed]) {
      expect(await feed.ended).toBe('whole');
      expect(feed.events.at(-1)).toMatchObject({ retry: 1_000, data: '' });
    }
    expect([busyStanding.events.end, call.events.end]).toEqual([undefined, undefined]);
    expect(await refusal(await idle.post(request(2, 'ping')))).toEqual([503, '5', 'draining']);
    expect(await refusal(await idle.get())).toEqual([503, '5', 'draining']);
    expect(await refusal(await sse.post(request(3, 'ping')))).toEqual([503, '5', 'draining']);
    // The session that is busy takes what it is sent.
    expect(wordOf(await busy.ask(request(4, 'ping')))).toBe(undefined);
    expect(textOf(await call.events.answer(1))).toBe('Took 30 steps.');
    expect(await busyStanding.events.ended).toBe('whole');
    await within(drained, 'the end of the drain');
  });

  it('[ROLL-BUSY] a client that never stops asking is refused at last, and all it asked is answered', async () => {
    const gateway = await start({ drainMs: 3_000 });
    const client = await StreamableClient.start(gateway.mcp('near'));
    // In few steps: on a busy machine each is late.
    const long = await client.post(toolCall('long', 'progress', { steps: 4, delayMs: 420 }, 't'));
    await long.events.until('progress', () => long.events.messages[0]);
    const drained = gateway.gateway.drain();
    const answers: Rpc[] = [];
    for (let id = 1; wordOf(answers.at(-1) ?? { jsonrpc: '2.0' }) === undefined; id++)
      answers.push(await client.ask(toolCall(id, 'sleep', { ms: 20 })));
    expect(answers.length).toBeGreaterThan(1);
    expect(wordOf(answers.pop() as Rpc)).toBe('draining');
    expect(new Set(answers.map(textOf))).toEqual(new Set(['Slept 20 ms.']));
    expect(textOf(await long.events.answer('long'))).toBe('Took 4 steps.');
    await within(drained, 'the end of the drain');
  });

  it('[ROLL-READ] an answer that is still read is waited for', async () => {
    const gateway = await start({ drainMs: 10_000 });
    const client = await StreamableClient.start(gateway.mcp('echo'));
    const slow = await client.post(toolCall(1, 'big', { bytes: 12_000_000 }));
    slow.stall();
    let isOver = false;
    const drained = gateway.gateway.drain().then(() => (isOver = true));
    await eventually('nothing is in flight', async () => {
      const { calls, sessions } = await (await send(`${gateway.url}/health`)).json<Record<string, number>>();
      return calls === 0 && sessions === 0;
    });
    expect(isOver).toBe(false);
    slow.unstall();
    expect((await slow.text()).length).toBeGreaterThan(12_000_000);
    await within(drained, 'the end of the drain');
  });

  it('[ROLL-ASKED] a call whose client was asked goes on when it comes back with answers', async () => {
    const gateway = await start({ drainMs: 10_000 });
    const capabilities = {
      'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
    };
    const params = { name: 'test_elicitation', arguments: { message: 'Who?' } };
    const asked = await modern(gateway.mcp(), modernRequest(1, 'tools/call', params, capabilities));
    const { inputRequests, requestState } = asked.result as {
      inputRequests: Record<string, unknown>;
      requestState: string;
    };
    const drained = gateway.gateway.drain();
    const fresh = modernRequest(2, 'tools/call', params, capabilities);
    expect(wordOf(await modern(gateway.mcp(), fresh))).toBe('draining');
    const [key = ''] = Object.keys(inputRequests);
    const inputResponses = {
      [key]: { action: 'accept', content: { username: 'ada', email: 'a@example.org' } },
    };
    const again = modernRequest(3, 'tools/call', { ...params, inputResponses, requestState }, capabilities);
    expect(textOf(await modern(gateway.mcp(), again))).toContain('ada');
    await within(drained, 'the end of the drain');
  });
});
