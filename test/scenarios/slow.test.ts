/** Readers that stop reading, and sessions that nobody comes back to: they cost their cap and no more. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { echoStdio, leftovers, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { SseClient, StreamableClient, textOf, toolCall } from '../support/raw-clients.ts';
import { eventually, type Rpc, send, Wire, within } from '../support/raw.ts';

const MIB = 1024 * 1024;

/** Resolves once a process used no processor time over ten looks in a row. */
async function rests(pid: number): Promise<void> {
  let before = '';
  let still = 0;
  await eventually(`process ${pid} rests`, () => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const used = stat.slice(stat.lastIndexOf(')')).split(' ').slice(12, 14).join(' ');
    still = used === before ? still + 1 : 0;
    before = used;
    return still >= 10;
  });
}

async function echoes(client: SseClient | StreamableClient, times: number): Promise<void> {
  for (let call = 0; call < times; call++) {
    const text = `meanwhile ${call}`;
    expect(textOf(await client.ask(toolCall(text, 'echo', { text })))).toBe(text);
  }
}

async function health(gateway: TestGateway): Promise<{ sessions: number; calls: number }> {
  return (await send(`${gateway.url}/health`)).json();
}

/** The echo processes that run now. */
function echoPids(): number[] {
  return leftovers().flatMap(({ pid, command }) => (command.includes('echo-stdio') ? [pid] : []));
}

/** Posts calls whose answers are 1 MiB each, as long as the session is there. */
async function callBig(client: SseClient, calls: number): Promise<void> {
  for (let id = 1; id <= calls; id++) await client.post(toolCall(id, 'big', { bytes: MIB }));
}

describe('a reader that stops while its server floods', () => {
  const CALLS = 80;

  it('[LIMIT-BACKPRESSURE] [ISOLATION-SLOW-READER] its own process: it is paused, memory stays, and everything comes when the reader goes on', async () => {
    const gateway = await startTestGateway({ servers: { echo: echoStdio() } });
    const other = await SseClient.open(gateway.sse());
    await echoes(other, 1);
    const others = echoPids();
    const slow = await SseClient.open(gateway.sse());
    await echoes(slow, 1);
    const pid = echoPids().find((each) => !others.includes(each)) as number;
    slow.stream.stall();
    const before = process.memoryUsage().rss;
    await callBig(slow, CALLS);
    await rests(pid);
    const grown = (process.memoryUsage().rss - before) / MIB;
    console.log(`a stalled reader of ${CALLS} MiB: ${grown.toFixed(0)} MiB more`);
    expect(grown).toBeLessThan(40);
    expect((await health(gateway)).calls).toBeGreaterThan(CALLS / 2);
    await echoes(other, 20);
    slow.stream.unstall();
    await slow.feed.answer(CALLS, 1, 20_000);
    const answers = slow.feed.messages.filter(({ id }) => typeof id === 'number');
    expect(answers.map(({ id }) => id)).toEqual(Array.from({ length: CALLS }, (_, at) => at + 1));
    expect(answers.every((answer) => textOf(answer).length === MIB)).toBe(true);
    for (const client of [slow, other]) client.close();
    await gateway.close();
  });

  it('[LIMIT-STALLED-READER] its own process, and it never goes on: it is cut off in time, and its process ends', async () => {
    const gateway = await startTestGateway({
      servers: { echo: echoStdio() },
      settings: { stallMs: 300, heartbeatMs: 100 },
    });
    const slow = await SseClient.open(gateway.sse());
    await echoes(slow, 1);
    slow.stream.stall();
    await callBig(slow, 30);
    const closed = await gateway.recorder.when('sessionClosed', ({ session }) => session === slow.sessionId);
    expect(closed.reason).toBe('slow');
    await eventually('its process is gone', () => echoPids().length === 0);
    expect(await health(gateway)).toMatchObject({ sessions: 0, calls: 0 });
    slow.close();
    await gateway.close();
  });

  it('[LIMIT-SLOW-READER] [ISOLATION-SLOW-READER] a shared process, HTTP+SSE: the slow reader is cut off at its cap, others go on', async () => {
    const gateway = await startTestGateway({
      servers: { echo: echoStdio({ sharing: 'shared' }) },
      settings: { queuedBytes: MIB },
    });
    const [slow, other] = await Promise.all([SseClient.open(gateway.sse()), SseClient.open(gateway.sse())]);
    await echoes(slow, 1);
    slow.stream.stall();
    const before = process.memoryUsage().rss;
    await Promise.all([callBig(slow, CALLS), echoes(other, 50)]);
    const closed = await gateway.recorder.when('sessionClosed', ({ session }) => session === slow.sessionId);
    expect(closed.reason).toBe('slow');
    expect((process.memoryUsage().rss - before) / MIB).toBeLessThan(60);
    await echoes(other, 20);
    for (const client of [slow, other]) client.close();
    await gateway.close();
  });

  it('[LIMIT-STALLED-READER] a shared process, Streamable HTTP: the stream is cut off, and can be taken up again', async () => {
    const gateway = await startTestGateway({
      servers: { echo: echoStdio({ sharing: 'shared' }) },
      settings: { stallMs: 300, heartbeatMs: 100 },
      log: { bytes: 32 * MIB },
    });
    const [slow, other] = await Promise.all([
      StreamableClient.start(gateway.mcp()),
      StreamableClient.start(gateway.mcp()),
    ]);
    const accept = 'text/event-stream, application/json';
    const opened = once(gateway.listening.server, 'connection');
    const posted = slow.post(toolCall(1, 'big', { bytes: 12 * MIB }), { alone: true, headers: { accept } });
    const [socket] = (await opened) as [Socket];
    const closed = once(socket, 'close');
    const reply = await posted;
    await reply.events.until('the priming event', () => reply.events.lastId);
    reply.stall();
    await Promise.all([within(closed, 'the cut'), echoes(other, 20)]);
    reply.unstall();
    expect(await reply.events.ended).toBe('cut');
    const rest = await slow.get(reply.events.lastId);
    expect(textOf(await rest.events.answer(1)).length).toBe(12 * MIB);
    await gateway.close();
  });
});

it('[LIMIT-STALLED-READER] a whole answer that is not read is given up in time', async () => {
  const gateway = await startTestGateway({
    servers: { echo: echoStdio({ sharing: 'shared' }) },
    settings: { stallMs: 300, graceMs: 10_000 },
  });
  const slow = await StreamableClient.start(gateway.mcp());
  const opened = once(gateway.listening.server, 'connection');
  const wire = await Wire.open(gateway.port);
  const [socket] = (await opened) as [Socket];
  const closed = once(socket, 'close');
  const body = JSON.stringify(toolCall(1, 'big', { bytes: 12 * MIB }));
  wire.socket.pause();
  wire.write(
    `POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nMcp-Session-Id: ${slow.sessionId}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await gateway.recorder.when('exchangeEnded', ({ method }) => method === 'tools/call');
  await within(closed, 'the cut');
  wire.destroy();
  await gateway.close();
});

describe('sessions that nobody comes back to', () => {
  it('[STREAMABLE-IDLE] 1,000 of Streamable HTTP are closed when they were idle for their time', async () => {
    const gateway = await startTestGateway({
      servers: { echo: echoStdio({ sharing: 'shared' }) },
      settings: { sessionIdleMs: 2_000 },
    });
    const kept = await SseClient.open(gateway.sse());
    // A few at a time: each must have named its session before the time for that is over.
    for (let n = 0; n < 40; n++)
      await Promise.all(Array.from({ length: 25 }, () => StreamableClient.start(gateway.mcp())));
    await eventually('only the followed one is left', async () => (await health(gateway)).sessions === 1);
    const reasons = gateway.recorder.of('sessionClosed').map(({ reason }) => reason);
    expect([reasons.length, new Set(reasons)]).toEqual([1_000, new Set(['idle'])]);
    await echoes(kept, 1);
    kept.close();
    await gateway.close();
  });

  it('[SSE-DROP-ENDS] 300 of HTTP+SSE are closed when their sockets break', async () => {
    const gateway = await startTestGateway({ servers: { echo: echoStdio({ sharing: 'shared' }) } });
    const clients = await Promise.all(Array.from({ length: 300 }, () => SseClient.open(gateway.sse())));
    await Promise.all(clients.map((client) => echoes(client, 1)));
    expect((await health(gateway)).sessions).toBe(300);
    for (const client of clients) client.close();
    await eventually('no session is left', async () => (await health(gateway)).sessions === 0);
    await gateway.close();
  });

  it('[LIMIT-SESSIONS] over the cap a new one is refused with 503 and when to come back; a closed one makes room', async () => {
    const gateway = await startTestGateway({
      servers: { echo: echoStdio({ sharing: 'shared' }) },
      settings: { sessions: 3 },
    });
    const clients = await Promise.all([1, 2, 3].map(() => SseClient.open(gateway.sse())));
    const refused = await send(gateway.sse(), { headers: { accept: 'text/event-stream' } });
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '5']);
    expect((await refused.json<Rpc>()).error?.data?.code).toBe('too_many_sessions');
    clients[0]?.close();
    await eventually('there is room', async () => (await health(gateway)).sessions === 2);
    const fourth = await SseClient.open(gateway.sse());
    await echoes(fourth, 1);
    for (const client of [...clients, fourth]) client.close();
    await gateway.close();
  });
});
