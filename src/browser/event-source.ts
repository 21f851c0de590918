/**
 * A stream read by the browser's `EventSource`, which can send no headers: a ticket takes the place of the key.
 *
 * A ticket is good once, so the browser's own way of coming back, to the same URL, would be refused: the stream is
 * over at its first error, and whoever follows it opens another with another ticket.
 */
import { ClientError } from './errors.ts';
import type { WireEvent } from './event-reader.ts';
import { ask, refusalOf, textOf } from './http.ts';
import type { Settled } from './options.ts';
import { isObject } from './rpc.ts';
import { Watch } from './timing.ts';

/**
 * Rejects with `ClientError` when the stream is over. An `EventSource` hides comments, so silence is told only
 * where the dialect has a heartbeat event, from the first one on.
 */
export async function followEventSource(
  settled: Settled,
  names: readonly string[],
  take: (event: WireEvent) => void,
  signal: AbortSignal,
): Promise<never> {
  const url = new URL(settled.url);
  const ticket = await ticketFor(settled, signal);
  if (signal.aborted) throw new ClientError('aborted', 'The stream was given up.');
  if (ticket !== undefined) url.searchParams.set('ticket', ticket);
  const source = new settled.EventSource(url);
  const { promise, reject } = Promise.withResolvers<never>();
  const watch = new Watch(settled.timing, settled.inactivityMs, () =>
    reject(new ClientError('unreachable', `Nothing came for ${settled.inactivityMs} ms.`)),
  );
  const hear = (event: Event) => {
    const wire = wireOf(event);
    if (!wire) return;
    if (wire.event === 'heartbeat') watch.feed();
    take(wire);
  };
  // A dialect may have an event `error` of its own, which has data; that of the browser has none.
  for (const name of new Set([...names, 'connected', 'error'])) source.addEventListener(name, hear);
  source.addEventListener('error', (event) => {
    if (!wireOf(event)) reject(new ClientError('unreachable', 'The stream was refused or cut.'));
  });
  const stop = () => reject(new ClientError('aborted', 'The stream was given up.'));
  signal.addEventListener('abort', stop, { once: true });
  return promise.finally(() => {
    watch.stop();
    signal.removeEventListener('abort', stop);
    source.close();
  });
}

function wireOf(event: Event): WireEvent | undefined {
  if (!('data' in event) || typeof event.data !== 'string') return undefined;
  const id = 'lastEventId' in event && typeof event.lastEventId === 'string' ? event.lastEventId : '';
  return { event: event.type, data: event.data, ...(id === '' ? {} : { id }) };
}

/** A ticket; undefined where the other side knows of none and so will not ask for one. */
async function ticketFor(settled: Settled, signal: AbortSignal): Promise<string | undefined> {
  if (typeof settled.tickets === 'function') return settled.tickets();
  const response = await ask(settled, { url: settled.tickets, method: 'POST', signal });
  if (response.status === 404 || response.status === 405) return undefined;
  if (!response.ok) throw await refusalOf(settled, response);
  return ticketIn(await textOf(settled, response));
}

function ticketIn(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value) && typeof value['ticket'] === 'string') return value['ticket'];
  } catch {
    // Told below.
  }
  throw new ClientError('bad-answer', 'The gateway answered without a ticket.');
}
