/**
 * HTTP with SSE, in every dialect: one stream on which all answers travel, and POSTs beside it. The session lives
 * as long as its stream.
 */
import { ClientError, asClientError } from './errors.ts';
import { followEventSource } from './event-source.ts';
import type { WireEvent } from './event-reader.ts';
import { ask, readEvents, refusalOf, textOf } from './http.ts';
import type { Settled } from './options.ts';
import { encode, isMessage, readMessages, type Rpc } from './rpc.ts';
import { childOf, gone, type Listener, type Session, type Waiting } from './session.ts';
import { type Place, type Speech, SPEECHES, type StreamDialect } from './speech.ts';

/** Opens the stream; resolves when it has said where to post. Rejects with `ClientError`. */
export async function openStanding(
  settled: Settled,
  listener: Listener,
  signal: AbortSignal,
): Promise<Session> {
  const session = new StandingSession(settled, listener, signal);
  return session.open();
}

class StandingSession implements Session {
  readonly ended: Promise<ClientError>;
  readonly #settled: Settled;
  readonly #listener: Listener;
  readonly #speech: Speech;
  readonly #life: AbortController;
  readonly #placed = Promise.withResolvers<Place>();
  readonly #resolve: (reason: ClientError) => void;
  #hasEnded = false;

  constructor(settled: Settled, listener: Listener, signal: AbortSignal) {
    this.#settled = settled;
    this.#listener = listener;
    this.#speech = SPEECHES[settled.dialect as StreamDialect];
    this.#life = childOf(signal);
    const { promise, resolve } = Promise.withResolvers<ClientError>();
    this.ended = promise;
    this.#placed.promise.catch(() => {});
    this.#resolve = resolve;
  }

  async open(): Promise<Session> {
    const { timing, connectMs } = this.#settled;
    const late = () =>
      this.end(new ClientError('unreachable', `The stream did not open in ${connectMs} ms.`));
    const timer = timing.after(connectMs, late);
    try {
      this.#follow().catch((error: unknown) => this.end(asClientError(error)));
      await this.#placed.promise;
      return this;
    } finally {
      timer.cancel();
    }
  }

  async send(message: Rpc, call: Waiting): Promise<void> {
    const place = await this.#placed.promise;
    const response = await ask(this.#settled, {
      url: place.url,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: encode(message, place.members),
      signal: AbortSignal.any([this.#life.signal, call.given]),
    });
    if (!response.ok) throw await this.#refused(response);
    const text = (await textOf(this.#settled, response)).trim();
    // Some dialects answer in the body, too; what comes second is answered already.
    if (!this.#hasEnded && text.startsWith('{')) {
      for (const answer of readMessages(text)) if (isMessage({ ...answer })) this.#listener.message(answer);
    }
  }

  begin(): void {
    // The stream is there from the beginning.
  }

  end(reason: ClientError): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#placed.reject(reason);
    this.#resolve(reason);
    this.#life.abort();
  }

  close(): void {
    this.end(new ClientError('closed', 'The link was closed.'));
  }

  async #follow(): Promise<void> {
    const take = (event: WireEvent) => this.#take(event);
    const { signal } = this.#life;
    if (this.#settled.via === 'eventsource') {
      return followEventSource(this.#settled, this.#speech.events, take, signal);
    }
    const response = await ask(this.#settled, {
      url: this.#settled.url,
      headers: { accept: 'text/event-stream' },
      signal,
    });
    if (!response.ok) throw await refusalOf(this.#settled, response);
    await readEvents(this.#settled, response, take);
    throw new ClientError('unreachable', 'The gateway ended the stream.');
  }

  #take(event: WireEvent): void {
    if (this.#hasEnded) return;
    this.#listener.event(event);
    try {
      const heard = this.#speech.hear(event, this.#settled.url);
      if (heard?.kind === 'place') this.#placed.resolve(heard.place);
      else if (heard?.kind === 'message') this.#listener.message(heard.message);
    } catch (error) {
      this.end(asClientError(error));
    }
  }

  async #refused(response: Response): Promise<ClientError> {
    const refusal = await refusalOf(this.#settled, response);
    return response.status === 404 ? gone(refusal) : refusal;
  }
}
