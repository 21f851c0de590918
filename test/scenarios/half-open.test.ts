/** Peers that vanish without a word, as when a cable is pulled: what was theirs is let go of. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { watchPeers } from '../../src/edges/node/silent-peers.ts';
import { eventually } from '../support/raw.ts';

const FIXTURE = fileURLToPath(new URL('../fixtures/vanishing.ts', import.meta.url));
/** A user without rights may have a network of its own on most systems; where not, the table is played below. */
const OWN_NETWORK = ['-Urn'];

it('[PRESSURE-HALF-OPEN] three streams on a network that is switched off are gone when its time is over', () => {
  if (spawnSync('unshare', [...OWN_NETWORK, 'ip', 'link', 'set', 'lo', 'up']).status !== 0)
    return console.log('no network of its own can be had here');
  const { stdout, stderr } = spawnSync('unshare', [...OWN_NETWORK, process.execPath, FIXTURE], {
    encoding: 'utf8',
  });
  expect(stdout, stderr).toMatch(/^\{/);
  const { ms, closed } = JSON.parse(stdout) as { ms: number; closed: string[] };
  console.log(`gone after ${ms} ms, where 1,000 ms of silence are allowed`);
  expect(closed).toHaveLength(3);
  expect(ms).toBeGreaterThan(1_000);
});

describe('what the kernel says of real sockets, played', () => {
  let server: Server;
  let tries = 0;
  let asked = 0;

  afterEach(() => server.close());

  const hex = (port: number) => port.toString(16).toUpperCase().padStart(4, '0');

  function lineOf({ localPort = 0, remotePort = 0 }: Socket, mapped = ''): string {
    const again = tries.toString(16).toUpperCase().padStart(8, '0');
    return `   7: ${mapped}0100007F:${hex(localPort)} ${mapped}0100007F:${hex(remotePort)} 01 00000014:00000000 01:00000A54 ${again}     0        ${asked} 27184 2 000000006b62dd96 20 4 30 10 -1`;
  }

  async function peer(lines: (socket: Socket) => readonly string[]): Promise<Socket> {
    server = createServer();
    let seen: Socket | undefined;
    watchPeers(server, 80, async () => (seen ? lines(seen) : []));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
    [seen] = await accepted;
    seen.on('error', () => {}).resume();
    return seen;
  }

  it.each(['', '0000000000000000FFFF0000'])(
    '[PRESSURE-HALF-OPEN] sent again and again to a peer that is silent: it is cut off (%s)',
    async (mapped) => {
      tries = asked = 0;
      const begun = performance.now();
      const socket = await peer((one) => {
        tries++;
        return ['  sl  local_address …', lineOf(one, mapped), ''];
      });
      await once(socket, 'close');
      expect(performance.now() - begun).toBeGreaterThan(80);
    },
  );

  it('[PRESSURE-HALF-OPEN] a peer that answers now and then, and one that only reads slowly, are left', async () => {
    tries = 3;
    asked = 0;
    let looks = 0;
    const lossy = await peer((one) => {
      looks++;
      tries = looks % 3;
      return [lineOf(one)];
    });
    await eventually('it was looked at often', () => looks > 15);
    expect(lossy.destroyed).toBe(false);
    lossy.destroy();
    server.close();
    looks = 0;
    const slow = await peer((one) => {
      looks++;
      tries = 0;
      asked = 1;
      return [lineOf(one)];
    });
    await eventually('it was looked at often', () => looks > 15);
    expect(slow.destroyed).toBe(false);
    slow.destroy();
  });
});
