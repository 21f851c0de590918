/** One thing that was run in the playground, and how it went. */
import { RpcError, ClientError } from '../../../../browser/errors.ts';
import type { LogEntry, Progress } from '../../mcp/client.ts';
import { isRecord, type Kind, recordOf, textOf } from '../../mcp/items.ts';

/** What is run: a tool, a prompt, a resource, or a resource of a template, with its arguments. */
export interface Target {
  readonly server: string;
  readonly kind: Kind;
  /** A name, a URI, or a URI template. */
  readonly name: string;
  readonly title: string;
  readonly arguments: unknown;
}

/** `lost`: the page was closed meanwhile. */
export type RunState = 'running' | 'done' | 'failed' | 'cancelled' | 'lost';

/** How a run failed, in words that can be shown. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** What the server sent beside it. */
  readonly data?: unknown;
}

export interface Run extends Target {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly state: RunState;
  readonly progress?: Progress;
  /** What the server wrote meanwhile, the last so many. */
  readonly logs: readonly LogEntry[];
  /** How many lines are not kept. */
  readonly logsMissed: number;
  readonly result?: unknown;
  readonly failure?: Failure;
  readonly isPinned: boolean;
  /** Why its result is not kept, where it is not. */
  readonly resultGone?: string;
  /** Arguments that look like secrets were not kept. */
  readonly isMasked?: boolean;
}

const MOST_LOGS = 200;

export function started(target: Target, id: string, at: number): Run {
  return { ...target, id, startedAt: at, state: 'running', logs: [], logsMissed: 0, isPinned: false };
}

export function withLog(run: Run, entry: LogEntry): Run {
  const logs = [...run.logs, entry].slice(-MOST_LOGS);
  return { ...run, logs, logsMissed: run.logsMissed + (run.logs.length + 1 - logs.length) };
}

/** A tool tells that it failed in its result (MCP, tools, "Error handling"). */
export function ended(run: Run, result: unknown, at: number): Run {
  const hasFailed = run.kind === 'tool' && recordOf(result)['isError'] === true;
  return { ...run, result, endedAt: at, state: hasFailed ? 'failed' : 'done' };
}

export function failed(run: Run, error: unknown, at: number): Run {
  if (error instanceof ClientError && error.code === 'aborted') {
    return { ...run, endedAt: at, state: 'cancelled' };
  }
  return { ...run, endedAt: at, state: 'failed', failure: failureOf(error) };
}

export function millisOf(run: Run, now: number): number {
  return Math.max(0, (run.endedAt ?? now) - run.startedAt);
}

function failureOf(error: unknown): Failure {
  if (error instanceof RpcError) {
    const { hint, code } = recordOf(error.data);
    const own = textOf(hint) || HINTS[error.rpcCode];
    const word = textOf(code);
    return {
      code: word ? `${error.rpcCode} ${word}` : String(error.rpcCode),
      message: error.message,
      ...(own ? { hint: own } : {}),
      ...(error.data === undefined ? {} : { data: error.data }),
    };
  }
  const message = error instanceof Error ? error.message : 'The run failed.';
  const code = error instanceof ClientError ? error.code : 'page_error';
  const hint = CLIENT_HINTS[code];
  return { code, message, ...(hint ? { hint } : {}) };
}

/** What can be done about errors of servers that say nothing of it themselves. */
const HINTS: Readonly<Record<number, string>> = {
  [-32_600]: 'The server takes the request for none: its log may say why.',
  [-32_601]: 'The server does not have this method.',
  [-32_602]: 'Look at the arguments: the server does not take them.',
  [-32_603]: 'Something broke in the server: its log may say what.',
  [-32_002]: 'Reload the list: the resource may be gone.',
  [-32_042]: 'Something has to be done elsewhere first: see the addresses below, then run it again.',
};

const CLIENT_HINTS: Readonly<Record<string, string>> = {
  unreachable: 'Look whether the gateway runs; the page connects again by itself.',
  lost: 'Look whether it was done before you run it again.',
  unauthorized: 'Sign in again.',
  'timed-out': 'Run it again, or look into the log of the server.',
  'bad-answer': 'Report it to the author of the server.',
};

/** Addresses to visit before it can go on (MCP 2025-11-25, `URLElicitationRequiredError`). */
export function addressesIn(failure: Failure): { readonly message: string; readonly url: string }[] {
  const { elicitations } = recordOf(failure.data);
  if (!Array.isArray(elicitations)) return [];
  return elicitations
    .filter(isRecord)
    .map((each) => ({ message: textOf(each['message']), url: textOf(each['url']) }))
    .filter(({ url }) => url !== '')
    .slice(0, 20);
}
