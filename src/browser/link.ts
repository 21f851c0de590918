/**
 * The link of a page with a gateway: opens a session, keeps it, opens another when it is lost.
 *
 * Guarantees: a request is answered, or fails with a code, exactly once; one that may have reached the server is
 * never sent a second time; what waits is bounded, in number and in time.
 */
import { BackOff } from './back-off.ts';
import { type Call, type CallKind, Calls, type RequestOptions } from './calls.ts';
import { asClientError, ClientError } from './errors.ts';
import type { Link, ServerInfo } from './connect.ts';
import type { LinkState, Settled } from './options.ts';
import { isObject, type Rpc } from './rpc.ts';
import { answerRequest } from './requests.ts';
import type { Listener, Session } from './session.ts';
import { openStanding } from './standing.ts';
import { StreamableSession } from './streamable.ts';
import { pause } from './timing.ts';

/** The newest revision the client knows; a server answers with the one it takes. */
const VERSION = '2025-11-25';

type Params = Readonly<Record<string, unknown>>;

/** A request of the server. */
interface Asked {
  readonly id: Rpc['id'];
  /** Aborted when nobody wants the answer any more. */
  readonly given: AbortController;
}

export class ClientLink implements Link {
  readonly #settled: Settled;
  readonly #calls: Calls;
  readonly #backOff: BackOff;
  readonly #life = new AbortController();
  /** What waits for the link to open, by the number of its call, in order. */
  readonly #waiting = new Map<number, { message: Rpc; call: Call }>();
  #state: LinkState = 'connecting';
  #session: Session | undefined;
  #server: ServerInfo | undefined;
  /** What every request gets since the link was closed. */
  #closedBy: ClientError | undefined;
  /** What the server asked and the page has not answered yet. */
  readonly #asked = new Set<Asked>();

  constructor(settled: Settled) {
    this.#settled = settled;
    this.#backOff = new BackOff(settled.reconnect, settled.timing);
    this.#calls = new Calls(settled.timing, settled.limits.requests, (call, why) => this.#given(call, why));
  }

  get state(): LinkState {
    return this.#state;
  }

  get server(): ServerInfo | undefined {
    return this.#server;
  }

  async request<T>(method: string, params?: Params, options: RequestOptions = {}): Promise<T> {
    const call = this.#open(options, 'request');
    const token = options.onProgress ? { progressToken: call.number } : undefined;
    const meta = token && { _meta: { ...(isObject(params?.['_meta']) ? params['_meta'] : {}), ...token } };
    const all = params || meta ? { params: { ...params, ...meta } } : {};
    this.#submit({ jsonrpc: '2.0', id: call.number, method, ...all }, call);
    return (await call.promise) as T;
  }

  async notify(method: string, params?: Params): Promise<void> {
    const call = this.#open({}, 'notification');
    this.#submit({ jsonrpc: '2.0', method, ...(params ? { params } : {}) }, call);
    await call.promise;
  }

  close(): void {
    this.#close();
  }

  // -------------------------------------------------------------------------------------------- life

  /** Lives until it is closed, or until trying again makes no sense. Never rejects. */
  async run(): Promise<void> {
    let wasOpen = false;
    while (!this.#life.signal.aborted) {
      const reason = await this.#live();
      if (this.#life.signal.aborted) return;
      wasOpen ||= this.#state !== 'connecting';
      // What was here before comes back, where a gateway is being replaced.
      const isFinal = reason.isFinal && !(wasOpen && reason.status === 404);
      const waitMs = isFinal ? undefined : this.#backOff.next(reason.retryAfterMs);
      if (waitMs === undefined) return this.#close(reason);
      this.#losesWhatIsUnderWay(reason);
      this.#turn(wasOpen ? 'reconnecting' : 'connecting', reason);
      await pause(this.#settled.timing, waitMs, this.#life.signal).catch(() => {});
    }
  }

  /** One session, from its opening to its end; resolves with why it ended. */
  async #live(): Promise<ClientError> {
    const life = new AbortController();
    const stop = () => life.abort();
    this.#life.signal.addEventListener('abort', stop, { once: true });
    let session: Session | undefined;
    try {
      session = await this.#openSession(life.signal);
      this.#session = session;
      this.#server = await this.#shakeHands(session);
      session.begin(this.#server.protocolVersion);
      this.#backOff.opened();
      this.#turn('open');
      return await session.ended;
    } catch (error) {
      return asClientError(error);
    } finally {
      this.#session = undefined;
      session?.close();
      for (const { given } of this.#asked) given.abort();
      stop();
      this.#life.signal.removeEventListener('abort', stop);
    }
  }

  async #openSession(signal: AbortSignal): Promise<Session> {
    const listener: Listener = {
      event: (event) => this.#tell(() => this.#settled.onEvent(event)),
      message: (message) => this.#hear(message),
      interrupted: (reason) => this.#turn('reconnecting', reason),
      resumed: () => this.#turn('open'),
    };
    return this.#settled.dialect === 'streamable'
      ? new StreamableSession(this.#settled, listener, signal)
      : openStanding(this.#settled, listener, signal);
  }

  /** MCP, lifecycle: `initialize`, then `notifications/initialized`. */
  async #shakeHands(session: Session): Promise<ServerInfo> {
    const { clientInfo, capabilities, connectMs } = this.#settled;
    const hello = this.#calls.open({ timeoutMs: Math.max(connectMs, START_MS) }, 'own');
    const params = { protocolVersion: VERSION, capabilities, clientInfo };
    this.#send(session, { jsonrpc: '2.0', id: hello.number, method: 'initialize', params }, hello);
    const ended = session.ended.then((reason) => this.#calls.fail(hello.number, reason));
    const server = serverIn(await Promise.race([hello.promise, ended]));
    const told = this.#calls.open({ timeoutMs: connectMs }, 'own');
    this.#send(session, { jsonrpc: '2.0', method: 'notifications/initialized' }, told);
    await told.promise;
    return server;
  }

  // ---------------------------------------------------------------------------------------- messages

  #open(options: RequestOptions, kind: CallKind): Call {
    if (this.#closedBy) throw this.#closedBy;
    if (this.#state !== 'open' && this.#waiting.size >= this.#settled.limits.waiting) {
      const many = this.#settled.limits.waiting;
      throw new ClientError('overloaded', `There are ${many} requests waiting for the link to open.`);
    }
    return this.#calls.open({ timeoutMs: this.#settled.timeoutMs, ...options }, kind);
  }

  #submit(message: Rpc, call: Call): void {
    if (this.#state === 'open' && this.#session) this.#send(this.#session, message, call);
    else this.#waiting.set(call.number, { message, call });
  }

  /** A notification is done when it is delivered; a request when its answer is there. */
  #send(session: Session, message: Rpc, call: Call): void {
    session.send(message, call).then(
      () => {
        if (message.id === undefined) this.#calls.done(call.number);
      },
      (error: unknown) => this.#failed(session, message, call, asClientError(error)),
    );
  }

  #failed(session: Session, message: Rpc, call: Call, error: ClientError): void {
    const isAgain = error.isGone && this.#state !== 'closed' && onlyReads(message.method ?? '');
    if (isAgain && !call.isSettled) this.#waiting.set(call.number, { message, call });
    if (error.isGone) session.end(error);
    if (isAgain) return;
    const isLost = error.code === 'unreachable' && call.kind === 'request';
    this.#calls.fail(call.number, isLost ? lost(error) : error);
  }

  /** Nobody waits for it any more, here; the server is told so that it need not go on. */
  #given(call: Call, why: ClientError): void {
    const isUnsent = this.#waiting.delete(call.number);
    if (isUnsent || call.kind !== 'request' || !this.#session) return;
    const params = { requestId: call.number, reason: why.code };
    this.notify('notifications/cancelled', params).catch(() => {});
  }

  #hear(message: Rpc): void {
    if (message.method === undefined) return void this.#calls.answer(message);
    if (message.id !== undefined && message.id !== null) return this.#answer(message);
    if (message.method === 'notifications/progress') this.#tell(() => this.#calls.progress(message.params));
    if (message.method === 'notifications/cancelled') this.#calledOff(message.params?.['requestId']);
    this.#tell(() => this.#settled.onNotification(message.method ?? '', message.params));
  }

  #answer(request: Rpc): void {
    const session = this.#session;
    if (!session) return;
    const isFull = this.#asked.size >= this.#settled.limits.requests;
    const asked: Asked = { id: request.id, given: new AbortController() };
    this.#asked.add(asked);
    answerRequest(request, isFull ? undefined : this.#settled.onRequest, asked.given.signal)
      .then((answer) => (asked.given.signal.aborted ? undefined : session.send(answer, NEVER_GIVEN)))
      .catch(() => {})
      .finally(() => this.#asked.delete(asked))
      .catch(() => {});
  }

  /** The server wants no answer any more, so it gets none (MCP, utilities, cancellation). */
  #calledOff(id: unknown): void {
    for (const asked of this.#asked) if (asked.id === id) asked.given.abort();
  }

  // ------------------------------------------------------------------------------------------- state

  #turn(state: LinkState, reason?: ClientError): void {
    if (this.#state === 'closed') return;
    const isNew = this.#state !== state;
    this.#state = state;
    this.#calls.explain(state === 'open' ? undefined : reason);
    if (state === 'open') this.#flush();
    if (isNew || reason) this.#tell(() => this.#settled.onState(state, reason));
  }

  #flush(): void {
    const session = this.#session;
    if (!session) return;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { message, call } of waiting) if (!call.isSettled) this.#send(session, message, call);
  }

  #losesWhatIsUnderWay(reason: ClientError): void {
    this.#calls.failAll(lost(reason), (number) => this.#waiting.has(number));
  }

  /** @param reason none where the page wanted it so */
  #close(reason?: ClientError): void {
    if (this.#state === 'closed') return;
    this.#closedBy = reason ?? new ClientError('closed', 'The link was closed.');
    this.#turn('closed', reason);
    this.#session?.close();
    this.#waiting.clear();
    this.#calls.failAll(this.#closedBy);
    this.#life.abort();
  }

  /** What the page does with what it is told must not break the link: its errors are its own. */
  #tell(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

/**
 * Whether it may be sent again to the next session when the gateway knew the last one no more. Anything else might
 * run twice: a browser sends a POST again by itself when a connection it kept breaks, and only the second may have
 * met a gateway that did not know the session.
 */
function onlyReads(method: string): boolean {
  return /^(ping|[^]*\/list|resources\/read|prompts\/get|completion\/complete)$/.test(method);
}

/** A server that is started for this may need as long as the gateway gives it. */
const START_MS = 30_000;

const NEVER_GIVEN = { given: new AbortController().signal, isSettled: true };

function lost(cause: ClientError): ClientError {
  const message = 'The connection was lost before the answer came; the request may have been carried out.';
  return new ClientError('lost', message, { cause });
}

function serverIn(result: unknown): ServerInfo {
  if (isServerInfo(result)) return result;
  throw new ClientError('bad-answer', 'The answer to `initialize` names no protocol version.');
}

/** Only what the client itself goes by is looked at. */
function isServerInfo(value: unknown): value is ServerInfo {
  return isObject(value) && typeof value['protocolVersion'] === 'string';
}
