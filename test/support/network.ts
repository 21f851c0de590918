/**
 * Real MCP servers over the network, each in a process of its own, on 127.0.0.1.
 *
 *   const server = await startNetworkServer(FIXTURES.sse);
 *   try { … server.url … } finally { await server.stop(); }
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from './ports.ts';

/** How a process is started, and how its address is known. */
export interface NetworkProgram {
  /** What follows `node`; gets the port when the program cannot choose one. */
  readonly args: (port: number) => readonly string[];
  readonly env?: (port: number) => Readonly<Record<string, string>>;
  /** The address, once this is in what it wrote (to either stream). */
  readonly ready: (said: string, port: number) => string | undefined;
}

export interface NetworkServer {
  readonly url: string;
  readonly process: ChildProcess;
  /** Ends the process and waits until it has ended. Idempotent. */
  stop(): Promise<void>;
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const NETWORK = here('../fixtures/server/network.ts');
const OLDER_SDK = here('../fixtures/server/older-sdk.ts');
const STDIO = here('../fixtures/server/stdio.ts');
const EVERYTHING = here('../../node_modules/@modelcontextprotocol/server-everything/dist/index.js');
const LOOPBACK = here('../fixtures/loopback.ts');
const SUPERGATEWAY = here('../../node_modules/supergateway/dist/index.js');

/** How long a process may take until it listens. */
const START_MS = 30_000;
/** How long it may take to end by itself. */
const GRACE_MS = 5_000;
const MOST_OUTPUT = 100_000;

/** The fixture server, by how it is spoken to and which SDK serves it. */
export const FIXTURES = {
  sse: fixture('sse', {}),
  streamable20250326: fixture('streamable', { FIXTURE_SDK: 'sdk-1.11', FIXTURE_RESUMABLE: '0' }),
  streamable20250618: fixture('streamable', { FIXTURE_SDK: 'sdk-1.22', FIXTURE_RESUMABLE: '0' }),
  streamable20251125: fixture('streamable', {}),
  websocket: fixture('websocket', {}),
} as const satisfies Record<string, NetworkProgram>;

/** `@modelcontextprotocol/server-everything`, which takes its port from the environment. */
export const EVERYTHINGS = {
  sse: everything('sse', '/sse'),
  streamable: everything('streamableHttp', '/mcp'),
} as const satisfies Record<string, NetworkProgram>;

/** The fixture server over stdio behind supergateway's WebSocket output: one child for all who connect. */
export const SUPERGATEWAY_SOCKET: NetworkProgram = {
  args: (port) => [
    ...['--import', LOOPBACK, SUPERGATEWAY],
    ...['--stdio', `${process.execPath} ${STDIO}`],
    ...['--outputTransport', 'ws', '--port', String(port), '--messagePath', '/ws', '--logLevel', 'info'],
  ],
  ready: (said, port) => (said.includes('WebSocket endpoint:') ? `ws://127.0.0.1:${port}/ws` : undefined),
};

/** Starts the program. Rejects when it ends, or does not listen in 30 s. */
export async function startNetworkServer(program: NetworkProgram, port?: number): Promise<NetworkServer> {
  const chosen = port ?? (await freePort());
  const child = spawn(process.execPath, program.args(chosen), {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...program.env?.(chosen) },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  try {
    const url = await addressOf(child, (said) => program.ready(said, chosen));
    return { url, process: child, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

function fixture(kind: string, env: Readonly<Record<string, string>>): NetworkProgram {
  return {
    args: () => ['--import', OLDER_SDK, NETWORK, kind],
    env: (port) => ({ ...env, FIXTURE_PORT: String(port) }),
    ready: (said) => /"url":"([^"]+)"/.exec(said)?.[1],
  };
}

function everything(transport: string, path: string): NetworkProgram {
  return {
    args: () => [EVERYTHING, transport],
    env: (port) => ({ PORT: String(port) }),
    ready: (said, port) =>
      /(?:listening|running) on port/.test(said) ? `http://127.0.0.1:${port}${path}` : undefined,
  };
}

async function addressOf(child: ChildProcess, find: (said: string) => string | undefined): Promise<string> {
  let said = '';
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<string>((resolve, reject) => {
      // Read to the end, so that a talkative server is never held up by a full pipe.
      const hear = (chunk: Buffer) => {
        said = (said + String(chunk)).slice(-MOST_OUTPUT);
        const url = find(said);
        if (url !== undefined) resolve(url);
      };
      child.stdout?.on('data', hear);
      child.stderr?.on('data', hear);
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`The server ended with ${code}: ${said.slice(-2000)}`)));
      timer = setTimeout(() => reject(new Error(`The server does not listen: ${said}`)), START_MS);
    });
  } finally {
    clearTimeout(timer);
  }
}

/** The end of its input, then SIGTERM with it, then SIGKILL. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  const kill = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  try {
    child.stdin?.end();
    child.kill('SIGTERM');
    await ended;
  } finally {
    clearTimeout(kill);
  }
}
