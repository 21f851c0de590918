/**
 * Streamable HTTP: each POST carries its own answer; what the server says of its own accord comes on a standing
 * stream. A stream that is cut is taken up again after the last event that came whole, so nothing is lost and
 * nothing comes twice.
 *
 * Source: MCP 2025-03-26, 2025-06-18 and 2025-11-25, transports, "Streamable HTTP".
 */
import { BackOff } from './back-off.ts';
import { asClientError, ClientError } from './errors.ts';
import type { WireEvent } from './event-reader.ts';
import { ask, type Progress, readEvents, refusalOf, textOf } from './http.ts';
import type { Settled } from './options.ts';
import { encode, readMessages, type Rpc } from './rpc.ts';
import { childOf, gone, type Listener, type Session, type Waiting } from './session.ts';
import { pause } from './timing.ts';

/**
 * A stream is preferred, because its head comes at once: until then a browser sends a POST again by itself when a
 * connection it had kept breaks, and nothing could be taken up again.
 */
const BOTH = 'text/event-stream, application/json';

export class StreamableSession implements Session {
  readonly ended: Promise<ClientError>;
  readonly #settled: Settled;
  readonly #listener: Listener;
  readonly #life: AbortController;
  readonly #resolve: (reason: ClientError) => void;
  #hasEnded = false;
  #id: string | undefined;
  #version: string | undefined;

  constructor(settled: Settled, listener: Listener, signal: AbortSignal) {
    this.#settled = settled;
    this.#listener = listener;
    this.#life = childOf(signal);
    const { promise, resolve } = Promise.withResolvers<ClientError>();
    this.ended = promise;
    this.#resolve = resolve;
  }

  async send(message: Rpc, call: Waiting): Promise<void> {
    const signal = AbortSignal.any([this.#life.signal, call.given]);
    const response = await ask(this.#settled, {
      url: this.#settled.url,
      method: 'POST',
      headers: { ...this.#named(), 'content-type': 'application/json', accept: BOTH },
      body: encode(message),
      signal,
      // An answer in one piece has no head before it is there; the call has a time-out of its own.
      headMs: LONGEST_MS,
    });
    if (!response.ok) throw await this.#refused(response);
    this.#id ??= response.headers.get('mcp-session-id') ?? undefined;
    if (isStream(response)) return this.#read(response, call, signal);
    const text = (await textOf(this.#settled, response)).trim();
    if (text !== '' && !this.#hasEnded)
      for (const answer of readMessages(text)) this.#listener.message(answer);
  }

  begin(version: string): void {
    this.#version = version;
    // Without a session there is nobody to speak to of one's own accord.
    if (this.#id === undefined) return;
    this.#stand().catch((error: unknown) => this.end(asClientError(error)));
  }

  end(reason: ClientError): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#life.abort();
    this.#resolve(reason);
  }

  close(): void {
    const isOpen = this.#id !== undefined && !this.#hasEnded;
    this.end(new ClientError('closed', 'The link was closed.'));
    if (isOpen) this.#farewell();
  }

  /** Whether it arrives or not, the session ends: by this, or when it has been idle for long. */
  #farewell(): void {
    const { signal } = new AbortController();
    const asking = { url: this.#settled.url, method: 'DELETE', headers: this.#named(), signal } as const;
    ask(this.#settled, asking)
      .then((response) => response.body?.cancel())
      .catch(() => {});
  }

  #named(): Record<string, string> {
    return {
      ...(this.#id === undefined ? {} : { 'mcp-session-id': this.#id }),
      ...(this.#version === undefined ? {} : { 'mcp-protocol-version': this.#version }),
    };
  }

  #take(event: WireEvent): void {
    if (this.#hasEnded) return;
    this.#listener.event(event);
    if (event.event !== 'message') return;
    for (const message of readMessages(event.data)) this.#listener.message(message);
  }

  /** Reads the stream of one call, and takes it up again as often as it is cut, until the answer is there. */
  async #read(first: Response, call: Waiting, signal: AbortSignal): Promise<void> {
    const backOff = new BackOff(this.#settled.reconnect, this.#settled.timing);
    const progress: Progress = {};
    let response: Response | undefined = first;
    for (;;) {
      try {
        if (response) {
          backOff.opened();
          await readEvents(this.#settled, response, (event) => this.#take(event), progress);
        }
      } catch (error) {
        if (asClientError(error).code !== 'unreachable') throw error;
      }
      if (call.isSettled) return;
      const waitMs = progress.lastEventId === undefined ? undefined : backOff.next(progress.retryMs);
      if (waitMs === undefined) throw lost('The stream of the answer was cut and cannot be taken up again.');
      await pause(this.#settled.timing, waitMs, signal);
      if (call.isSettled) return;
      response = await this.#again(progress, signal);
    }
  }

  /** The rest of a stream; undefined when nobody answered. */
  async #again(progress: Progress, signal: AbortSignal): Promise<Response | undefined> {
    try {
      const response = await this.#get(progress.lastEventId, signal);
      if (response.status === 204) throw lost('The stream of the answer ended without an answer.');
      if (response.ok) return response;
      const refusal = await this.#refused(response);
      if (refusal.isGone || refusal.isFinal) throw lost(refusal.message, refusal);
    } catch (error) {
      if (asClientError(error).code !== 'unreachable') throw error;
    }
    return undefined;
  }

  /** Follows the standing stream for as long as the session lives. */
  async #stand(): Promise<void> {
    const backOff = new BackOff(this.#settled.reconnect, this.#settled.timing);
    const progress: Progress = {};
    const { signal } = this.#life;
    for (;;) {
      try {
        const response = await this.#get(progress.lastEventId, signal);
        // Not every server has one.
        if (response.status === 405) return;
        if (response.status === 204) forget(progress);
        else if (!response.ok) await this.#standingRefused(response, progress);
        else {
          backOff.opened();
          this.#listener.resumed();
          await readEvents(this.#settled, response, (event) => this.#take(event), progress);
        }
      } catch (error) {
        const reason = asClientError(error);
        if (reason.code !== 'unreachable' && reason.status === undefined) throw reason;
        if (this.#hasEnded || reason.isGone || reason.isFinal) throw reason;
        this.#listener.interrupted(reason);
      }
      const waitMs = backOff.next(progress.retryMs);
      if (waitMs === undefined) throw new ClientError('unreachable', GIVEN_UP, { isFinal: true });
      await pause(this.#settled.timing, waitMs, signal);
    }
  }

  /** What was said meanwhile may be kept no more: then it goes on with what is said from now on. */
  async #standingRefused(response: Response, progress: Progress): Promise<void> {
    const refusal = await this.#refused(response);
    const isOld = response.status === 400 && progress.lastEventId !== undefined;
    if (!isOld) throw refusal;
    forget(progress);
  }

  #get(lastEventId: string | undefined, signal: AbortSignal): Promise<Response> {
    const last = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    return ask(this.#settled, {
      url: this.#settled.url,
      headers: { ...this.#named(), ...last, accept: 'text/event-stream' },
      signal,
    });
  }

  async #refused(response: Response): Promise<ClientError> {
    const refusal = await refusalOf(this.#settled, response);
    return response.status === 404 && this.#id !== undefined ? gone(refusal) : refusal;
  }
}

/** The longest wait a timer can take. */
const LONGEST_MS = 2 ** 31 - 1;
const GIVEN_UP = 'The gateway did not answer however often it was tried.';

function isStream(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
}

function forget(progress: Progress): void {
  progress.lastEventId = undefined;
}

function lost(message: string, cause?: ClientError): ClientError {
  return new ClientError('lost', `${message} The request may have been carried out.`, { cause });
}
