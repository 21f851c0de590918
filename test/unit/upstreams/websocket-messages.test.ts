/** Messages to and from servers over WebSocket, and what holds them up. */
import { describe, expect, it } from 'vitest';
import { bytes, call, Notes, until } from './harness.ts';
import { made, opened, serve } from './socket-world.ts';

interface Coded {
  readonly code?: string;
}

describe('messages', () => {
  it('[WSUP-BYTES] travel one a text frame, byte for byte, both ways', async () => {
    const frames: { text: string; isBinary: boolean }[] = [];
    const answer = '{"id":1,"jsonrpc":"2.0","result":{"n":1.0,"big":12345678901234567890,"e":"\\u00e9é"}}';
    const server = await serve({
      connected: (ws) =>
        void ws.on('message', (data: Buffer, isBinary) => {
          frames.push({ text: data.toString('utf8'), isBinary });
          ws.send(answer);
        }),
    });
    const { link, events } = await opened(made(server.url));
    const sent = '{"jsonrpc": "2.0", "id":1,"method":"x","params":{"é":[1.0]}}';
    link.send(bytes(sent), 1);
    link.send(bytes('{"jsonrpc":"2.0","method":"y"}'));
    await events.count(2);
    expect(frames).toEqual([
      { text: sent, isBinary: false },
      { text: '{"jsonrpc":"2.0","method":"y"}', isBinary: false },
    ]);
    expect(Buffer.from(events.said[0]?.message.bytes ?? []).toString('utf8')).toBe(answer);
  });

  it('[WSUP-BYTES] of the same turn, and large ones, come whole and in order', async () => {
    const got: number[] = [];
    const server = await serve({
      connected: (ws) => void ws.on('message', (data: Buffer) => got.push(data.length)),
    });
    const { link } = await opened(made(server.url));
    const sizes = Array.from({ length: 300 }, (_, n) => (n % 50 === 0 ? 400_000 : 100 + n));
    for (const size of sizes) link.send(bytes('x'.repeat(size)));
    await until('all have come', () => got.length === sizes.length);
    expect(got).toEqual(sizes);
    expect(link.queued).toBe(0);
  });

  it('[WSUP-BINARY] in binary frames are taken as text', async () => {
    const server = await serve({
      connected: (ws) =>
        void ws.on('message', () =>
          ws.send(Buffer.from('{"jsonrpc":"2.0","id":1,"result":{}}'), { binary: true }),
        ),
    });
    const { link, events } = await opened(made(server.url));
    link.send(call(1, 'ping'), 1);
    expect((await events.answer(1)).result).toEqual({});
  });

  it('[WSUP-BAD-ANSWER] that are none are told to their caller or dropped, and the link goes on', async () => {
    const lines = [
      '<html>',
      '{"jsonrpc":"2.0","id":1,"result":{}',
      Buffer.from('{"jsonrpc":"2.0","id":2,"result":{"a":"\xff"}}', 'latin1'),
      '{"jsonrpc":"2.0","id":"3","result":{}}',
      '   ',
      '[{"jsonrpc":"2.0","id":4,"result":{}},{"jsonrpc":"2.0","method":"m"}]',
    ];
    const server = await serve({
      connected: (ws) => lines.forEach((line) => ws.send(line, { binary: false })),
    });
    const notes = new Notes();
    const { events } = await opened(made(server.url, { observer: notes }));
    await events.notice('m');
    const told = events.said.map(({ value: { id, error } }) => [
      id,
      (error?.data as Coded | undefined)?.code,
    ]);
    expect(told).toEqual([
      [1, 'upstream_bad_answer'],
      [2, 'upstream_bad_answer'],
      [3, 'upstream_bad_answer'],
      [4, undefined],
      [undefined, undefined],
    ]);
    expect(notes.refusals.length).toBe(4);
    expect(JSON.stringify(notes.refusals)).not.toContain('html');
  });

  it('[WSUP-FLOOD] that are none, without end, are read slowly', async () => {
    let sent = 0;
    const rubbish = '?'.repeat(1_000);
    const server = await serve({
      connected: (ws) => {
        const more = () => {
          for (; ws.readyState === ws.OPEN && ws.bufferedAmount < 65_536; sent++) ws.send(rubbish);
          if (ws.readyState === ws.OPEN) setImmediate(more);
        };
        more();
      },
    });
    const notes = new Notes();
    const { link } = await opened(made(server.url, { observer: notes }));
    // Ten are told a second.
    await until('two seconds were told of', () => notes.refusals.length >= 20);
    expect(sent).toBeLessThan(30_000);
    await link.close();
  });
});

describe('pressure', () => {
  it('[WSUP-PAUSE] on our side holds the server up', async () => {
    const block = `{"jsonrpc":"2.0","method":"m","params":{"x":"${'y'.repeat(60_000)}"}}`;
    const server = await serve({ connected: () => {} });
    const { link, events } = await opened(made(server.url));
    link.pause();
    const [ws] = server.sockets;
    for (let n = 0; n < 300; n++) ws?.send(block);
    await until('the sender waits', () => (ws?.bufferedAmount ?? 0) > 1_000_000);
    expect(events.said.length).toBeLessThan(10);
    link.resume();
    await events.count(300);
  });

  it('[WSUP-FULL] on the side of the server is told, and too much of it ends the link', async () => {
    const server = await serve({ connected: (ws) => ws.pause() });
    const { link, events } = await opened(made(server.url, { maxQueuedBytes: 4_000_000 }));
    const large = bytes('x'.repeat(500_000));
    for (let n = 1; n <= 60 && events.faults.length === 0; n++) {
      link.send(large, n);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const fault = await events.fault();
    expect(fault.message).toContain('does not read');
    // What was never given to the socket certainly did not reach the server.
    expect(fault.unsent?.size).toBeGreaterThan(0);
    expect(fault.unsent?.has(1)).toBe(false);
    expect(link.queued).toBe(0);
  });
});
