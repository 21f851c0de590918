/** What can go wrong for a page, each with a stable code. */

/**
 * - `unauthorized`: the key is missing or wrong (401). - `forbidden`: this origin or host may not call (403).
 * - `refused`: another refusal; `status` and `word` tell which. - `unreachable`: no answer at all.
 * - `lost`: the connection went while the request was under way; it may have been carried out.
 * - `timed-out`: no answer and no progress in time. - `aborted`: by the caller's own signal.
 * - `overloaded`: too many requests wait here already. - `bad-answer`: what came is not MCP, or too large.
 * - `bad-request`: what the page wants to send is no JSON.
 * - `rpc`: the server answered with an error; see `RpcError`. - `closed`: the link was closed.
 */
export type ClientErrorCode =
  | 'unauthorized'
  | 'forbidden'
  | 'refused'
  | 'unreachable'
  | 'lost'
  | 'timed-out'
  | 'aborted'
  | 'overloaded'
  | 'bad-answer'
  | 'bad-request'
  | 'rpc'
  | 'closed';

export interface ClientErrorFacts {
  /** The HTTP status of a refusal. */
  readonly status?: number | undefined;
  /** The gateway's own word for a refusal, like `too_many_sessions`. */
  readonly word?: string | undefined;
  /** When trying again makes sense, in ms, if known. */
  readonly retryAfterMs?: number | undefined;
  /** Trying again would not help. */
  readonly isFinal?: boolean | undefined;
  /** The session is not known any more. */
  readonly isGone?: boolean | undefined;
  readonly cause?: unknown;
}

/** `message` is one sentence for a person. */
export class ClientError extends Error {
  readonly code: ClientErrorCode;
  readonly status: number | undefined;
  readonly word: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly isFinal: boolean;
  /** @internal */
  readonly isGone: boolean;

  constructor(code: ClientErrorCode, message: string, facts: ClientErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'ClientError';
    this.code = code;
    this.status = facts.status;
    this.word = facts.word;
    this.retryAfterMs = facts.retryAfterMs;
    this.isFinal = facts.isFinal ?? false;
    this.isGone = facts.isGone ?? false;
  }
}

/** The server answered the request with a JSON-RPC error. */
export class RpcError extends ClientError {
  /** The number of the error, like -32601. */
  readonly rpcCode: number;
  readonly data: unknown;

  constructor(rpcCode: number, message: string, data: unknown) {
    super('rpc', message);
    this.name = 'RpcError';
    this.rpcCode = rpcCode;
    this.data = data;
  }
}

/** Any error as one of ours; what is not ours is a connection that broke. */
export function asClientError(error: unknown): ClientError {
  if (error instanceof ClientError) return error;
  return new ClientError('unreachable', 'The connection to the gateway broke.', { cause: error });
}
