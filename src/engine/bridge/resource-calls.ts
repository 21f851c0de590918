/** Requests of the gateway's own about the updates of resources, on one conversation: bounded in flight. */
import type { EngineContext } from '../context.ts';
import type { Line } from '../line.ts';
import { isFailure, OwnCall, type Failure } from '../own-call.ts';

/** So many times what may be subscribed to: what is new is asked for while the server has not done with the old. */
const ROUNDS = 2;

const FULL: Failure = {
  word: 'too_many_calls',
  message: 'The server has not answered what it was asked about resources before.',
};

export class ResourceCalls {
  readonly #line: Line;
  readonly #context: EngineContext;
  #inFlight = 0;

  constructor(line: Line, context: EngineContext) {
    this.#line = line;
    this.#context = context;
  }

  /** @param done told whether the server agreed */
  subscribe(uri: string, done: (failure: Failure | undefined) => void): void {
    if (this.#inFlight >= ROUNDS * this.#context.settings.subscriptionsPerSession) return done(FULL);
    const call = this.#about('resources/subscribe', uri, done);
    this.#line.subscribe(call, call.message);
  }

  /** To be called for what was subscribed to only, and so as bounded as that. */
  unsubscribe(uri: string): void {
    const call = this.#about('resources/unsubscribe', uri, () => undefined);
    this.#line.unsubscribe(call, call.message);
  }

  #about(method: string, uri: string, done: (failure: Failure | undefined) => void): OwnCall {
    this.#inFlight += 1;
    const now = this.#context.runtime.now();
    const call = new OwnCall(method, JSON.stringify({ uri }), now, (answer) => {
      this.#inFlight -= 1;
      const failure = isFailure(answer) ? answer : answer.kind === 'error' ? refusedBy(method) : undefined;
      if (failure) call.undo?.();
      done(failure);
    });
    return call;
  }
}

function refusedBy(method: string): Failure {
  return { word: 'upstream_failed', message: `The server refused "${method}".` };
}
