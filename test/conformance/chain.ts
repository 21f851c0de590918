/**
 * HTTP+SSE as the target of a suite that knows Streamable HTTP only: supergateway takes Streamable HTTP in and starts an
 * mcp-remote for each session, which speaks HTTP+SSE to the server at the end.
 */
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type Child, startNode, stop } from './child.ts';
import { whenSaid } from './direct.ts';
import { freePort, startGateway } from './gateway.ts';
import type { Target } from './target.ts';

const START_MS = 30_000;
const ASK_EVERY_MS = 50;

/** @param end who is at its end: the legacy fixture, or the gateway in front of it */
export async function startChain(end: 'fixture' | 'gateway', home: string): Promise<Target> {
  const server = await startEnd(end, home);
  const port = await freePort();
  const remote = `node node_modules/mcp-remote/dist/proxy.js ${server.url} --transport sse-only --allow-http`;
  const child = startNode(
    [
      ...['--import', './test/fixtures/loopback.ts', 'node_modules/supergateway/dist/index.js'],
      ...['--stdio', remote, '--outputTransport', 'streamableHttp', '--stateful'],
      ...['--port', String(port), '--streamableHttpPath', '/mcp'],
    ],
    home,
  );
  const close = async () => {
    await stop(child);
    await server.close();
  };
  try {
    await listening(child, port);
    return { url: `http://localhost:${port}/mcp`, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function startEnd(end: 'fixture' | 'gateway', home: string): Promise<Target> {
  if (end === 'gateway') {
    return startGateway({ command: 'node', args: ['test/fixtures/server/stdio.ts'] }, home, 'sse');
  }
  return whenSaid(startNode(['test/fixtures/server/network.ts', 'sse'], home, undefined, 'pipe'));
}

async function listening({ ended }: Child, port: number): Promise<void> {
  const deadline = Date.now() + START_MS;
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  while (!(await takes(port))) {
    if (hasEnded || Date.now() > deadline) throw new Error('The chain does not listen.');
    await wait(ASK_EVERY_MS);
  }
}

function takes(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
