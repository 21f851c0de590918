/** More to do than the process can: who is refused, what is said, and who goes on. */
import { afterEach, expect, it } from 'vitest';
import { fixtureInprocess, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { modernHeaders, modernRequest } from '../support/modern-face.ts';
import { BOTH_TYPES, hello, JSON_TYPE, SseClient, textOf, toolCall } from '../support/raw-clients.ts';
import { eventually, firstAnswer, type Reply, type Rpc, send, wire } from '../support/raw.ts';

const HANDSHAKE =
  'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==';

let gateway: TestGateway;

afterEach(() => gateway.close());

/** Keeps the event loop of this process busy until it is told to stop. */
function beBusy(): () => void {
  let isOver = false;
  const work = (): void => {
    const until = performance.now() + 110;
    while (performance.now() < until);
    if (!isOver) setTimeout(work, 1);
  };
  work();
  return () => {
    isOver = true;
  };
}

async function status(path: string): Promise<Record<string, unknown>> {
  const reply = await send(gateway.url + path);
  return { ...(await reply.json<Record<string, unknown>>()), http: reply.status };
}

const post = (message: Rpc, headers = {}) =>
  send(gateway.mcp(), {
    method: 'POST',
    headers: { ...JSON_TYPE, ...BOTH_TYPES, ...headers },
    body: JSON.stringify(message),
  });

const modern = (message: Rpc) => post(message, modernHeaders(message));

async function wordIn(reply: Reply): Promise<[number, unknown, string | undefined]> {
  return [reply.status, reply.headers['retry-after'], (await reply.json<Rpc>()).error?.data?.code];
}

const REFUSED = [503, '5', 'overloaded'];

it('[PRESSURE-OVERLOAD] [PRESSURE-OVERLOAD-LISTEN] [PRESSURE-OVERLOAD-SAID] a loop that is always late: new sessions are refused on every transport, old ones and what passes are served, and all is well again', async () => {
  gateway = await startTestGateway({
    servers: { fixture: fixtureInprocess() },
    overload: { delayMs: 80, forMs: 250, memory: 0 },
  });
  const old = await SseClient.open(gateway.sse());
  await old.initialize();
  const rest = beBusy();
  try {
    await gateway.recorder.when('degraded', ({ code }) => code === 'overloaded');
    const listen = modernRequest(1, 'subscriptions/listen', { notifications: { toolsListChanged: true } });
    const upgrade = `GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\n${HANDSHAKE}\r\n\r\n`;
    const [sse, mcp, nameless, listening, ws, call, echoed, ready, health] = await Promise.all([
      send(gateway.sse(), { headers: { accept: 'text/event-stream' } }).then(wordIn),
      post(hello(1, '2025-11-25')).then(wordIn),
      post(toolCall(1, 'echo', { text: 'x' })).then(wordIn),
      modern(listen).then(wordIn),
      wire(gateway.port, upgrade),
      modern(modernRequest(2, 'tools/call', { name: 'echo', arguments: { text: 'passes' } })),
      old.ask(toolCall(2, 'echo', { text: 'still here' })),
      status('/readyz'),
      status('/health'),
    ]);
    expect([sse, mcp, nameless, listening]).toEqual([REFUSED, REFUSED, REFUSED, REFUSED]);
    const socket = firstAnswer(ws);
    expect([socket.status, socket.head.match(/retry-after: (\d+)/i)?.[1]]).toEqual([503, '5']);
    expect(socket.body).toContain('"code":"overloaded"');
    expect(await call.text()).toContain('passes');
    expect(textOf(echoed)).toBe('still here');
    expect(ready).toEqual({ http: 200, status: 'degraded', degraded: ['overloaded'] });
    expect(health).toMatchObject({ http: 200, status: 'degraded', degraded: ['overloaded'] });
  } finally {
    rest();
  }
  await gateway.recorder.when('recovered', ({ code }) => code === 'overloaded');
  expect(await status('/readyz')).toEqual({ http: 200, status: 'ready' });
  const next = await SseClient.open(gateway.sse());
  for (const client of [next, old]) client.close();
});

it('[PRESSURE-OVERLOAD] memory that is nearly used up: the same', async () => {
  // Any process uses more than a millionth of what it may.
  gateway = await startTestGateway({
    servers: { fixture: fixtureInprocess() },
    overload: { delayMs: 20, memory: 0.000_001 },
  });
  await eventually('it says so', async () => (await status('/readyz'))['status'] === 'degraded');
  expect(await post(hello(1, '2025-11-25')).then(wordIn)).toEqual(REFUSED);
});
