/** One request of a link: it waits for its place, follows redirects within the origin, and is told of its answer. */
import { type Timer, UpstreamError } from '../engine/ports.ts';
import type { Shown } from './credentials.ts';
import { targetOf } from './network.ts';
import {
  headerOf,
  type HttpExchange,
  type HttpFailure,
  type HttpHeaders,
  type HttpListener,
  type HttpRequest,
} from './network-caller.ts';
import { tooManyConnections, type Trouble, wrongRedirect } from './network-faults.ts';
import type { Remote } from './network-remote.ts';

/** RFC 9110 section 15.4: clients should find circles; nobody needs more. */
const MAX_REDIRECTS = 5;
/** A redirect says all in its head; a longer body is not waited for. */
const MAX_REDIRECT_BYTES = 64 * 1024;
const REDIRECT_MS = 1_000;

/** On whose behalf something is asked of a server. */
export interface Reach {
  readonly remote: Remote;
  /** What each request shows to the server, beside the headers of its entry. */
  readonly shown: Shown | undefined;
}

export abstract class RemoteRequest implements HttpListener {
  protected readonly remote: Remote;
  /** What was asked last. */
  protected asked: HttpRequest | undefined;
  /** The failure of a connection is counted once for all that were under way. */
  round = 0;
  #exchange: HttpExchange | undefined;
  #wasSent = false;
  #isPlaced = false;
  #isWaiting = false;
  #isPaused = false;
  #rest: Timer | undefined;
  #redirects = 0;
  /** Where to go when the body of a redirect is over. */
  #next: HttpRequest | undefined;
  #passed = 0;
  #patience: Timer | undefined;

  readonly #shown: Shown | undefined;
  /** What it is waited for before anything can be shown. */
  #proof: Promise<string> | undefined;
  /** What was shown. */
  #value = '';
  #isSecond = false;

  constructor({ remote, shown }: Reach) {
    this.remote = remote;
    this.#shown = shown;
  }

  /** The head of the answer; no redirect that is followed. */
  protected abstract answered(status: number, headers: HttpHeaders): void;
  abstract data(chunk: Uint8Array): void;
  /** The answer is complete. */
  protected abstract ended(): void;
  /** There is no answer, or not the whole of it. */
  protected abstract broke(failure: HttpFailure): void;
  /** Refused before a byte was sent, or instead of a redirect. */
  protected abstract refused(trouble: Trouble, isUnsent: boolean): void;
  /** The server is found at another place now. */
  protected moved(_target: string): void {}

  /** Whether it was given to the caller, and so may have reached the server. */
  get wasSent(): boolean {
    return this.#wasSent;
  }

  /** @param isShort see `Slots.take` */
  protected ask(request: HttpRequest, isShort: boolean): void {
    this.asked = request;
    this.#redirects = 0;
    this.#isWaiting = true;
    if (this.remote.slots.take(this, isShort)) return;
    this.#isWaiting = false;
    this.refused(tooManyConnections(this.remote.name, this.remote.slots.max), true);
  }

  /** @internal For the slots: its place is there. */
  go(): void {
    this.#isWaiting = false;
    this.#isPlaced = true;
    this.#call(this.asked as HttpRequest);
  }

  pause(): void {
    this.#isPaused = true;
    this.#exchange?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    if (!this.#rest) this.#exchange?.resume();
  }

  /** Something came that is no message. After too many of them in a second the stream rests until it is over. */
  protected rest(): void {
    const { rubbish, runtime } = this.remote;
    if (rubbish.allow() || this.#rest) return;
    this.#exchange?.pause();
    this.#rest = runtime.after(rubbish.restMs, () => {
      this.#rest = undefined;
      if (!this.#isPaused) this.#exchange?.resume();
    });
  }

  /** Ends it without another word. */
  cancel(): void {
    if (this.#isWaiting) {
      this.#isWaiting = false;
      this.remote.slots.leave(this);
    }
    this.#proof = undefined;
    this.#exchange?.cancel();
    this.#leave();
  }

  #call(request: HttpRequest): void {
    this.asked = request;
    const shown = this.#shown;
    if (shown) this.#prove(shown);
    else this.#send(request);
  }

  /** Says it with what is shown to the server, as soon as that is at hand. */
  #prove(shown: Shown): void {
    const proof = valueOf(shown);
    if (typeof proof === 'string') return this.#show(shown, proof);
    this.#proof = proof;
    const isWanted = (): boolean => this.#proof === proof;
    proof.then(
      (value) => {
        if (isWanted()) this.#show(shown, value);
      },
      (error: unknown) => {
        if (!isWanted()) return;
        this.#leave();
        this.refused(troubleOf(error), true);
      },
    );
  }

  #show({ header }: Shown, value: string): void {
    const request = this.asked as HttpRequest;
    this.#proof = undefined;
    this.#value = value;
    this.#send({ ...request, headers: [...request.headers, header, value] });
  }

  #send(request: HttpRequest): void {
    this.round = this.remote.breaker.round;
    this.#wasSent = true;
    this.#exchange = this.remote.caller.call(request, this);
    if (this.#isPaused) this.#exchange.pause();
  }

  /** What was shown is not good any more: it is said once more with what is, where there may be such. */
  #provesAgain(): boolean {
    if (!this.#shown || this.#isSecond || !this.#shown.refused(this.#value)) return false;
    this.#isSecond = true;
    this.#exchange?.cancel();
    this.#exchange = undefined;
    this.#prove(this.#shown);
    return true;
  }

  #leave(): void {
    this.#exchange = undefined;
    this.#rest?.cancel();
    this.#rest = undefined;
    this.#patience?.cancel();
    if (!this.#isPlaced) return;
    this.#isPlaced = false;
    this.remote.slots.free();
  }

  // ------------------------------------------------------------------------------------------- the answer

  head(status: number, headers: HttpHeaders): void {
    if (status === 401 && this.#provesAgain()) return;
    const location = isRedirect(status) ? headerOf(headers, 'location') : undefined;
    if (location === undefined) return this.answered(status, headers);
    const next = this.#redirected(status, location);
    if ('target' in next) {
      this.#next = next;
      this.#passed = 0;
      this.#patience = this.remote.runtime.after(REDIRECT_MS, () => this.#follow(true));
      return;
    }
    this.#exchange?.cancel();
    this.#leave();
    this.refused(next, false);
  }

  /** @internal For `data` of those who extend this: whether the chunk belongs to a redirect. */
  protected passes(chunk: Uint8Array): boolean {
    if (!this.#next) return false;
    this.#passed += chunk.length;
    if (this.#passed > MAX_REDIRECT_BYTES) this.#follow(true);
    return true;
  }

  end(): void {
    if (this.#next) return this.#follow();
    this.#leave();
    this.ended();
  }

  failed(failure: HttpFailure): void {
    if (this.#next && this.#passed > 0) return this.#follow();
    this.#next = undefined;
    this.#leave();
    this.broke(failure);
  }

  #follow(isOpen = false): void {
    if (isOpen) this.#exchange?.cancel();
    this.#patience?.cancel();
    const next = this.#next as HttpRequest;
    this.#next = undefined;
    this.#call(next);
  }

  #redirected(status: number, location: string): HttpRequest | Trouble {
    const { remote, asked } = this;
    const { method, target } = asked as HttpRequest;
    const base = `${remote.address.origin}${target}`;
    const to = URL.canParse(location, base) ? new URL(location, base) : undefined;
    if (!to) return wrongRedirect(remote.name, 'to something that is no address', remote.address);
    if (`${to.protocol}//${to.host}` !== remote.address.origin) {
      return wrongRedirect(
        remote.name,
        `to another origin, ${to.protocol}//${to.host.slice(0, 100)}`,
        remote.address,
      );
    }
    if (method === 'POST' && status !== 307 && status !== 308) {
      return wrongRedirect(remote.name, `with ${status}, which turns a POST into a GET`, remote.address);
    }
    if (++this.#redirects > MAX_REDIRECTS) {
      return wrongRedirect(remote.name, `more than ${MAX_REDIRECTS} times`, remote.address);
    }
    this.moved(targetOf(to));
    return { ...(asked as HttpRequest), target: targetOf(to) };
  }
}

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/** Never throws, so that nobody is told from within what they asked. */
function valueOf(shown: Shown): string | Promise<string> {
  try {
    return shown.value();
  } catch (error) {
    return Promise.reject(error);
  }
}

function troubleOf(error: unknown): Trouble {
  if (error instanceof UpstreamError) return error.fault;
  return { code: 'internal', message: 'The gateway failed to show its credentials.' };
}
