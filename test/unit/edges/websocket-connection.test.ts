/** The connection over a WebSocket against the contract of the port, and what it says at its end. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { WebSocketConnection } from '../../../src/edges/node/websocket-connection.ts';
import { connectionContract, type Reader } from '../../contract/connection.ts';
import { within } from '../../support/raw.ts';

class FrameReader implements Reader {
  readonly ended: Promise<'ended' | 'cut'>;
  readonly closed: Promise<number>;
  readonly ws: WebSocket;
  text = '';
  frames = 0;
  #told: () => void = () => {};

  constructor(ws: WebSocket) {
    this.ws = ws;
    ws.on('message', (data: Buffer) => {
      this.text += data.toString('latin1');
      this.frames++;
      this.#told();
    });
    ws.on('error', () => {});
    this.closed = new Promise((resolve) => ws.on('close', (code) => resolve(code)));
    this.ended = this.closed.then((code) =>
      code === 1000 || code === 1001 || code === 1012 ? 'ended' : 'cut',
    );
  }

  async received(length: number): Promise<void> {
    while (this.text.length < length) await new Promise<void>((resolve) => (this.#told = resolve));
  }

  stall(): void {
    this.ws.pause();
  }

  unstall(): void {
    this.ws.resume();
  }

  leave(): void {
    this.ws.terminate();
  }
}

const STALL_MS = 1_000;

function webSocketKit() {
  const servers: Server[] = [];
  const readers: FrameReader[] = [];
  return {
    async open(first?: Uint8Array) {
      const { promise, resolve } = Promise.withResolvers<{
        connection: WebSocketConnection;
        ours: WebSocket;
      }>();
      const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
      const server = createServer();
      server.on('upgrade', (request, socket, head) =>
        sockets.handleUpgrade(request, socket, head, (ws) =>
          resolve({ connection: new WebSocketConnection(ws, socket as Socket, STALL_MS), ours: ws }),
        ),
      );
      servers.push(server);
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
      const reader = new FrameReader(
        new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`),
      );
      readers.push(reader);
      const { connection, ours } = await within(promise, 'a handshake');
      await within(new Promise((opened) => reader.ws.once('open', opened)), 'the end of the handshake');
      if (first) connection.write(first);
      return { connection, reader, ours };
    },
    async close() {
      for (const reader of readers.splice(0)) reader.ws.terminate();
      for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('over a WebSocket', () => {
  connectionContract(webSocketKit());
});

describe('a connection over a WebSocket', () => {
  const kit = webSocketKit();
  afterEach(() => kit.close());
  const encode = (text: string) => new TextEncoder().encode(text);

  it('makes one frame of what is written at once, and none of nothing', async () => {
    const { connection, reader } = await kit.open();
    connection.write([encode('one '), encode('frame ')]);
    connection.write(encode('another'));
    connection.write([]);
    connection.write([encode('x'.repeat(20_000)), encode('y'.repeat(70_000))]);
    await within(reader.received(17 + 90_000), 'four writes');
    expect(reader.frames).toBe(3);
  });

  it.each([
    ['done', 1000],
    ['session-closed', 1000],
    ['draining', 1012],
    ['slow', 1013],
  ] as const)('that is ended (%s) says %i', async (reason, code) => {
    const { connection, reader } = await kit.open();
    connection.close(reason);
    expect(await within(reader.closed, 'the end')).toBe(code);
  });

  it('[WS-SLOW] that was too slow and stays so is cut off', async () => {
    const { connection, reader } = await kit.open();
    reader.stall();
    while (connection.write(encode('x'.repeat(64 * 1024)))) await new Promise((go) => setImmediate(go));
    connection.close('slow');
    expect(connection.queued).toBe(0);
    reader.unstall();
    expect(await within(reader.closed, 'the end')).not.toBe(1000);
  });

  it('[WS-PING] ends, and tells so, when its peer leaves pings unanswered', async () => {
    const { connection, reader } = await kit.open();
    let told = 0;
    connection.onClosed = () => told++;
    reader.stall();
    connection.beat(1_000);
    connection.beat(1_000 + STALL_MS - 1);
    expect([connection.isClosed, told]).toEqual([false, 0]);
    connection.beat(1_000 + STALL_MS);
    expect([connection.isClosed, told]).toEqual([true, 1]);
  });

  it('[WS-PING] goes on while its peer answers', async () => {
    const { connection, ours } = await kit.open();
    for (let now = 1; now < 10 * STALL_MS; now += STALL_MS) {
      const answered = new Promise((resolve) => ours.once('pong', resolve));
      connection.beat(now);
      await within(answered, 'a pong');
    }
    expect(connection.isClosed).toBe(false);
  });
});
