/** Bytes on a WebSocket that no library would send: they cost their own session, and nothing else. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { echoStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { textOf, toolCall } from '../support/raw-clients.ts';
import { eventually, type Rpc, type Wire } from '../support/raw.ts';
import * as frames from '../support/frames.ts';
import { WsClient } from '../support/ws-client.ts';

const { frame, framesIn, closeCode, openByHand, TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG } = frames;
const MOST = 64 * 1024;
const CALL = JSON.stringify(toolCall(1, 'echo', { text: 'é' }));

let gateway: TestGateway;
let witness: WsClient;

beforeAll(async () => {
  gateway = await startTestGateway({
    servers: { echo: echoStdio({ sharing: 'shared' }) },
    settings: {
      read: { bytes: MOST, depth: 128, elements: 200_000, batch: 100 },
      heartbeatMs: 50,
      stallMs: 400,
    },
  });
  witness = await WsClient.open(gateway.ws());
  await witness.initialize();
});

afterAll(() => gateway.close());

const messages = (wire: Wire): Rpc[] =>
  framesIn(wire.received)
    .filter(({ opcode }) => opcode === TEXT)
    .map(({ payload }) => JSON.parse(payload.toString('utf8')) as Rpc);

async function answered(wire: Wire, id: Rpc['id'] = 1): Promise<string> {
  const find = () => messages(wire).find((message) => message.id === id);
  await eventually('the answer came', () => find() !== undefined);
  return textOf(find() as Rpc);
}

/** Nobody else noticed, and nothing is left of the session. */
async function expectOthersUntouched(): Promise<void> {
  const text = `still ${witness.messages.length}`;
  expect(textOf(await witness.ask(toolCall(text, 'echo', { text })))).toBe(text);
  await eventually('one session is left', () => {
    const { recorder } = gateway;
    return recorder.of('sessionOpened').length - recorder.of('sessionClosed').length === 1;
  });
}

describe('frames', () => {
  it('[WS-FRAMES] in crumbs, in fragments, with pings in between, and behind the handshake are put together', async () => {
    const wire = await openByHand(gateway.port, '/ws', frame(TEXT, CALL));
    expect(await answered(wire)).toBe('é');
    const second = Buffer.from(CALL.replace('"id":1', '"id":2'));
    const cut = second.indexOf(0xc3) + 1;
    wire.write(frame(TEXT, second.subarray(0, cut), { fin: false }));
    wire.write(frame(PING, 'there?'));
    wire.write(frame(CONTINUATION, '', { fin: false }));
    for (const byte of frame(CONTINUATION, second.subarray(cut))) wire.write(Uint8Array.of(byte));
    expect(await answered(wire, 2)).toBe('é');
    const pong = framesIn(wire.received).find(
      ({ opcode, payload }) => opcode === PONG && String(payload) === 'there?',
    );
    expect(pong).toBeDefined();
    wire.write(frame(CLOSE, Buffer.from([0x03, 0xe8])));
    expect(closeCode(await wire.end())).toBe(1000);
    await expectOthersUntouched();
  });

  it.each([
    ['without a mask', [frame(TEXT, CALL, { masked: false })], 1002],
    ['with reserved bits', [frame(TEXT, CALL, { rsv: 4 })], 1002],
    ['of an unknown kind', [frame(0x3, CALL)], 1002],
    ['that go on with nothing', [frame(CONTINUATION, CALL)], 1002],
    ['that begin within another', [frame(TEXT, '{', { fin: false }), frame(TEXT, CALL)], 1002],
    ['of control in fragments', [frame(PING, 'x', { fin: false })], 1002],
    ['of control that are too long', [frame(PING, 'x'.repeat(126))], 1002],
    ['that close with a code nobody may send', [frame(CLOSE, Buffer.from([0x03, 0xed]))], 1002],
    ['that are binary', [frame(BINARY, CALL)], 1003],
    ['that are no UTF-8', [frame(TEXT, Buffer.from('{"é":1}', 'latin1'))], 1007],
    ['that are too large, by their head alone', [frame(TEXT, '{', { length: 2 ** 40 })], 1009],
    ['that are a little too large', [frame(TEXT, 'x'.repeat(MOST + 1))], 1009],
    [
      'that are too large together',
      Array.from({ length: 9 }, (_, n) => frame(n ? CONTINUATION : TEXT, 'x'.repeat(8_000), { fin: false })),
      1009,
    ],
    [
      'that are too many for one message',
      [
        frame(TEXT, '{', { fin: false }),
        ...Array.from({ length: 20_000 }, () => frame(CONTINUATION, '', { fin: false })),
      ],
      1008,
    ],
  ])('[WS-FRAMES] %s end their session', async (_what, sent, code) => {
    const wire = await openByHand(gateway.port);
    wire.write(Buffer.concat(sent));
    const read = await wire.end();
    expect(closeCode(read)).toBe(code);
    await expectOthersUntouched();
  });

  it('[WS-FRAMES] of a message as large as it may be are taken', async () => {
    const wire = await openByHand(gateway.port);
    const rest = MOST - JSON.stringify(toolCall(7, 'echo', { text: '' })).length;
    wire.write(frame(TEXT, JSON.stringify(toolCall(7, 'echo', { text: 'x'.repeat(rest) }))));
    expect(await answered(wire, 7)).toHaveLength(rest);
    wire.destroy();
    await expectOthersUntouched();
  });
});

describe('a peer', () => {
  it('[WS-PING] that answers no ping is cut off', async () => {
    const wire = await openByHand(gateway.port);
    const read = await wire.end();
    expect(framesIn(read).filter(({ opcode }) => opcode === PING).length).toBeGreaterThan(1);
    await expectOthersUntouched();
  });

  it('[WS-DRIP] that answers pings, but never finishes its message, is cut off', async () => {
    const wire = await openByHand(gateway.port);
    wire.write(frame(TEXT, '{"jsonrpc":', { fin: false }));
    let answers = 0;
    wire.socket.on('data', () => {
      const pings = framesIn(wire.received).filter(({ opcode }) => opcode === PING).length;
      for (; answers < pings; answers++) wire.write(frame(PONG));
    });
    expect(closeCode(await wire.end())).toBe(1008);
    expect(answers).toBeGreaterThan(3);
    await expectOthersUntouched();
  });

  it('[WS-FLOOD] that floods pings and reads no answer is cut off', async () => {
    const wire = await openByHand(gateway.port);
    wire.socket.pause();
    const flood = Buffer.concat(Array.from({ length: 5_000 }, () => frame(PING, 'x'.repeat(125))));
    const before = process.memoryUsage().rss;
    const { recorder } = gateway;
    const isOpen = () =>
      recorder.of('sessionOpened').length - recorder.of('sessionClosed').length > 1 && !wire.socket.destroyed;
    while (isOpen()) {
      if (wire.socket.writableLength < flood.length) wire.write(flood);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
    wire.destroy();
    await expectOthersUntouched();
  });

  it.each([
    ['breaks its socket', (wire: Wire) => wire.socket.resetAndDestroy()],
    ['ends its side without a word', (wire: Wire) => wire.socket.end()],
    ['says goodbye and stays', (wire: Wire) => wire.write(frame(CLOSE))],
    ['leaves within a frame', (wire: Wire) => wire.socket.end(frame(TEXT, CALL).subarray(0, 20))],
  ])('[WS-GONE] that %s takes its session along', async (_what, leave) => {
    const wire = await openByHand(gateway.port);
    wire.write(frame(TEXT, CALL));
    await answered(wire);
    leave(wire);
    await expectOthersUntouched();
    wire.destroy();
  });
});
