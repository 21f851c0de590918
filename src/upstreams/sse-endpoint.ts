/** Where a server over HTTP+SSE wants messages to go. */
import type { Address } from './network.ts';
import { targetOf } from './network.ts';

/** Real ones have under 200 bytes. */
const MAX_BYTES = 8 * 1024;

/** What an `endpoint` names: a place at the origin of the stream, or why it is none. */
export type Endpoint = { readonly target: string } | { readonly code: string; readonly why: string };

/**
 * Reads the data of an `endpoint` event: a URI, or (as some servers write it) JSON with the URI as `uri`.
 *
 * It must have the origin of the stream: what a server says must not send us, and our credentials, elsewhere.
 * @param streamTarget where the stream was found, to which it is relative
 * Source: MCP 2024-11-05, HTTP with SSE; RFC 3986 section 5.
 */
export function endpointOf(data: Uint8Array, address: Address, streamTarget: string): Endpoint {
  const text = data.length > MAX_BYTES ? '' : uriIn(new TextDecoder().decode(data).trim());
  const base = `${address.origin}${streamTarget}`;
  if (text === '' || !URL.canParse(text, base)) {
    return { code: 'bad-endpoint', why: 'named an endpoint that is no address' };
  }
  const url = new URL(text, base);
  const origin = `${url.protocol}//${url.host}`;
  if (origin === address.origin) return { target: targetOf(url) };
  const why = `named an endpoint at another origin, ${origin.slice(0, 100)}; set its \`url\` to that origin if it is the same server`;
  return { code: 'foreign-endpoint', why };
}

function uriIn(text: string): string {
  if (!text.startsWith('{')) return text;
  try {
    const { uri } = JSON.parse(text) as { uri?: unknown };
    return typeof uri === 'string' ? uri : '';
  } catch {
    return '';
  }
}
