/** Servers of the configuration that are reached over drivers of ours, for one command. */
import type { BuiltinServer, StdioServer } from '../../config/types.ts';
import { aareDriver } from '../../edges/node/aare.ts';
import { nodeRuntime } from '../../edges/node/runtime.ts';
import type { UpstreamDriver } from '../../engine/ports.ts';
import type { Observer } from '../../engine/ports-observer.ts';
import { ERRORS } from '../../protocol/errors.ts';
import { stdio } from '../../upstreams/stdio.ts';
import { harmless, type Io } from '../io.ts';
import { SLUICE_VERSION } from '../../protocol/version.ts';
import type { Attempt } from './attempt.ts';
import { LinkTransport } from './link-transport.ts';

/** A child process of its own. What it writes to stderr is shown, unless the command is to be quiet. */
export function openStdio(server: StdioServer, io: Io, quiet: boolean): Attempt {
  const { name, command, args, env, cwd } = server;
  const observer = talk(io, quiet);
  const attempt = attemptOver(stdio({ name, command, args, env, cwd, runtime: nodeRuntime, observer }));
  return { ...attempt, hint: ERRORS.upstream_start_timeout.hint };
}

/** The built-in server, in this process. */
export function openBuiltin(server: BuiltinServer, io: Io, quiet: boolean): Attempt {
  return attemptOver(aareDriver(server.options, SLUICE_VERSION, talk(io, quiet)));
}

/** A server over WebSocket, which the client library does not speak. */
export async function openSocket(at: {
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}): Promise<Attempt> {
  const { websocket } = await import('../../edges/node/websocket.ts');
  const attempt = attemptOver(websocket(at));
  const refused = () => attempt.transport.fault?.code === 'unauthorized';
  return { ...attempt, status: () => (refused() ? 401 : undefined) };
}

function attemptOver(driver: UpstreamDriver): Attempt & { readonly transport: LinkTransport } {
  const transport = new LinkTransport(driver);
  return { transport, reason: () => transport.fault?.message, close: () => transport.close() };
}

function talk(io: Io, quiet: boolean): Observer {
  if (quiet) return {};
  return { serverLog: ({ server, line }) => io.err(`[${server}] ${harmless(line)}\n`) };
}
