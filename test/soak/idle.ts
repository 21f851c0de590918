/** Many idle sessions of HTTP+SSE: what each costs, and that others are served meanwhile. */
import { atMost, exactly, type Figure, MIB, mib } from './facts.ts';
import { crowd, echoServer, SoakGateway } from './gateway.ts';
import { hangUp, SsePeer } from './peers.ts';

/** What one may cost in memory where there are many: half as much again as was measured. */
const MOST_BYTES_EACH = 40 * 1024;
/** What the process grows by whatever their number, so that few seem to cost more. */
const GROWTH = 16 * MIB;
/** How long an echo of one more client may take among them: generous, as other programs run beside. */
const MOST_ECHO_MS = 2_000;
const ECHOES = 50;
/** Of fewer it is of no interest what they cost in processor time. */
const MANY = 1_000;

export async function idle(count: number): Promise<Figure[]> {
  const gateway = await SoakGateway.start({
    mcpServers: { echo: echoServer() },
    limits: { sessions: count + 100, streams: count + 100 },
  });
  try {
    return await measured(gateway, count);
  } finally {
    hangUp();
    await gateway.stop();
  }
}

async function measured(gateway: SoakGateway, count: number): Promise<Figure[]> {
  // What is made once is made before it is counted.
  await crowd(Math.min(100, count), 10, async () => {
    const peer = await SsePeer.open(gateway.port);
    await peer.initialize();
    await peer.close();
  });
  const before = await gateway.rests();
  const peers: SsePeer[] = [];
  await crowd(count, 50, async () => {
    const peer = await SsePeer.open(gateway.port);
    peers.push(peer);
    await peer.initialize();
  });
  const { sessions } = await gateway.health();
  const after = await gateway.facts();
  const cpu = gateway.cpuMs;
  const begun = performance.now();
  const other = await SsePeer.open(gateway.port);
  await other.initialize();
  let slowest = 0;
  for (let id = 1; id <= ECHOES; id++) slowest = Math.max(slowest, await other.echo(id));
  await new Promise((resolve) =>
    setTimeout(resolve, Math.max(0, (count < MANY ? 0 : 2_000) - (performance.now() - begun))),
  );
  const load = (gateway.cpuMs - cpu) / (performance.now() - begun);
  const cut = peers.filter(({ isCut }) => isCut).length;
  await Promise.all([other, ...peers].map((peer) => peer.close()));
  const left = await gateway.rests();
  const each = (after.rss - before.rss) / count;
  return [
    exactly('idle sessions that are open', sessions, count),
    exactly('idle sessions that were cut', cut, 0),
    {
      text: `RSS before ${mib(before.rss)}, with them ${mib(after.rss)}, after ${mib(left.rss)}`,
      isGood: true,
    },
    atMost('RSS of an idle session', each, MOST_BYTES_EACH + GROWTH / count, kib),
    atMost('heap of an idle session', (after.heap - before.heap) / count, MOST_BYTES_EACH, kib),
    atMost(`slowest of ${ECHOES} echoes among them`, slowest, MOST_ECHO_MS, (ms) => `${ms.toFixed(1)} ms`),
    { text: `processor time meanwhile: ${(load * 100).toFixed(1)} % of a core`, isGood: true },
    exactly('resources afterwards', left.resources, before.resources),
  ];
}

function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}
