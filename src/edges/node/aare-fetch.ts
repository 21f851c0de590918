import { Agent, request } from 'undici';

export interface AareFetchOptions {
  /** Connections kept per origin. Default 2: the API is polled seldom, and 8 cities at once may queue. */
  readonly connections?: number | undefined;
  /** How long an idle connection is kept, in ms. Default 150 000: a little longer than the time between polls. */
  readonly keepAliveMs?: number | undefined;
  /** The largest answer read, in bytes. Default 4 MiB: a year of history is about half of it. */
  readonly maxBytes?: number | undefined;
}

/** The HTTP part of the Aare API: pooled, kept-alive connections. */
export interface AareFetch {
  /** As `FetchJson` of the Aare API. Rejects on a status other than 2xx, too large an answer, or no JSON. */
  readonly fetchJson: (url: string, signal: AbortSignal) => Promise<unknown>;
  /** Ends what is in flight and closes all connections. Idempotent. */
  close(): Promise<void>;
}

/** Idle connections do not keep the process alive. Redirects are not followed: the base URL is configured. */
export function createAareFetch(options: AareFetchOptions = {}): AareFetch {
  const { connections = 2, keepAliveMs = 150_000, maxBytes = 4 * 1024 * 1024 } = options;
  const agent = new Agent({
    connections,
    pipelining: 1,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    connect: { timeout: 5_000 },
  });
  return {
    fetchJson: async (url, signal) => {
      const response = await request(url, {
        dispatcher: agent,
        signal,
        headers: { accept: 'application/json' },
      });
      if (response.statusCode < 200 || response.statusCode > 299) {
        await response.body.dump();
        throw new Error(`status ${response.statusCode}`);
      }
      return JSON.parse(await readText(response.body, maxBytes)) as unknown;
    },
    close: () => agent.destroy(),
  };
}

async function readText(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.byteLength;
    // Leaving the loop destroys the body, and the connection with it.
    if (size > maxBytes) throw new Error(`answer larger than ${maxBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
