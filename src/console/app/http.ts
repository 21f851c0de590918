/** Requests to the admin API of the gateway that served this page, wherever a proxy put it. */
import { problemOf, unreachable } from './problem.ts';

export const API = new URL('../admin/api/', document.baseURI);

/**
 * @param path below `/admin/api/`, with names percent-encoded
 * @returns the answer's JSON; undefined where it has none
 * @throws Problem as the gateway told it, or `unreachable`; what `signal` says when it was given up
 */
export async function request(
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<unknown> {
  const response = await send(method, path, body, signal);
  if (!response.ok) throw await problemOf(response);
  const text = await response.text();
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}

/** @throws Problem `unreachable`; what `signal` says when it was given up */
export async function send(
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Response> {
  const headers = body === undefined ? {} : { 'Content-Type': 'application/json' };
  try {
    return await fetch(new URL(path, API), {
      method,
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch {
    signal?.throwIfAborted();
    throw unreachable();
  }
}
