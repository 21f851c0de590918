/**
 * One call of a tool that is run once, however often its answer is lost: sent again under the same key until an answer is
 * there, to a gateway that gives the same answer each time.
 *
 * Guarantees: bounded in tries and in time; each wait is longer than the one before and never the same for two pages; what
 * the server or the gateway says of the call itself ends it.
 *
 * Source: MCP 2026-07-28, Streamable HTTP; draft-ietf-httpapi-idempotency-key-header-07.
 */
import { BackOff } from './back-off.ts';
import { asClientError, ClientError } from './errors.ts';
import { ask, readEvents, refusalOf, textOf } from './http.ts';
import { type ConnectOptions, settle, type Settled } from './options.ts';
import { encode, readMessages, type Rpc, rpcErrorOf } from './rpc.ts';
import { pause } from './timing.ts';

type Params = Readonly<Record<string, unknown>>;

export interface CallOnceOptions
  extends Pick<ConnectOptions, 'headers' | 'clientInfo' | 'capabilities' | 'limits' | 'fetch' | 'timing'> {
  /** Where a gateway serves Streamable HTTP: `https://host/mcp`, `https://host/servers/name/mcp` … */
  readonly url: string | URL;
  /**
   * 1 to 255 printable characters of ASCII; default: a fresh one. Give the one of before to ask for an answer that was lost
   * with the page, and for the next round of a call that asked for more.
   */
  readonly key?: string;
  /** How often it is sent at most; default 8. */
  readonly tries?: number;
  /** Before the second try, in ms; default 250. Each further wait is twice as long, up to `maxWaitMs`. */
  readonly waitMs?: number;
  /** Default 10,000. A `Retry-After` is waited for up to this. */
  readonly maxWaitMs?: number;
  /** All tries together, in ms; default 120,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** What comes before the answer, of each try. */
  readonly onNotification?: (method: string, params: Params | undefined) => void;
}

/** Statuses after which another try may succeed; of whoever is in between as well as of the gateway. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429, 502, 503, 504]);

/**
 * @param method `tools/call`, or another that changes something
 * @returns the result, which may ask for more: `resultType` is then `input_required`
 * @throws RpcError what the server or the gateway answered; ClientError `lost` where no try was answered (it may have run),
 * `timed-out`, `aborted`, or why it was refused
 */
export async function callOnce<Result = unknown>(
  method: string,
  params: Params,
  options: CallOnceOptions,
): Promise<Result> {
  const { tries = 8, waitMs = 250, maxWaitMs = 10_000, timeoutMs = 120_000 } = options;
  const settled = settle({ ...options, dialect: 'streamable' });
  const { timing } = settled;
  const backOff = new BackOff({ firstMs: waitMs, maxMs: maxWaitMs, attempts: tries - 1 }, timing);
  const late = new AbortController();
  const timer = timing.after(timeoutMs, () => late.abort());
  const signal = options.signal ? AbortSignal.any([options.signal, late.signal]) : late.signal;
  const request = requestOf(method, params, options, settled);
  try {
    for (;;) {
      const answer = await answerTo(request, settled, options, signal).catch(asClientError);
      if (!(answer instanceof ClientError)) return resultOf(answer) as Result;
      if (signal.aborted) throw ended(late, answer);
      if (!isPassing(answer)) throw answer;
      const wait = backOff.next(answer.retryAfterMs);
      if (wait === undefined) throw lost(tries, answer);
      await pause(timing, wait, signal).catch((error: unknown) => {
        throw ended(late, error);
      });
    }
  } finally {
    timer.cancel();
  }
}

interface Request {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Made once: a try is the same request, byte for byte. */
function requestOf(method: string, params: Params, { key }: CallOnceOptions, settled: Settled): Request {
  const named = key ?? crypto.randomUUID();
  const { _meta: meta } = params as { readonly _meta?: object };
  const _meta = {
    ...meta,
    'io.modelcontextprotocol/protocolVersion': VERSION,
    'io.modelcontextprotocol/clientInfo': settled.clientInfo,
    'io.modelcontextprotocol/clientCapabilities': settled.capabilities,
    // A header may be lost on the way.
    'dev.sluice/idempotencyKey': named,
  };
  const name = params['name'] ?? params['uri'] ?? params['taskId'];
  return {
    body: encode({ jsonrpc: '2.0', id: ID, method, params: { ...params, _meta } }),
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': VERSION,
      'mcp-method': method,
      'idempotency-key': `"${named.replaceAll(/["\\]/g, '\\$&')}"`,
      ...(typeof name === 'string' ? { 'mcp-name': headerOf(name) } : {}),
    },
  };
}

/** One try. Rejects with `unreachable` where it ended without an answer. */
async function answerTo(
  { headers, body }: Request,
  settled: Settled,
  { url, onNotification }: CallOnceOptions,
  signal: AbortSignal,
): Promise<Rpc> {
  const response = await ask(settled, {
    url: new URL(url, settled.url),
    method: 'POST',
    headers,
    body,
    signal,
  });
  if (!response.ok) throw await refusalOf(settled, response);
  let answer: Rpc | undefined;
  const take = (text: string) => {
    for (const message of readMessages(text)) {
      if (message.method !== undefined) onNotification?.(message.method, message.params);
      else if (message.id === ID) answer ??= message;
    }
  };
  if (response.headers.get('content-type')?.startsWith('text/event-stream'))
    await readEvents(settled, response, ({ data }) => take(data)).catch((error: unknown) => {
      if (!answer) throw error;
    });
  else take(await textOf(settled, response));
  if (!answer) throw new ClientError('unreachable', 'The answer was cut before it was there.');
  return answer;
}

function resultOf(answer: Rpc): unknown {
  if (answer.error !== undefined) throw rpcErrorOf(answer.error);
  return answer.result;
}

function isPassing({ code, status }: ClientError): boolean {
  return code === 'unreachable' || (status !== undefined && PASSING.has(status));
}

/** Why there are no more tries, though some may be left. */
function ended({ signal }: AbortController, cause: unknown): ClientError {
  if (!signal.aborted) return new ClientError('aborted', 'The call was called off.', { cause });
  return new ClientError('timed-out', 'There was no answer in time; the call may have run.', { cause });
}

function lost(tries: number, cause: ClientError): ClientError {
  const { status, word, retryAfterMs } = cause;
  const message = `None of ${tries} tries was answered: ${cause.message} The call may have run; ask again with the same key.`;
  return new ClientError('lost', message, { status, word, retryAfterMs, cause });
}

/** What no header can hold travels as Base64 (MCP 2026-07-28, "Value Encoding"). */
function headerOf(text: string): string {
  const isPlain = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text) && !/^=\?base64\?.*\?=$/i.test(text);
  if (isPlain) return text;
  return `=?base64?${btoa(String.fromCharCode(...new TextEncoder().encode(text)))}?=`;
}

const VERSION = '2026-07-28';
const ID = 1;
