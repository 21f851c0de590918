/** What is measured: how each target is started, where it listens, and how many sessions it can be given. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Address, Transport } from './client.ts';
import { auditedConfig, gatewayConfig, limitedConfig, mergedConfig, modernConfig } from './configs.ts';
import { freePort, Server } from './launch.ts';
import type { Shape, Target } from './target.ts';

export const USUAL: Shape = { sessions: 32, lanes: 2 };
const FEW: Shape = { sessions: 4, lanes: 16 };

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** Another build can be named, to compare two of them. */
export const CLI = process.env.BENCH_CLI ?? here('../../dist/cli.js');
const ECHO = here('../targets/echo-stdio.ts');
const MODULES = here('../../node_modules/');

export const TARGETS: readonly Target[] = [
  {
    key: 'a',
    title: 'bare node:http',
    args: (port) => [here('../targets/bare.ts'), String(port)],
    ssePath: '/sse',
    mcpPath: '/mcp',
  },
  {
    key: 'b',
    title: 'gateway, in process',
    note: 'one link for all sessions (sharing: shared)',
    args: (port) => [here('../targets/gateway-inprocess.ts'), String(port)],
    ssePath: '/sse',
    mcpPath: '/mcp',
    needs: here('../../src/node.ts'),
    // A library, not a program; and what its handler says belongs to the request that asked.
    skip: ['start', 'fanout'],
  },
  {
    key: 'c',
    title: 'gateway, stdio',
    note: 'one child for all sessions (sharing: shared)',
    ...served(() => gatewayConfig('shared')),
  },
  {
    key: 'co',
    title: 'gateway, uncounted',
    note: '(c) without metrics (METRICS_ENABLED=no); beside c',
    ...served(() => gatewayConfig('shared')),
    env: { METRICS_ENABLED: 'no' },
    skip: ['start', 'idle', 'fanout'],
  },
  {
    key: 'k',
    title: 'gateway, all limits',
    note: 'as (c), with every limit within a time, none of which is ever met',
    ...served(() => limitedConfig()),
    skip: ['start', 'idle', 'fanout', 'one', 'big'],
  },
  {
    key: 'ca',
    title: 'gateway, audited',
    note: '(c) with an audit trail that hashes arguments; beside c',
    ...served(() => auditedConfig()),
    skip: ['start', 'idle', 'fanout'],
  },
  traced('t1', '1 %', '0.01'),
  traced('t', 'all', '1'),
  {
    key: 'cs',
    title: 'gateway, child each',
    note: 'one child per session (sharing: session); 4 sessions × 16 in flight, 8 idle ones',
    ...served(() => gatewayConfig('session')),
    shape: { sse: FEW, streamable: FEW },
    idle: { sse: 8, streamable: 8 },
    skip: ['fanout'],
  },
  {
    key: 'd',
    title: 'supergateway 4.0.0',
    note:
      'over SSE one child for all, and every answer goes to every session (the strays), so its cost grows with ' +
      'the sessions, (d1) is the same with 1 session × 64 in flight, and its idle streams send no initialize; ' +
      'over Streamable HTTP (--stateful) one child per session, so 4 × 16 and 8 idle ones; --logLevel none',
    args: (port, transport) => [
      join(MODULES, 'supergateway/dist/index.js'),
      '--stdio',
      `"${process.execPath}" "${ECHO}"`,
      '--port',
      String(port),
      '--logLevel',
      'none',
      ...(transport === 'sse' ? [] : ['--outputTransport', 'streamableHttp', '--stateful']),
    ],
    ssePath: '/sse',
    mcpPath: '/mcp',
    split: true,
    shape: { streamable: FEW },
    idle: { streamable: 8 },
    bareIdle: true,
  },
  {
    key: 'd1',
    title: 'supergateway, 1 session',
    args: (port) => [
      join(MODULES, 'supergateway/dist/index.js'),
      '--stdio',
      `"${process.execPath}" "${ECHO}"`,
      '--port',
      String(port),
      '--logLevel',
      'none',
    ],
    ssePath: '/sse',
    mcpPath: '',
    shape: { sse: { sessions: 1, lanes: 64 } },
    skip: ['start', 'idle'],
  },
  {
    key: 'e',
    title: 'mcp-proxy 6.7.19',
    note: 'one child for all sessions',
    args: (port) => [
      join(MODULES, 'mcp-proxy/dist/bin/mcp-proxy.mjs'),
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      '--',
      process.execPath,
      ECHO,
    ],
    ssePath: '/sse',
    mcpPath: '/mcp',
  },
  {
    key: 'm',
    title: 'gateway, merged route',
    note: 'two servers as one at /sse and /mcp; each a child for all sessions (sharing: shared)',
    ...served(() => mergedConfig()),
    skip: ['start', 'idle', 'fanout', 'one', 'big'],
  },
  {
    key: 'm1',
    title: 'gateway, one of them',
    note: 'the same program as (m), asked at the route of one of its servers',
    ...served(() => mergedConfig()),
    ssePath: '/servers/echo/sse',
    mcpPath: '/servers/echo/mcp',
    skip: ['start', 'idle', 'fanout', 'one', 'big'],
  },
  {
    key: 'ml',
    title: 'modern to legacy',
    note: 'clients of 2026-07-28 at the server of (c)',
    ...served(() => gatewayConfig('shared')),
    ssePath: '',
    isModern: true,
    skip: ['start', 'idle', 'fanout', 'one'],
  },
  {
    key: 'lm',
    title: 'legacy to modern',
    note: 'clients of 2025-06-18 at a child that understands 2026-07-28 and nothing else (sharing: shared)',
    ...served(() => modernConfig()),
    skip: ['start', 'idle', 'fanout', 'one'],
  },
  {
    key: 'mm',
    title: 'modern to modern',
    note: 'clients of 2026-07-28 at the server of (lm)',
    ...served(() => modernConfig()),
    ssePath: '',
    isModern: true,
    skip: ['start', 'idle', 'fanout', 'one'],
  },
  {
    key: 'n',
    title: 'gateway, remote',
    note: 'in front of (a) over Streamable HTTP; a session upstream for each session',
    args: (port) => [here('../targets/gateway-remote.ts'), String(port)],
    ssePath: '/sse',
    mcpPath: '/mcp',
    needs: here('../../src/upstreams/streamable.ts'),
    // A library, not a program; and its memory is that of the upstream's sessions, too.
    skip: ['start', 'idle', 'fanout', 'one'],
  },
  {
    key: 'u',
    title: 'undici relay, remote',
    note: 'hand-written, passes bytes to the same upstream as (n) and checks nothing',
    args: (port) => [here('../targets/relay-undici.ts'), String(port)],
    ssePath: '/sse',
    mcpPath: '/mcp',
    skip: ['start', 'idle', 'fanout', 'one'],
  },
  {
    key: 'r',
    title: 'relay, no checks',
    note: 'hand-written, splices ids and checks nothing: the floor for a gateway; one child for all sessions',
    args: (port) => [here('../targets/relay.ts'), String(port), process.execPath, ECHO],
    ssePath: '/sse',
    mcpPath: '/mcp',
  },
];

/** @param ratio the share of traces that are recorded */
function traced(key: string, share: string, ratio: string): Target {
  const cli = (port: number) => [CLI, ratio, 'serve', gatewayConfig('shared'), '--port', String(port)];
  return {
    ...{ key, title: `gateway, ${share} traced`, needs: CLI, ssePath: '/sse', mcpPath: '/mcp' },
    note: `(c) with traces, ${share} recorded and sent to a receiver of OTLP; beside c`,
    args: (port) => [here('../targets/traced.ts'), ...cli(port)],
    skip: ['start', 'idle', 'fanout'],
  };
}

/** The command with a configuration, at its root. */
function served(config: () => string): Pick<Target, 'args' | 'ssePath' | 'mcpPath' | 'needs'> {
  const args = (port: number) => [CLI, 'serve', config(), '--port', String(port)];
  return { args, ssePath: '/sse', mcpPath: '/mcp', needs: CLI };
}

/** Targets of the default run, and of one that names none. */
export const DEFAULT_KEYS = [
  'a',
  'b',
  'c',
  'co',
  'k',
  'cs',
  'd',
  'd1',
  'e',
  'm',
  'm1',
  'ml',
  'lm',
  'mm',
  'n',
  'u',
];

export function isMissing(target: Target): boolean {
  return target.needs !== undefined && !existsSync(target.needs);
}

export function shapeOf(target: Target, transport: Transport): Shape {
  return target.shape?.[transport] ?? USUAL;
}

/** A target that runs, for one transport or for both. */
export interface Running {
  readonly server: Server;
  readonly address: Address;
}

export async function start(
  target: Target,
  transport: Transport,
  env?: Record<string, string>,
): Promise<Running> {
  const port = await freePort();
  const server = new Server({ args: target.args(port, transport), env: { ...target.env, ...env } });
  const { ssePath, mcpPath, isModern = false } = target;
  const address = { port, ssePath, mcpPath, isModern };
  try {
    await server.ready(port);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { server, address };
}
