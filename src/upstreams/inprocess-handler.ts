/**
 * A server that is a function, or a table of functions: the shortest way from a request to its result.
 *
 * Source: JSON-RPC 2.0 section 5; MCP base protocol (initialize, ping, progress, cancellation); MCP 2026-07-28, discovery.
 */
import { ALL_VERSIONS, META_KEYS } from '../protocol/era.ts';
import { isLegacyVersion, LATEST_LEGACY } from '../protocol/methods.ts';
import { answerMessage, failedMessage, idText } from './inprocess-answers.ts';
import { Call, type HandlerContext, type HandlerRequest, memberOf } from './inprocess-call.ts';
import type { Inbound, Line, Peer } from './inprocess-link.ts';
import { type HandlerClient, modernClient, modernResult, unknownVersion } from './inprocess-modern.ts';

/**
 * One method. What it gives (or resolves to) is the result; `undefined` from a table's function means `{}`.
 * An error with a whole number as `code` reaches the client as it is (`code`, `message`, `data`); of any other the
 * client learns only that it happened.
 */
export type MethodHandler = (params: never, context: HandlerContext) => unknown;

/** Functions by method, notifications included. */
export type HandlerTable = Readonly<Record<string, MethodHandler>>;

/** One function for all methods. `undefined` for a request means that it does not know the method. */
export type RequestHandler = (request: HandlerRequest, context: HandlerContext) => unknown;

/** What the default `initialize` and `server/discover` answer with. */
export interface HandlerFacts {
  readonly name: string;
  readonly version: string;
  readonly instructions: string | undefined;
  /** Default: what the methods of the table imply. */
  readonly capabilities: Readonly<Record<string, unknown>> | undefined;
}

type Answerer = (request: HandlerRequest, context: HandlerContext) => unknown;

/** How requests of all links are answered; made once. */
export class Handlers {
  readonly #answerers = new Map<string, Answerer>();
  readonly #all: RequestHandler | undefined;
  readonly #facts: HandlerFacts;

  constructor(handler: HandlerTable | RequestHandler, facts: HandlerFacts) {
    this.#facts = facts;
    this.#answerers.set('ping', () => ({}));
    this.#answerers.set('initialize', (request) => this.#initialize(request));
    this.#answerers.set('server/discover', () => this.#discover());
    if (typeof handler === 'function') {
      this.#all = handler;
      return;
    }
    for (const [method, answer] of Object.entries(handler)) {
      // Each function says for itself what it takes, which the compiler can check for the one who wrote it only.
      this.#answerers.set(method, ({ params }, context) => answer(params as never, context));
    }
  }

  /** A result or a promise of one. */
  answer(request: HandlerRequest, context: HandlerContext): unknown {
    const result = this.#all?.(request, context);
    if (isPromise(result))
      return result.then((late) => (late === undefined ? this.#own(request, context) : late));
    return result === undefined ? this.#own(request, context) : result;
  }

  /** Whether no result means an empty one, rather than that nobody knows the method. */
  knows(method: string): boolean {
    return this.#answerers.has(method);
  }

  #own(request: HandlerRequest, context: HandlerContext): unknown {
    return this.#answerers.get(request.method)?.(request, context);
  }

  #initialize({ params }: HandlerRequest): unknown {
    const { name, version, instructions, capabilities } = this.#facts;
    return {
      protocolVersion: versionFor(params),
      capabilities: capabilities ?? this.#implied('resources/subscribe'),
      serverInfo: { name, version },
      ...(instructions === undefined ? {} : { instructions }),
    };
  }

  #discover(): unknown {
    const { name, version, instructions, capabilities } = this.#facts;
    return {
      supportedVersions: ALL_VERSIONS,
      capabilities: capabilities ?? this.#implied('subscriptions/listen'),
      ...(instructions === undefined ? {} : { instructions }),
      _meta: { [META_KEYS.server]: { name, version } },
    };
  }

  /** @param subscribe the method by which updates of resources are asked for */
  #implied(subscribe: string): Record<string, unknown> {
    const has = (method: string): boolean => this.#answerers.has(method);
    return {
      ...(has('tools/list') ? { tools: {} } : {}),
      ...(has('resources/list') || has('resources/templates/list')
        ? { resources: has(subscribe) ? { subscribe: true } : {} }
        : {}),
      ...(has('prompts/list') ? { prompts: {} } : {}),
      ...(has('completion/complete') ? { completions: {} } : {}),
      ...(has('logging/setLevel') ? { logging: {} } : {}),
    };
  }
}

/** What a client says of itself once for the whole conversation. */
function greetingClient({ params }: HandlerRequest): HandlerClient {
  const [info, capabilities] = [memberOf(params, 'clientInfo'), memberOf(params, 'capabilities')];
  return { version: versionFor(params), info, capabilities, logLevel: undefined };
}

/** The client's revision when it is known, else the latest. */
function versionFor(params: unknown): string {
  const asked = memberOf(params, 'protocolVersion');
  return typeof asked === 'string' && isLegacyVersion(asked) ? asked : LATEST_LEGACY;
}

export interface HandlerPeerOptions {
  readonly handlers: Handlers;
  readonly line: Line;
  readonly principal: string;
  /** Requests in flight; more are refused. */
  readonly maxCalls: number;
}

/** Functions as the other end of a link. */
export class HandlerPeer implements Peer {
  readonly #options: HandlerPeerOptions;
  readonly #calls = new Map<unknown, Call>();
  /** What the client said in `initialize`. */
  #client: HandlerClient | undefined;

  constructor(options: HandlerPeerOptions) {
    this.#options = options;
  }

  deliver({ id, method, params }: Inbound): void {
    // Answers: we never ask.
    if (typeof method !== 'string') return;
    const known = typeof id === 'number' || typeof id === 'string' ? id : undefined;
    if (known === undefined && method === 'notifications/cancelled') this.#cancel(params);
    if (known !== undefined && this.#calls.size >= this.#options.maxCalls) return this.#refuse(known);
    this.#run({ method, params, id: known });
  }

  async close(): Promise<void> {
    for (const call of this.#calls.values()) call.abort('The link was closed.');
    this.#calls.clear();
  }

  #run(request: HandlerRequest): void {
    const { handlers, line, principal } = this.#options;
    const modern = modernClient(request);
    const unknown = modern && unknownVersion(modern);
    if (unknown && request.id !== undefined) return this.#sayError(request.id, unknown);
    if (request.method === 'initialize') this.#client = greetingClient(request);
    const call = new Call(request, principal, modern ?? this.#client, line);
    if (request.id !== undefined) this.#calls.set(request.id, call);
    try {
      const result = handlers.answer(request, call);
      if (!isPromise(result)) return this.#done(call, result);
      result.then(
        (late) => this.#done(call, late),
        (error: unknown) => this.#failed(call, error),
      );
    } catch (error) {
      this.#failed(call, error);
    }
  }

  #done(call: Call, result: unknown): void {
    const { id, method } = call.request;
    if (id === undefined || !this.#forget(call)) return;
    if (result === undefined && !this.#options.handlers.knows(method)) {
      return this.#sayError(id, { code: -32601, message: `Unknown method "${method}".` });
    }
    try {
      const whole = modernClient(call.request) ? modernResult(method, result ?? {}) : result;
      this.#say(id, 'response', JSON.stringify(whole) ?? '{}');
    } catch (error) {
      this.#unsendable(id, error);
    }
  }

  #failed(call: Call, error: unknown): void {
    const { id, method } = call.request;
    const why = error instanceof Error ? error.message : String(error);
    const told = toldError(error);
    if (!told)
      this.#options.line.refusals.report('handler_threw', `The handler of "${method}" threw: ${why}`);
    if (id === undefined || !this.#forget(call)) return;
    this.#sayError(id, told ?? { code: -32603, message: `The server "${this.#options.line.name}" failed.` });
  }

  /** False when the call was cancelled, or is over: then nobody waits for an answer. */
  #forget(call: Call): boolean {
    const { id } = call.request;
    call.isDone = true;
    return this.#calls.get(id) === call && this.#calls.delete(id);
  }

  #sayError(id: string | number, error: { code: number; message: string; data?: unknown }): void {
    try {
      this.#say(id, 'error', JSON.stringify(error));
    } catch (unsendable) {
      this.#unsendable(id, unsendable);
    }
  }

  #say(id: string | number, kind: 'response' | 'error', value: string): void {
    const { line } = this.#options;
    const message = answerMessage(kind, idText(id), value);
    const { bytes } = line.limits;
    if (message.bytes.length > bytes) throw new RangeError(`It is larger than ${bytes} bytes.`);
    void line.say(message);
  }

  #unsendable(id: string | number, error: unknown): void {
    const { line } = this.#options;
    const why = error instanceof Error ? error.message : String(error);
    line.refusals.report('bad_message', `What the server said could not be sent: ${why}`);
    void line.say(failedMessage(id, `The server "${line.name}" gave an answer that cannot be sent.`));
  }

  #refuse(id: string | number): void {
    const { line, maxCalls } = this.#options;
    const message = `The server "${line.name}" has ${maxCalls} calls in flight on this link; wait for answers.`;
    this.#sayError(id, { code: -32000, message, data: { code: 'too_many_calls' } });
  }

  #cancel(params: unknown): void {
    const id = memberOf(params, 'requestId');
    const call = this.#calls.get(id);
    if (!call) return;
    this.#calls.delete(id);
    const reason = memberOf(params, 'reason');
    call.abort(typeof reason === 'string' ? reason : 'The client cancelled the request.');
  }
}

/** The error as a client may see it, or undefined when it was not meant for clients. */
function toldError(error: unknown): { code: number; message: string; data?: unknown } | undefined {
  // An aborted signal's error has a number from another century, which means nothing to a client.
  if (!(error instanceof Error) || error instanceof DOMException) return undefined;
  const code = memberOf(error, 'code');
  if (typeof code !== 'number' || !Number.isInteger(code)) return undefined;
  const data = memberOf(error, 'data');
  return { code, message: error.message, ...(data === undefined ? {} : { data }) };
}

function isPromise(value: unknown): value is Promise<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}
