/** The tools of a server: listed, and one of them called. */
import { ProtocolError, type Tool } from '@modelcontextprotocol/client';
import { suggest } from '../../config/suggest.ts';
import { CliError, EXIT, usage } from '../exit.ts';
import { harmless } from '../io.ts';
import type { Connection } from './connect.ts';
import { capital } from './failure.ts';
import type { ProgressFacts } from './progress.ts';

export type CallResult = {
  readonly isError?: boolean;
  readonly content?: unknown;
  readonly structuredContent?: unknown;
};

/** All tools, page by page (the client stops after 64 pages). */
export async function listTools(
  connection: Connection,
  signal: AbortSignal,
  timeout: number,
): Promise<readonly Tool[]> {
  try {
    if (connection.client.getServerCapabilities()?.tools === undefined) return [];
    const { tools } = await connection.client.listTools(undefined, { signal, timeout });
    return tools;
  } catch (error) {
    throw told(error, connection, timeout);
  }
}

/** @throws CliError that names what is near, or what there is */
export function findTool(tools: readonly Tool[], name: string, connection: Connection): Tool {
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool) return tool;
  const names = tools.map((candidate) => candidate.name);
  const near = suggest(name, names);
  const hint =
    near === undefined ? `it has ${names.slice(0, 30).join(', ') || 'none'}.` : `did you mean "${near}"?`;
  throw usage(harmless(`${capital(connection.label)} has no tool "${name}"; ${hint}`));
}

export interface CallOptions {
  readonly signal: AbortSignal;
  /** Without an answer or progress for so long the call is given up, in ms. */
  readonly timeoutMs: number;
  readonly onProgress?: ((facts: ProgressFacts) => void) | undefined;
}

/** Our own token: the client's own handling drops progress that arrives in one piece with the result. */
const PROGRESS_TOKEN = 'sluice-call';

/**
 * Calls a tool. Aborting `signal` sends `notifications/cancelled`.
 * @throws CliError: 5 when the server answers with an error, 4 when it does not answer
 */
export async function callTool(
  connection: Connection,
  name: string,
  args: Record<string, unknown>,
  options: CallOptions,
): Promise<CallResult> {
  const patience = new Patience(options);
  const { client } = connection;
  client.setNotificationHandler('notifications/progress', ({ params }) => {
    if (params.progressToken !== PROGRESS_TOKEN) return;
    patience.renew();
    options.onProgress?.(params);
  });
  try {
    const params = { name, arguments: args, _meta: { progressToken: PROGRESS_TOKEN } };
    // The patience is ours, so the client's own time-out must never come first.
    const settings = { signal: patience.signal, timeout: 2_147_483_647 };
    return (await client.request({ method: 'tools/call', params }, settings)) as CallResult;
  } catch (error) {
    if (patience.isOver) {
      throw new CliError(
        EXIT.unreachable,
        `The tool "${name}" did not answer within ${options.timeoutMs / 1_000} s; raise --timeout.`,
      );
    }
    throw told(error, connection);
  } finally {
    patience.end();
  }
}

/** A time-out that progress starts anew. */
class Patience {
  readonly #over = new AbortController();
  readonly #ms: number;
  readonly signal: AbortSignal;
  #timer: NodeJS.Timeout | undefined;

  constructor({ signal, timeoutMs }: CallOptions) {
    this.#ms = timeoutMs;
    this.signal = AbortSignal.any([signal, this.#over.signal]);
    this.renew();
  }

  get isOver(): boolean {
    return this.#over.signal.aborted;
  }

  renew(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#over.abort(new Error('timed out')), this.#ms);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

function told(error: unknown, connection: Connection, timeoutMs?: number): Error {
  if (ProtocolError.isInstance(error)) {
    const message = harmless(error.message).replace(/\.$/, '');
    return new CliError(
      EXIT.tool,
      `${capital(connection.label)} answered: ${message} (code ${error.code}).`,
      { cause: error },
    );
  }
  return connection.failure(error, timeoutMs);
}
