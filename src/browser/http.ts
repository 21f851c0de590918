/** Requests over `fetch`: headers, waits, refusals and bodies, all bounded. */
import { ClientError } from './errors.ts';
import { EventReader, type WireEvent } from './event-reader.ts';
import type { Settled } from './options.ts';
import { isObject } from './rpc.ts';
import { Watch } from './timing.ts';

export interface Asking {
  readonly url: URL;
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** How long the head of the answer may take, in ms. */
  readonly headMs?: number;
}

/** The answer, whatever its status. Rejects with `unreachable` or `aborted`. */
export async function ask(settled: Settled, asking: Asking): Promise<Response> {
  const late = new AbortController();
  const timer = settled.timing.after(asking.headMs ?? settled.connectMs, () => late.abort());
  try {
    return await settled.fetch(asking.url, {
      method: asking.method ?? 'GET',
      headers: { ...(await headersOf(settled)), ...asking.headers },
      signal: AbortSignal.any([asking.signal, late.signal]),
      cache: 'no-store',
      // A redirect would take the key along to wherever it leads.
      redirect: 'error',
      // A farewell is said while the page is left.
      keepalive: asking.method === 'DELETE',
      ...(asking.body === undefined ? {} : { body: asking.body }),
    });
  } catch (error) {
    if (error instanceof ClientError) throw error;
    if (asking.signal.aborted) throw new ClientError('aborted', 'The request was called off.');
    const { origin } = asking.url;
    const why = late.signal.aborted ? 'in time' : '(it is down, or this page may not call it)';
    throw new ClientError('unreachable', `No answer from ${origin} ${why}.`, { cause: error });
  } finally {
    timer.cancel();
  }
}

async function headersOf({ headers }: Settled): Promise<Readonly<Record<string, string>>> {
  return typeof headers === 'function' ? headers() : headers;
}

/** The refusal that an answer is. Reads its body. */
export async function refusalOf(settled: Settled, response: Response): Promise<ClientError> {
  const { status } = response;
  const { word, message } = await reasonIn(settled, response);
  const code = status === 401 ? 'unauthorized' : status === 403 ? 'forbidden' : 'refused';
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ClientError(code, message ?? `The gateway answered with status ${status}.`, {
    status,
    word,
    ...(Number.isFinite(seconds) ? { retryAfterMs: seconds * 1_000 } : {}),
    isFinal: status < 500 && !PASSING.has(status),
  });
}

/** Those of 4xx that another try may get past. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);

async function reasonIn(
  settled: Settled,
  response: Response,
): Promise<{ word?: string | undefined; message?: string | undefined }> {
  try {
    const { error } = JSON.parse(await textOf(settled, response)) as { error?: unknown };
    if (!isObject(error)) return typeof error === 'string' ? { message: error } : {};
    const data = isObject(error['data']) ? error['data'] : {};
    return { word: stringOr(data['code']), message: stringOr(error['message']) };
  } catch {
    return {};
  }
}

function stringOr(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The whole body. @throws ClientError `bad-answer` when it is larger than it may be, `unreachable` when it breaks */
export async function textOf(settled: Settled, response: Response): Promise<string> {
  const pieces: string[] = [];
  let length = 0;
  await readPieces(settled, response, (piece) => {
    length += piece.length;
    if (length > settled.limits.messageLength) {
      throw new ClientError(
        'bad-answer',
        `The answer has more than ${settled.limits.messageLength} characters.`,
      );
    }
    pieces.push(piece);
  });
  return pieces.join('');
}

/** What of a stream was read so far: where to take it up again. */
export interface Progress {
  lastEventId?: string | undefined;
  retryMs?: number | undefined;
}

/**
 * Reads a stream to its end. Rejects with `unreachable` when it is cut or falls silent.
 * @param progress kept up to date, also when it rejects
 */
export async function readEvents(
  settled: Settled,
  response: Response,
  take: (event: WireEvent) => void,
  progress: Progress = {},
): Promise<void> {
  const reader = new EventReader(take, settled.limits.messageLength, progress.lastEventId);
  try {
    await readPieces(settled, response, (piece) => reader.push(piece));
  } finally {
    progress.lastEventId = reader.lastEventId;
    progress.retryMs = reader.retryMs ?? progress.retryMs;
  }
}

async function readPieces(
  settled: Settled,
  response: Response,
  take: (piece: string) => void,
): Promise<void> {
  if (!response.body) return;
  const reader = response.body.getReader();
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let isSilent = false;
  const watch = new Watch(settled.timing, settled.inactivityMs, () => {
    isSilent = true;
    reader.cancel().catch(() => {});
  });
  watch.feed();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (isSilent) throw new ClientError('unreachable', `Nothing came for ${settled.inactivityMs} ms.`);
      if (done) return take(decoder.decode());
      watch.feed();
      take(decoder.decode(value, { stream: true }));
    }
  } catch (error) {
    reader.cancel().catch(() => {});
    if (error instanceof ClientError) throw error;
    throw new ClientError('unreachable', 'The connection to the gateway was cut.', { cause: error });
  } finally {
    watch.stop();
  }
}
