/** How long one request over HTTP takes to be answered, and with what: lent to its responder, told once. */
import type { AnswerClock, Runtime } from '../../engine/ports.ts';
import type { Observer } from '../../engine/ports-observer.ts';

export class RequestClock implements AnswerClock {
  /** The leg of its route, once that is known. */
  endpoint = 'other';
  word = '';
  readonly #observer: Observer;
  readonly #runtime: Runtime;
  readonly #since: number;

  constructor(observer: Observer, runtime: Runtime) {
    this.#observer = observer;
    this.#runtime = runtime;
    this.#since = runtime.now();
  }

  answered(status: number): void {
    const ms = this.#runtime.now() - this.#since;
    this.#observer.requestAnswered?.(this.endpoint, status, ms, this.word);
  }
}
