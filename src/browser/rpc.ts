/** JSON-RPC as a page sees it. */
import { ClientError, RpcError } from './errors.ts';

export interface Rpc {
  readonly jsonrpc?: string;
  readonly id?: number | string | null;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** @throws ClientError `bad-request` */
export function encode(message: Rpc, members: Readonly<Record<string, string>> = {}): string {
  try {
    return JSON.stringify({ ...message, ...members });
  } catch (cause) {
    throw new ClientError('bad-request', 'The parameters cannot be written as JSON.', { cause });
  }
}

/** The messages in a text: one, or those of a batch. @throws ClientError `bad-answer` */
export function readMessages(text: string): Rpc[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ClientError('bad-answer', 'What came is not JSON.');
  }
  return (Array.isArray(value) ? value : [value]).filter(isObject);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Whether it is a JSON-RPC message, whatever members it has beside. */
export function isMessage(value: Record<string, unknown>): boolean {
  return value['jsonrpc'] === '2.0' && ('method' in value || 'result' in value || 'error' in value);
}

/** The error of an answer, as an exception. */
export function rpcErrorOf(error: unknown): RpcError {
  const { code, message, data } = isObject(error) ? error : {};
  return new RpcError(
    typeof code === 'number' ? code : 0,
    typeof message === 'string' ? message : 'The server answered with an error.',
    data,
  );
}
