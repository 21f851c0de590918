/** Servers behind a URL: Streamable HTTP, or the older HTTP+SSE. */
import { SSEClientTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { Attempt } from './attempt.ts';

export type RemoteKind = 'http' | 'sse';

/** In which order to try: what the address says, then the other. */
export function kindsFor(url: URL, known: RemoteKind | undefined): RemoteKind[] {
  if (known !== undefined) return [known];
  return /\/sse\/?$/.test(url.pathname) ? ['sse', 'http'] : ['http', 'sse'];
}

/** A key is wanted, this is not for us, or not now: the other way leads to the same. */
const SAME_ANYWAY: ReadonlySet<number> = new Set([401, 403, 429]);

/** Whether a server that answered so may speak the other transport (MCP 2025-03-26, backwards compatibility). */
export function mayBeOther(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500 && !SAME_ANYWAY.has(status);
}

/** @param headers sent with every request; redirects to another origin are not followed */
export function openRemote(kind: RemoteKind, url: URL, headers: Readonly<Record<string, string>>): Attempt {
  const seen = watchFetch();
  const options = { fetch: seen.fetch, requestInit: { headers: { ...headers } } };
  if (kind === 'sse') {
    return { transport: new SSEClientTransport(url, options), ...seen.facts };
  }
  const transport = new StreamableHTTPClientTransport(url, options);
  return { transport, ...seen.facts, farewell: () => transport.terminateSession() };
}

/** The client library tells of failures in many shapes; what the wire said is the same for all. */
function watchFetch() {
  let status: number | undefined;
  let reason: string | undefined;
  let said: string | undefined;
  const watched = async (url: string | URL, init?: RequestInit): Promise<Response> => {
    try {
      const response = await fetch(url, init);
      if (response.ok) return response;
      status = response.status;
      if (status < 400) return response;
      const text = await beginning(response);
      said = saidIn(text);
      const { statusText, headers } = response;
      // The client library would read the body to its end, which may never come.
      return new Response(text, { status, statusText, headers });
    } catch (error) {
      reason = reasonOf(error) ?? reason;
      throw error;
    }
  };
  return { fetch: watched, facts: { status: () => status, reason: () => reason, said: () => said } };
}

/** How much of the body of a refusal is looked at, for how long, and how much of it is told. */
const SAID_BYTES = 16 * 1024;
const SAID_MS = 2_000;
const SAID_CHARACTERS = 500;

/** The sentence and the hint of a refusal, as this gateway and others give them. */
function saidIn(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text) as {
      error?: { message?: unknown; data?: { hint?: unknown } };
    };
    const parts = [error?.message, error?.data?.hint].filter(
      (part) => typeof part === 'string' && part !== '',
    );
    return parts.length === 0 ? undefined : parts.join(' ').slice(0, SAID_CHARACTERS);
  } catch {
    // Whatever it is, it is no refusal in JSON.
    return undefined;
  }
}

async function beginning(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const end = () => void reader.cancel().catch(() => undefined);
  const timer = setTimeout(end, SAID_MS);
  const chunks: Uint8Array[] = [];
  try {
    for (let size = 0; size < SAID_BYTES; ) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
      size += value.length;
    }
  } finally {
    clearTimeout(timer);
    end();
  }
  return Buffer.concat(chunks).toString('utf8');
}

const WHOM_TO_TRUST = 'name the file of who signed it in NODE_EXTRA_CA_CERTS';
const UNKNOWN_SIGNER = `its certificate is signed by nobody who is trusted here; ${WHOM_TO_TRUST}`;

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the name of the host is unknown',
  EAI_AGAIN: 'the name of the host could not be looked up',
  ECONNRESET: 'the connection was cut',
  ETIMEDOUT: 'it did not answer in time',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  UND_ERR_CONNECT_TIMEOUT: 'it did not answer in time',
  UND_ERR_SOCKET: 'the connection was cut',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: `its certificate is self-signed; ${WHOM_TO_TRUST}`,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_SIGNER,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_SIGNER,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_SIGNER,
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

/** `fetch failed` hides the reason in its causes. */
function reasonOf(error: unknown): string | undefined {
  let cause: unknown = error;
  for (let depth = 0; depth < 5 && cause instanceof Error; depth++) {
    if (cause.name === 'AbortError') return undefined;
    const { code } = cause as { code?: unknown };
    if (typeof code === 'string' && code !== '') return REASONS[code] ?? code;
    if (cause instanceof AggregateError) cause = cause.errors[0];
    else if (cause.cause === undefined) return cause.message;
    else cause = cause.cause;
  }
  return undefined;
}
