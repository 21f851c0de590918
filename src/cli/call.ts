/** `sluice call <server|url> <tool> [key=value…]`: one call, its result on standard output. */
import type { JsonSchemaType } from '@modelcontextprotocol/client';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/client/validators/ajv';
import { parseDuration } from '../config/units.ts';
import { readArguments } from './client/arguments.ts';
import { connect } from './client/connect.ts';
import { ProgressView } from './client/progress.ts';
import { renderResult, show } from './client/render.ts';
import { resolveTarget } from './client/target.ts';
import type { Schema } from './client/tool-schema.ts';
import { type CallResult, callTool, findTool, listTools } from './client/tools.ts';
import { EXIT, usage } from './exit.ts';
import { interruptible } from './interrupt.ts';
import { harmless, type Io } from './io.ts';

/** Options that `call` and `list` share. */
export interface ClientOptions {
  readonly config?: string | undefined;
  readonly header: readonly string[];
  readonly apiKey?: string | undefined;
  /** Like `30s`. */
  readonly timeout: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** How long a server behind a URL may take to answer `initialize`. */
export const CONNECT_MS = 30_000;

/** @returns the exit code: 0, 5 when the tool answered with an error, 130 when interrupted */
export async function call(
  io: Io,
  word: string,
  toolName: string,
  words: readonly string[],
  options: ClientOptions,
): Promise<number> {
  const timeoutMs = readTimeout(options.timeout);
  const target = await resolveTarget(word, { ...options, headers: options.header, io });
  return interruptible(io, async (signal) => {
    const reach = { io, quiet: options.quiet, timeoutMs: Math.min(timeoutMs, CONNECT_MS), signal };
    const connection = await connect(target, reach);
    const progress = new ProgressView(io);
    try {
      const tool = findTool(await listTools(connection, signal, timeoutMs), toolName, connection);
      const args = readArguments(words, tool.inputSchema as Schema);
      refuseUnfit(args, tool.inputSchema as JsonSchemaType);
      const onProgress = options.quiet ? undefined : progress.show.bind(progress);
      const result = await callTool(connection, toolName, args, { signal, timeoutMs, onProgress });
      progress.end();
      return print(io, result, options.json);
    } finally {
      progress.end();
      await connection.close();
    }
  });
}

/** Milliseconds of `--timeout`. */
export function readTimeout(text: string): number {
  const ms = parseDuration(/^\d+$/.test(text) ? Number(text) : text);
  if (ms !== undefined && ms >= 1 && ms <= 86_400_000) return ms;
  throw usage('--timeout must be a time up to 24 hours, like 30s or 5m.');
}

/** What the first look at the arguments did not see: ranges, formats, what lies deeper. */
function refuseUnfit(args: Record<string, unknown>, schema: JsonSchemaType): void {
  let message: string | undefined;
  try {
    const checked = new AjvJsonSchemaValidator().getValidator(schema)(args);
    message = checked.valid ? undefined : checked.errorMessage;
  } catch {
    // The schema itself cannot be used: the server will judge.
    return;
  }
  if (message === undefined) return;
  const plain = message
    .replace(/\bdata\/([^\s,]*)/g, (_, path: string) => path.replaceAll('/', '.'))
    .replace(/\bdata\b/g, 'the arguments');
  throw usage(harmless(`${plain.charAt(0).toUpperCase()}${plain.slice(1)}.`));
}

function print(io: Io, result: CallResult, json: boolean): number {
  const text = json ? `${JSON.stringify(result, null, 2)}\n` : renderResult(result);
  if (result.isError !== true) {
    show(io, text);
    return EXIT.ok;
  }
  if (json) show(io, text);
  else io.err(harmless(text));
  return EXIT.tool;
}
