/**
 * An EventSource that sends headers, as the `eventsource` package of the documents' time did.
 *
 * The documents write `new EventSource(url, { headers })`; SDK 1.0.4 takes the class from the global scope and cannot
 * be given headers at all, nor for its POSTs. Both are done here for the origins that were named.
 */
import { Agent, type Dispatcher, EventSource } from 'undici';

type Headers = Readonly<Record<string, string>>;

const agent = new Agent();
const byOrigin = new Map<string, Headers>();

export class HeaderEventSource extends EventSource {
  constructor(url: string | URL, init: { headers?: Headers } = {}) {
    const known = byOrigin.get(new URL(url).origin);
    super(url, { dispatcher: carrying({ ...lower(known), ...lower(init.headers) }) });
  }
}

/** Names in any letters are the same: a key that is sent twice is none. */
function lower(headers: Headers = {}): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** A dispatcher that adds headers to every request. */
function carrying(added: Headers): Dispatcher {
  return agent.compose((dispatch) => (options, handler) => {
    const headers = [...pairs(options.headers), ...Object.entries(added)].flat();
    return dispatch({ ...options, headers }, handler);
  });
}

function pairs(headers: Dispatcher.DispatchOptions['headers']): [string, string][] {
  if (!headers) return [];
  if (Array.isArray(headers)) {
    const flat = headers as string[];
    return flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1] as string] as const] : []));
  }
  return Object.entries(headers as Record<string, string>);
}

let isInstalled = false;

/** From now on the global EventSource and `fetch` send these headers to this origin. */
export function carryHeaders(origin: string, headers: Headers): void {
  byOrigin.set(origin, headers);
  if (isInstalled) return;
  isInstalled = true;
  const { fetch } = globalThis;
  globalThis.EventSource = HeaderEventSource as unknown as typeof globalThis.EventSource;
  globalThis.fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const added = byOrigin.get(url.origin);
    if (!added) return fetch(input, init);
    const asked = new Request(input, init);
    for (const [name, value] of Object.entries(added)) asked.headers.set(name, value);
    return fetch(asked);
  };
}
