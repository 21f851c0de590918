/** The wire that can be cut: with nobody told, and with everybody told. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { Wire } from '../../support/wire.ts';

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A wire to a server that repeats what it hears. */
async function wired(): Promise<{
  wire: Wire;
  heard: () => string;
  begin: () => Socket;
  dial: () => Promise<Socket>;
}> {
  let heard = '';
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    socket.pipe(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ends.push(() => void server.close());
  const wire = await Wire.start((server.address() as AddressInfo).port);
  ends.push(() => wire.close());
  const begin = () => {
    const socket = connect(wire.port, '127.0.0.1');
    socket.on('error', () => {});
    ends.push(() => socket.destroy());
    return socket;
  };
  const dial = async () => {
    const socket = begin();
    await once(socket, 'connect');
    return socket;
  };
  return { wire, heard: () => heard, begin, dial };
}

/** However it ends. */
const closeOf = async (socket: Socket) => {
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
};
const next = async (socket: Socket) => String((await once(socket, 'data'))[0]);

test('[PLAY-CUT] a silent cut holds everything back and tells nobody; mended, it arrives late', async () => {
  const { wire, heard, dial } = await wired();
  const socket = await dial();
  socket.write('one');
  expect(await next(socket)).toBe('one');
  wire.cut('silent');
  const fresh = await dial();
  socket.write('two');
  fresh.write('three');
  const first = Promise.race([next(socket), next(fresh), closeOf(socket)]);
  const silence = new Promise((resolve) => setTimeout(resolve, 50, 'silence'));
  expect(await Promise.race([first, silence])).toBe('silence');
  expect(heard()).toBe('one');
  const late = Promise.all([next(socket), next(fresh)]);
  wire.mend();
  expect(await late).toEqual(['two', 'three']);
});

test('[PLAY-CUT] where connections are refused, both ends are told, until it is mended', async () => {
  const { wire, begin, dial } = await wired();
  const socket = await dial();
  socket.write('one');
  await next(socket);
  wire.cut('refuse');
  await closeOf(socket);
  await closeOf(begin());
  wire.mend();
  const again = await dial();
  again.write('two');
  expect(await next(again)).toBe('two');
});
