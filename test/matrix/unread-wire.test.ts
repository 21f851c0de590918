/** Whole answers on a real socket: counted while the peer does not take them, and no longer. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { NodeResponder } from '../../src/edges/node/responder.ts';

const LARGE = 16 * 1024 * 1024;

/** Gives an answer of so many bytes to a client that reads nothing, and hands out both ends. */
async function answered(
  bytes: number,
  look: (responder: NodeResponder, client: Socket) => Promise<void>,
): Promise<void> {
  const given = Promise.withResolvers<NodeResponder>();
  const server = createServer((request, response) => {
    const responder = new NodeResponder(request, response, undefined, 60_000);
    responder.reply(200, {}, new Uint8Array(bytes));
    given.resolve(responder);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.pause();
  client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  try {
    await look(await given.promise, client);
  } finally {
    client.destroy();
    server.close();
    server.closeAllConnections();
  }
}

const taken = (responder: NodeResponder) => new Promise<void>((resolve) => (responder.onTaken = resolve));

describe('[LIMIT-UNREAD] an answer on a socket', () => {
  it('waits until it is read', () =>
    answered(LARGE, async (responder, client) => {
      expect(responder.queued).toBeGreaterThan(LARGE / 4);
      const done = taken(responder);
      client.resume();
      await done;
      expect(responder.queued).toBe(0);
    }));

  it('waits until its reader is gone', () =>
    answered(LARGE, async (responder, client) => {
      const done = taken(responder);
      client.destroy();
      await done;
      expect(responder.queued).toBe(0);
    }));

  it('does not wait when it is short', () =>
    answered(1_000, async (responder) => {
      expect(responder.queued).toBe(0);
    }));
});
