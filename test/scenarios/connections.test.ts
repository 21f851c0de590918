/** Sockets at once: as many as there may be, and what becomes of one more. */
import { expect, it } from 'vitest';
import { listen } from '../../src/edges/node/http.ts';
import { fixtureInprocess, startTestGateway } from '../support/gateway.ts';
import { eventually, firstAnswer, send, Wire } from '../support/raw.ts';

const HOST = 'Host: 127.0.0.1\r\n';
const STREAM = `GET /sse HTTP/1.1\r\n${HOST}Accept: text/event-stream\r\n\r\n`;
const HEALTH = `GET /healthz HTTP/1.1\r\n${HOST}\r\n`;

const gatewayWith = (connections: { all?: number; perAddress?: number }) =>
  startTestGateway({ servers: { fixture: fixtureInprocess() }, connections });

async function streaming(port: number): Promise<Wire> {
  const wire = (await Wire.open(port)).write(STREAM);
  await wire.until(/event: endpoint/);
  return wire;
}

/** How one more connection is answered: its status, when to come back, and what is said. */
async function oneMore(port: number, said = HEALTH) {
  const answer = firstAnswer(await (await Wire.open(port)).write(said).end(3_000));
  const { error } = JSON.parse(answer.body) as { error?: { data: Record<string, unknown> } };
  return [answer.status, /retry-after: (\d+)/i.exec(answer.head)?.[1], error?.data] as const;
}

const isServed = async (port: number) =>
  (await send(`http://127.0.0.1:${port}/healthz`, { alone: true })).status === 200;

it('[CONN-CAP] one more is answered 503 and closed, others go on, and there is room again when one ends', async () => {
  const { port, close } = await gatewayWith({ all: 3 });
  const open = [await streaming(port), await streaming(port), await streaming(port)];
  const [status, retry, data] = await oneMore(port);
  expect([status, retry]).toEqual([503, '5']);
  expect(data).toMatchObject({
    code: 'too_many_connections',
    limit: 3,
    scope: 'gateway',
    retryAfterMs: 5_000,
  });
  // Also one that says nothing, or no HTTP.
  expect((await oneMore(port, ''))[0]).toBe(503);
  expect((await oneMore(port, '\x16\x03\x01garbage'))[0]).toBe(503);
  expect(open.every(({ socket }) => !socket.destroyed)).toBe(true);
  open[0]?.destroy();
  await eventually('there is room', () => isServed(port));
  await close();
});

it('[CONN-FLOOD] a flood of connections over the cap is answered or reset, and costs those that are open nothing', async () => {
  const { port, close } = await gatewayWith({ all: 2 });
  const open = [await streaming(port), await streaming(port)];
  const flood = Array.from({ length: 600 }, async () => {
    const wire = await Wire.open(port);
    const got = await wire.end(8_000);
    return got === '' || firstAnswer(got).status === 503;
  });
  expect((await Promise.all(flood)).every(Boolean)).toBe(true);
  expect(open.every(({ socket }) => !socket.destroyed)).toBe(true);
  open[0]?.destroy();
  await eventually('there is room', () => isServed(port));
  await close();
});

it('[CONN-ADDRESS] one address has so many and no more: 429', async () => {
  const { port, close } = await gatewayWith({ perAddress: 2 });
  const open = [await streaming(port), await streaming(port)];
  const [status, retry, data] = await oneMore(port);
  expect([status, retry]).toEqual([429, '5']);
  expect(data).toMatchObject({ code: 'too_many_connections', limit: 2, scope: 'address' });
  open[1]?.destroy();
  await eventually('there is room', () => isServed(port));
  await close();
});

it('[CONN-IDLE] connections that are kept without a request make room for newcomers', async () => {
  const { port, close } = await gatewayWith({ all: 2 });
  const kept = [await Wire.open(port), await Wire.open(port)];
  for (const wire of kept) await wire.write(HEALTH).until(/"ok"/);
  expect((await oneMore(port))[0]).toBe(503);
  expect(await isServed(port)).toBe(true);
  await Promise.all(kept.map((wire) => wire.end()));
  await close();
});

it('[CONN-SLOW] peers that never finish a head hold their places for the time they are given, and no longer', async () => {
  const { gateway, close } = await gatewayWith({});
  const options = { host: '127.0.0.1', port: 0, headersMs: 500, connections: { all: 3 } };
  const listening = await listen(gateway.node, options);
  const { port } = listening;
  const slow = [await Wire.open(port), await Wire.open(port), await Wire.open(port)];
  slow[1]?.write('GET /healthz HTTP/1.1\r\nHo');
  const timer = setInterval(() => slow[2]?.write('a'), 20);
  slow[2]?.write('GET /healthz HTTP/1.1\r\nX-Slow: ');
  try {
    expect((await oneMore(port))[0]).toBe(503);
    await Promise.all(slow.map((wire) => wire.end(4_000)));
    await eventually('there is room', () => isServed(port));
  } finally {
    clearInterval(timer);
  }
  await listening.close();
  await close();
});
