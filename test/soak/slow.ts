/** Many readers that do not read, each with results of a megabyte on its way to it: memory stays under its bound. */
import { atMost, exactly, type Figure, MIB, mib } from './facts.ts';
import { crowd, echoServer, SoakGateway, until } from './gateway.ts';
import { call, hangUp, SsePeer } from './peers.ts';

/** What may wait for all readers, as it is set here. */
const QUEUED = 64 * MIB;
/**
 * What may come on top: answers that were under way when that was reached, which nobody can know to be too much before
 * they are there, and garbage that was not collected yet.
 */
const MARGIN = 192 * MIB;
const RESULTS = 4;
/** Calls in flight. */
const UNDER_WAY = 64;
/** Generous: other programs run beside, and the kernel has gigabytes to keep. */
const MOST_ECHO_MS = 15_000;

export async function slow(count: number): Promise<Figure[]> {
  const gateway = await SoakGateway.start({
    mcpServers: { echo: echoServer() },
    limits: { sessions: count + 100, streams: count + 100, queuedTotalBytes: QUEUED },
    timeouts: { stall: '5s', heartbeat: '1s' },
  });
  try {
    return await measured(gateway, count);
  } finally {
    hangUp();
    await gateway.stop();
  }
}

async function measured(gateway: SoakGateway, count: number): Promise<Figure[]> {
  const peers: SsePeer[] = [];
  await crowd(count, 50, async () => {
    const peer = await SsePeer.open(gateway.port);
    peers.push(peer);
    await peer.initialize();
    peer.socket.pause();
  });
  const other = await SsePeer.open(gateway.port);
  await other.initialize();
  const before = await gateway.facts();
  let peak = before.rss;
  const looking = setInterval(() => {
    peak = Math.max(peak, gateway.rss);
  }, 50);
  const drip = setInterval(() => {
    for (let at = 0; at < peers.length; at += 2) peers[at]?.socket.read(16);
  }, 1_000);
  let refused = 0;
  const work = { isOver: false };
  let slowest = 0;
  let echoes = 0;
  const echoing = (async () => {
    for (let id = 1; !work.isOver; id++) {
      const ms = await other.echo(id).catch((error: unknown) => error);
      if (typeof ms !== 'number') continue;
      slowest = Math.max(slowest, ms);
      echoes++;
    }
  })();
  // A few at a time, so that it is the gateway that has them, and not the server.
  for (let at = 0; at < count * RESULTS; at += UNDER_WAY) {
    await crowd(Math.min(UNDER_WAY, count * RESULTS - at), 32, async (more) => {
      const peer = peers[(at + more) % count] as SsePeer;
      if (peer.isCut) return;
      const { status } = await peer.post(call(at + more + 1, 'big', { bytes: MIB }));
      if (status !== 202) refused++;
    });
    await until('they are answered', async () => (await gateway.health()).calls <= 1);
  }
  await until('nothing is under way', async () => (await gateway.health()).calls <= 1);
  work.isOver = true;
  await echoing;
  clearInterval(drip);
  const { sessions } = await gateway.health();
  clearInterval(looking);
  await Promise.all([other, ...peers].map((peer) => peer.close()));
  const left = await gateway.rests();
  const dropped = count + 1 - sessions;
  return [
    {
      text: `${count * RESULTS} results of 1 MiB to ${count} slow readers: ${refused} calls refused, ${dropped} readers dropped`,
      isGood: true,
    },
    { text: `RSS before ${mib(before.rss)}, at most ${mib(peak)}, after ${mib(left.rss)}`, isGood: true },
    atMost('RSS on top', peak - before.rss, QUEUED + MARGIN, mib),
    atMost(
      `slowest of ${echoes} echoes of another client meanwhile`,
      slowest,
      MOST_ECHO_MS,
      (ms) => `${ms.toFixed(0)} ms`,
    ),
    exactly(
      'timers and sockets afterwards',
      (left.resources['Timeout'] ?? 0) + (left.resources['TCPSocketWrap'] ?? 0),
      0,
    ),
  ];
}
