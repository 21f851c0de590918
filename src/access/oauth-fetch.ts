/** What is asked of authorization servers: small JSON documents. */

/**
 * Asks, where that is allowed.
 * Guarantees: no redirect is followed; what comes back is bounded in bytes and time. Rejects where it cannot be had so.
 */
export type FetchPort = (
  url: string,
  request?: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  },
) => Promise<Response>;

/** It cannot be told now whether a token is good. */
export class Unavailable extends Error {
  /** @param fact what the log is told */
  constructor(fact: string) {
    super(fact);
    this.name = 'Unavailable';
  }
}

/**
 * The JSON object at an address.
 * @param form sent as a POST, with these headers; without it the document is got
 * @throws Unavailable for whatever goes wrong
 */
export async function fetchObject(
  url: string,
  fetch: FetchPort,
  form?: { readonly body: string; readonly headers: Readonly<Record<string, string>> },
): Promise<Record<string, unknown>> {
  const { origin } = new URL(url);
  const accept = { accept: 'application/json' };
  let status: number;
  let value: unknown;
  try {
    const response = await fetch(
      url,
      form
        ? { method: 'POST', body: form.body, headers: { ...accept, ...form.headers } }
        : { headers: accept },
    );
    status = response.status;
    value = status === 200 ? await response.json() : await response.body?.cancel();
  } catch {
    throw new Unavailable(`${origin} could not be asked, or answered with what is no JSON`);
  }
  if (status !== 200) throw new Unavailable(`${origin} answered ${status}`);
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new Unavailable(`${origin} answered with what is no JSON object`);
}
