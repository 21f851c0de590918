/**
 * A request of the admin API's own to a server, on the road of every other: through the gateway's front, as the operator who
 * asks, without a session.
 */
import { joined } from '../../engine/bytes.ts';
import type { Bytes, Connection, Responder } from '../../engine/ports.ts';
import type { Visit } from '../http/front.ts';
import type { IncomingRequest } from '../http/request.ts';
import { Router } from '../http/routes.ts';
import { knownWord, Problem } from './problem.ts';

export interface Asking {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly timeoutMs: number;
}

interface Answer {
  readonly result?: Record<string, unknown>;
  readonly error?: {
    readonly message: string;
    readonly data?: { readonly code?: unknown; readonly hint?: unknown };
  };
}

/** Without `accept`, which asks for JSON alone, however late. */
const HEADERS: ReadonlyMap<string, string> = new Map([['content-type', 'application/json']]);

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * @param visit of the operator: who goes away calls it off
 * @param serve takes a visit to what it leads to
 * @param server its full name
 * @returns the `result` @throws Problem
 */
export async function askServer(
  visit: Visit,
  serve: (visit: Visit) => void,
  server: string,
  asking: Asking,
): Promise<Record<string, unknown>> {
  const path = `/admin/servers/${encodeURIComponent(server)}/mcp`;
  const match = new Router().match(path);
  if (!match?.server) throw new Problem('unknown_server', 'There is no such server.');
  const { method, params, timeoutMs } = asking;
  const body = encoder.encode(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
  const { runtime } = visit.front.gateway.context;
  const answered = await new Promise<Bytes>((resolve, reject) => {
    const responder = new OwnResponder((bytes) => {
      timer.cancel();
      resolve(bytes);
    });
    const giveUp = (problem: Problem) => {
      timer.cancel();
      responder.abort();
      reject(problem);
    };
    const timer = runtime.after(timeoutMs, () =>
      giveUp(new Problem('no_answer', `The server gave no answer within ${timeoutMs} ms.`)),
    );
    visit.responder.onAborted = () => giveUp(new Problem('invalid_request', 'Whoever asked went away.'));
    serve({ ...visit, match, responder, request: requestOf(visit.request, path, body) });
  });
  return resultOf(JSON.parse(decoder.decode(joined(answered))) as Answer);
}

/** @throws Problem with what the gateway says, or the server in its own words */
function resultOf({ result = {}, error }: Answer): Record<string, unknown> {
  if (!error) return result;
  const { code, hint } = error.data ?? {};
  throw new Problem(
    knownWord(code) ?? 'server_error',
    error.message,
    typeof hint === 'string' ? hint : undefined,
  );
}

function requestOf(came: IncomingRequest, path: string, body: Uint8Array): IncomingRequest {
  return {
    method: 'POST',
    path,
    query: '',
    peer: came.peer,
    certificate: came.certificate,
    ...(came.scheme ? { scheme: came.scheme } : {}),
    header: (name) => HEADERS.get(name) ?? (name === 'host' ? came.header('host') : undefined),
    mcpHeaders: () => [],
    body: async () => body,
  };
}

/** Takes one whole answer. */
class OwnResponder implements Responder {
  onAborted: (() => void) | undefined;
  isDone = false;
  readonly #answered: (body: Bytes) => void;

  constructor(answered: (body: Bytes) => void) {
    this.#answered = answered;
  }

  reply(_status: number, _headers: Record<string, string>, body?: Bytes): void {
    if (this.isDone) return;
    this.isDone = true;
    this.#answered(body ?? encoder.encode('{}'));
  }

  /** Nobody answers so who was asked for JSON alone. */
  stream(): Connection {
    throw new Error('A request for JSON alone was answered with a stream.');
  }

  abort(): void {
    if (this.isDone) return;
    this.isDone = true;
    this.onAborted?.();
  }
}
