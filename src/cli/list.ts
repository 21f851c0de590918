/** `sluice list [server|url]`: the tools of one server, or of every server of the configuration. */
import type { Tool } from '@modelcontextprotocol/client';
import { CONNECT_MS, type ClientOptions, readTimeout } from './call.ts';
import { connect, type Target } from './client/connect.ts';
import { show } from './client/render.ts';
import { configured, resolveTarget } from './client/target.ts';
import { type Schema, signature } from './client/tool-schema.ts';
import { listTools } from './client/tools.ts';
import { CliError, EXIT } from './exit.ts';
import { interruptible } from './interrupt.ts';
import { harmless, type Io, painter } from './io.ts';

/** @returns the exit code: 0, or that of the first server that failed */
export async function list(io: Io, word: string | undefined, options: ClientOptions): Promise<number> {
  const timeoutMs = Math.min(readTimeout(options.timeout), CONNECT_MS);
  const wanted = { ...options, headers: options.header, io };
  if (word !== undefined) {
    const target = await resolveTarget(word, wanted);
    return interruptible(io, async (signal) => {
      const tools = await toolsOf(target, io, options, timeoutMs, signal);
      show(io, options.json ? `${JSON.stringify({ tools }, null, 2)}\n` : renderTools(io, tools));
      return EXIT.ok;
    });
  }
  const servers = await configured(wanted);
  return interruptible(io, async (signal) => {
    const all: Record<string, { tools: readonly Tool[] } | { error: string }> = {};
    let code: number = EXIT.ok;
    for (const server of servers) {
      if (signal.aborted) break;
      const outcome = await attempt({ kind: 'server', server }, io, options, timeoutMs, signal);
      if ('error' in outcome) code = code === EXIT.ok ? outcome.code : code;
      all[server.name] = 'error' in outcome ? { error: outcome.error } : outcome;
      if (options.json) continue;
      const title = painter(io)('bold', server.name);
      const about = server.description === undefined ? '' : `  ${server.description}`;
      if ('error' in outcome) io.err(`${server.name}: ${outcome.error}\n`);
      else show(io, `${title}${about}\n${renderTools(io, outcome.tools)}\n`);
    }
    if (options.json) show(io, `${JSON.stringify({ servers: all }, null, 2)}\n`);
    return code;
  });
}

/** One server that fails does not hide the others. */
async function attempt(
  target: Target,
  io: Io,
  options: ClientOptions,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<{ tools: readonly Tool[] } | { error: string; code: number }> {
  try {
    return { tools: await toolsOf(target, io, options, timeoutMs, signal) };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { error: error.message, code: error.code };
  }
}

async function toolsOf(
  target: Target,
  io: Io,
  { quiet }: ClientOptions,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<readonly Tool[]> {
  const connection = await connect(target, { io, quiet, timeoutMs, signal });
  try {
    return await listTools(connection, signal, timeoutMs);
  } finally {
    await connection.close();
  }
}

/** `name  city=string [hours=integer]`, and beneath it the first line of its description. */
function renderTools(io: Io, tools: readonly Tool[]): string {
  if (tools.length === 0) return '  (no tools)\n';
  const paint = painter(io);
  return tools
    .map((tool) => {
      const args = signature(tool.inputSchema as Schema);
      const [about = ''] = (tool.description ?? tool.title ?? '').trim().split('\n');
      const head = `  ${paint('cyan', oneLine(tool.name))}${args === '' ? '' : `  ${oneLine(args)}`}\n`;
      return about === '' ? head : `${head}      ${paint('dim', oneLine(about))}\n`;
    })
    .join('');
}

/** Texts of a server must not look like ours. */
function oneLine(text: string): string {
  return harmless(text).replace(/\s+/g, ' ');
}
