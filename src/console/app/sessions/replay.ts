/** A client's request, sent once more: by the console itself, in a session of its own. */
import type { MessageView } from '../../../edges/admin/contract/session.ts';
import { api } from '../api.ts';
import { McpClient, type Progress } from '../mcp/client.ts';
import { RpcError } from '../../../browser/errors.ts';
import { Digits, type Json, readJson, written } from './json.ts';
import { isAnswer } from './timeline.ts';

export interface Again {
  /** Where it is sent. */
  readonly server: string;
  readonly method: string;
  /** As JSON text, to be looked at and changed. */
  readonly params: string;
}

/** What opens a session, and what is about another request, means nothing in another session. */
const NOT_AGAIN = new Set(['initialize', 'server/discover', 'subscriptions/listen']);

/** Whether it is a request of a client whose words are known. */
export function canReplay({ kind, leg, payload, isCut, method = '' }: MessageView): boolean {
  if (kind !== 'request' || (leg !== 'from-client' && leg !== 'to-server')) return false;
  return payload !== undefined && !isCut && !NOT_AGAIN.has(method);
}

/**
 * The request as it can be sent to one server. What went to several merged is sent to the one that had it, in its words.
 * @param call all that belongs to it
 * @throws Problem where the servers cannot be asked for
 */
export async function againOf(message: MessageView, call: readonly MessageView[]): Promise<Again> {
  const { servers } = await api.servers();
  const isServer = (name: string) => servers.some((server) => server.name === name);
  const sent = call.find(
    ({ leg, kind, payload }) => leg === 'to-server' && kind === 'request' && payload !== undefined,
  );
  const chosen = isServer(message.server) ? message : (sent ?? message);
  return { server: chosen.server, method: chosen.method ?? '', params: paramsOf(chosen.payload ?? '{}') };
}

/** The answer that the client, or the gateway, was given. */
export function answerIn(message: MessageView, call: readonly MessageView[]): MessageView | undefined {
  const leg = message.leg === 'from-client' ? 'to-client' : 'from-server';
  return call.find((one) => isAnswer(one) && one.leg === leg);
}

/** Without what belongs to the request that was: how it is numbered, where its progress goes, who sent it. */
function paramsOf(payload: string): string {
  const read = readJson(payload);
  const params = isObject(read) ? read['params'] : undefined;
  if (!isObject(params)) return '{}';
  const { _meta: meta, ...rest } = params;
  if (!isObject(meta)) return written(rest);
  const kept = Object.entries(meta).filter(
    ([name]) => name !== 'progressToken' && !name.startsWith('io.modelcontextprotocol/'),
  );
  return written(kept.length === 0 ? rest : { ...rest, _meta: Object.fromEntries(kept) });
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Digits);
}

export interface Outcome {
  readonly ms: number;
  /** As JSON text. */
  readonly text: string;
  readonly isError: boolean;
}

interface Running {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** Opens a session, asks, and ends it. Rejects when it is called off, or the server cannot be reached. */
export async function replay(
  { server, method, params }: Again,
  { signal, onProgress }: Running,
): Promise<Outcome> {
  const given: unknown = JSON.parse(params);
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new TypeError('The parameters must be a JSON object.');
  const opened = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => opened.reject(signal.reason as Error), { once: true });
  const client = new McpClient({
    server,
    onState(state, reason) {
      if (state === 'open') opened.resolve();
      else if (state === 'closed') opened.reject(reason ?? new Error('The session was ended.'));
    },
  });
  try {
    // What opening takes is no part of what the request takes.
    await opened.promise;
    const begun = performance.now();
    const outcome = await client
      .request(method, given as Record<string, unknown>, { signal, onProgress })
      .then(
        (result) => ({ text: JSON.stringify(result, null, 2), isError: false }),
        (error: unknown) => {
          const said = errorOf(error);
          if (said === undefined) throw error;
          return { text: JSON.stringify(said, null, 2), isError: true };
        },
      );
    return { ...outcome, ms: performance.now() - begun };
  } finally {
    client.close();
  }
}

/** What the server answered, where it answered with an error. */
function errorOf(error: unknown): object | undefined {
  if (!(error instanceof RpcError)) return undefined;
  const { message, rpcCode: code, data } = error;
  return { code, message, ...(data === undefined ? {} : { data }) };
}
