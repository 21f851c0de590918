/** Many sessions opened and ended in every way there is: nothing of them is left. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { type Facts, atMost, exactly, type Figure, MIB, mib } from './facts.ts';
import { crowd, echoServer, SoakGateway } from './gateway.ts';
import { call, hello, INITIALIZED, SsePeer, tell } from './peers.ts';

const DIALECTS = ['superset', 'http-sse', 'clg', 'rails', 'rare4n', 'aareguru-json', 'orch-data'] as const;

type Way = (port: number, index: number) => Promise<void>;

const streamable =
  (end: 'delete' | 'leave'): Way =>
  async (port) => {
    const { session } = await tell(port, '/mcp', hello(1));
    const headers = { 'mcp-session-id': session ?? '', 'mcp-protocol-version': '2025-06-18' };
    await tell(port, '/mcp', INITIALIZED, headers);
    await tell(port, '/mcp', call(2, 'echo', { text: 'x' }), headers);
    if (end === 'delete') await tell(port, '/mcp', undefined, headers, 'DELETE');
  };

const sse: Way = async (port) => {
  const peer = await SsePeer.open(port);
  await peer.initialize();
  await peer.echo(1);
  await peer.close();
};

/** Opened in the words of some dialect, and left at once. */
const glance: Way = async (port, index) => {
  const dialect = DIALECTS[index % DIALECTS.length];
  const peer = await SsePeer.open(port, `/servers/${dialect}/sse`);
  await peer.close();
};

const unread: Way = async (port) => {
  await tell(port, '/mcp', hello(1));
};

const nameless: Way = async (port) => {
  await tell(port, '/mcp', call(2, 'echo', { text: 'x' }));
};

const websocket: Way = async (port) => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, 'mcp');
  socket.once('unexpected-response', (_asked, reply) => {
    reply.on('data', (chunk: Buffer) => console.error(`A WebSocket was refused: ${chunk}`));
  });
  await once(socket, 'open');
  const answered = once(socket, 'message');
  socket.send(JSON.stringify(hello(1)));
  await answered;
  const closed = once(socket, 'close');
  socket.close();
  await closed;
};

/** What may come and go by itself; one that were left of each session would be thousands. */
const FEW = 8;

/** Fewer are few enough to be answered soon: they need not be waited for as long. */
const MANY = 1_000;

/** Of ten sessions. */
const WAYS: readonly Way[] = [
  streamable('delete'),
  sse,
  glance,
  streamable('delete'),
  streamable('leave'),
  glance,
  unread,
  sse,
  websocket,
  nameless,
];

/**
 * @param warm so many come and go before it is counted: what is made once is made then
 * @param slack how much more than a tenth may stay where so few come that what is made once counts
 */
export async function churn(count: number, warm: number, slack = 0): Promise<Figure[]> {
  const gateway = await SoakGateway.start({
    mcpServers: {
      echo: echoServer(),
      ...Object.fromEntries(DIALECTS.map((dialect) => [dialect, echoServer({ dialect })])),
    },
    limits: { sessions: 60_000, streams: 12_000 },
    timeouts: { sessionIdle: count < MANY ? '700ms' : '2s', statelessIdle: '500ms' },
    default: 'echo',
  });
  try {
    const before = await run(gateway, warm);
    const after = await run(gateway, count);
    return [...told(count, before, after, slack), exactly('exit code', await gateway.stop(), 0)];
  } finally {
    await gateway.stop();
  }
}

async function run(gateway: SoakGateway, count: number): Promise<Facts> {
  await crowd(count, 48, (index) => (WAYS[index % WAYS.length] as Way)(gateway.port, index));
  return gateway.rests();
}

function told(count: number, before: Facts, after: Facts, slack: number): Figure[] {
  return [
    {
      text: `${count} sessions opened and closed: RSS before ${mib(before.rss)}, after ${mib(after.rss)}`,
      isGood: true,
    },
    atMost('RSS afterwards', after.rss, before.rss * 1.1 + slack, mib),
    atMost('heap afterwards', after.heap, before.heap * 1.1 + MIB, mib),
    atMost('memory beside the heap afterwards', after.external, before.external + 2 * MIB, mib),
    exactly('resources afterwards', after.resources, before.resources),
    ...Object.entries(after.objects).map(([kind, number]) =>
      atMost(`${kind} afterwards`, number, (before.objects[kind] ?? 0) + FEW, String),
    ),
    exactly('listeners of the process afterwards', after.listeners, before.listeners),
  ];
}
