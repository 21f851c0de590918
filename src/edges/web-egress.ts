/**
 * The guard of requests that no operator wrote down, on runtimes with the web's own `fetch`: those do not say which
 * address a name has, so what is checked is the name alone.
 */
import {
  DEFAULT_EGRESS_BYTES,
  DEFAULT_EGRESS_MS,
  type Egress,
  type EgressOptions,
  originsOf,
  redirected,
  targetOf,
  tooLarge,
} from './egress.ts';

/** A function like `fetch`; see `edges/egress`. @throws (rejects) EgressError, or what `fetch` does */
export function webEgress(options: EgressOptions = {}): Egress {
  const { maxBytes = DEFAULT_EGRESS_BYTES, timeoutMs = DEFAULT_EGRESS_MS } = options;
  const trusted = originsOf(options.trusted);
  return async (address, { method, headers = {}, body, signal } = {}) => {
    const { url } = targetOf(address, trusted);
    const limit = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, {
      ...(method === undefined ? {} : { method }),
      ...(body === undefined ? {} : { body }),
      headers,
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    const { status } = response;
    if (response.type === 'opaqueredirect' || (status >= 300 && status < 400 && status !== 304)) {
      await response.body?.cancel();
      throw redirected(url);
    }
    const bytes = await readAll(response, url, maxBytes);
    return new Response(bytes?.size === 0 ? null : bytes, { status, headers: response.headers });
  };
}

async function readAll(response: Response, url: URL, maxBytes: number): Promise<Blob | null> {
  const reader = response.body?.getReader();
  if (!reader) return null;
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(chunks);
    size += value.length;
    if (size > maxBytes) {
      await reader.cancel();
      throw tooLarge(url, maxBytes);
    }
    chunks.push(value);
  }
}
