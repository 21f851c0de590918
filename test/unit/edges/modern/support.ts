/** Modern POSTs at a played front: with the headers that their bodies ask for, unless the test says otherwise. */
import { FakeDriver, type FakeResponder } from '../../engine/support.ts';
import { front, type FrontWorld } from '../support.ts';

export const VERSION = '2026-07-28';

export const META = {
  'io.modelcontextprotocol/protocolVersion': VERSION,
  'io.modelcontextprotocol/clientInfo': { name: 'c', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

export type Params = Record<string, unknown>;
export type Headers = Readonly<Record<string, string | undefined>>;

export interface Wire {
  readonly jsonrpc: '2.0';
  readonly id?: unknown;
  readonly method: string;
  readonly params: Params;
}

export function request(method: string, params: Params = {}, meta: Params = {}, id: unknown = 1): Wire {
  return { jsonrpc: '2.0', id, method, params: { ...params, _meta: { ...META, ...meta } } };
}

export const call = (meta: Params = {}, id: unknown = 1): Wire =>
  request('tools/call', { name: 't', arguments: {} }, meta, id);

/** The headers of a body in good order. */
export function headOf({ method, params }: Wire): Record<string, string> {
  const name = params['name'] ?? params['uri'] ?? params['taskId'];
  return {
    'mcp-protocol-version': VERSION,
    'mcp-method': method,
    ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
  };
}

/** A front before one played server that speaks modern words and answers every call. */
export function modernFront(options: Parameters<typeof front>[0] = {}): FrontWorld & { server: FakeDriver } {
  const driver = new FakeDriver();
  driver.canBeModern = true;
  driver.takesHeaders = true;
  driver.answersCalls = true;
  return { ...front({ servers: { srv: { driver, era: 'modern' } }, ...options }), server: driver };
}

/** Posts a message; a header that is undefined is left away. */
export function post(
  at: FrontWorld,
  body: Wire,
  headers: Headers = {},
  url = '/mcp',
): Promise<FakeResponder> {
  return at.ask('POST', url, { body, headers: merged(body, headers) });
}

/** The same, without waiting for anything. */
export function begin(at: FrontWorld, body: Wire, headers: Headers = {}, url = '/mcp') {
  return at.begin('POST', url, { body, headers: merged(body, headers) });
}

function merged(body: Wire, headers: Headers): Record<string, string> {
  const all = Object.entries({ ...headOf(body), ...headers });
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Status, JSON-RPC number and stable word of a refusal. */
export function told({ status, json }: FakeResponder): unknown[] {
  const error = json.error as { code: number; data?: { code?: string } } | undefined;
  return [status, error?.code, error?.data?.code];
}
