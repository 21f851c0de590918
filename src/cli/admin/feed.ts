/** What happens in a gateway as it happens: its live events, taken up again where the stream is cut. */
import type { LiveEvent, Topic } from '../../edges/admin/contract/live.ts';
import { SseReader } from '../../protocol/sse-reader.ts';
import { CliError, EXIT } from '../exit.ts';
import { type AdminClient, pause } from './client.ts';

export interface Following {
  readonly topics: readonly Topic[];
  readonly session?: string | undefined;
  readonly signal: AbortSignal;
  /** Awaited in turn: what comes meanwhile waits in the socket. */
  onEvent(event: LiveEvent): void | Promise<void>;
  /** The stream was cut, and is asked for again. */
  onLost(error: CliError): void;
}

/** Bytes of one event: a batch of messages, each with what is kept of it. */
const MOST_BYTES = 32 * 1024 * 1024;
/** A stream on which nothing comes for so long is gone; the gateway says something at least every 15 s. */
const SILENCE_MS = 45_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

/**
 * Until the signal is aborted.
 * @throws CliError where the first try fails, or one is refused for its key
 */
export async function follow(client: AdminClient, following: Following): Promise<void> {
  const { signal } = following;
  let hasBegun = false;
  let waitMs = FIRST_WAIT_MS;
  while (!signal.aborted) {
    try {
      await readOnce(client, following, () => {
        hasBegun = true;
        waitMs = FIRST_WAIT_MS;
      });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof CliError) || !hasBegun || error.code === EXIT.auth) throw error;
      following.onLost(error);
    }
    await pause(waitMs, signal);
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  }
}

async function readOnce(client: AdminClient, following: Following, begun: () => void): Promise<void> {
  const { topics, session } = following;
  const query = new URLSearchParams({ topics: topics.join(',') });
  if (session !== undefined) query.set('session', session);
  const silence = new AbortController();
  const signal = AbortSignal.any([following.signal, silence.signal]);
  const timer = setTimeout(() => silence.abort(new Error('it fell silent')), SILENCE_MS);
  try {
    const { body } = await client.open(`events?${query}`, signal, 'text/event-stream');
    begun();
    const events: LiveEvent[] = [];
    const reader = new SseReader(MOST_BYTES, {
      event: (type, data) => void events.push({ event: type, data: parsed(data) } as LiveEvent),
      tooLarge: () => undefined,
      fieldTooLong: () => undefined,
    });
    for await (const chunk of body ?? []) {
      timer.refresh();
      reader.push(chunk);
      for (const event of events.splice(0)) if (event.data !== undefined) await following.onEvent(event);
    }
    throw new CliError(EXIT.unreachable, 'The gateway ended the stream of its events.');
  } catch (error) {
    if (error instanceof CliError || following.signal.aborted) throw error;
    throw new CliError(EXIT.unreachable, 'The stream of events was cut.', { cause: error });
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

function parsed(data: readonly Uint8Array[]): unknown {
  try {
    return JSON.parse(Buffer.concat(data).toString());
  } catch {
    return undefined;
  }
}
