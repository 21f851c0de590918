/** What a server asks of the page. */
import type { ConnectOptions } from './options.ts';
import { isObject, type Rpc } from './rpc.ts';

type Handler = NonNullable<ConnectOptions['onRequest']>;

/**
 * The answer to a request of the server. Never rejects.
 * @param handler undefined when the page has enough to do @param signal falls when no answer is wanted any more
 */
export async function answerRequest(
  request: Rpc,
  handler: Handler | undefined,
  signal: AbortSignal,
): Promise<Rpc> {
  const { id = null, method = '', params } = request;
  const base = { jsonrpc: '2.0', id };
  if (method === 'ping') return { ...base, result: {} };
  if (!handler)
    return { ...base, error: { code: -32_000, message: 'Too many requests wait for this page.' } };
  try {
    return { ...base, result: (await handler(method, params, signal)) ?? {} };
  } catch (error) {
    return { ...base, error: errorOf(error) };
  }
}

/** A page may throw an error with a `code` of its own. */
function errorOf(error: unknown): { code: number; message: string } {
  const code = isObject(error) && typeof error['code'] === 'number' ? error['code'] : undefined;
  const message = error instanceof Error ? error.message : 'The page failed to answer.';
  // `RangeError` is how the default handler says that nobody answers this.
  return { code: code ?? (error instanceof RangeError ? -32_601 : -32_603), message };
}
