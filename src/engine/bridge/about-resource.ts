/** A request of the gateway's own about the updates of a resource. */
import { isFailure, OwnCall, type Failure } from '../own-call.ts';

/** @param done told whether the server agreed */
export function aboutResource(
  method: 'resources/subscribe' | 'resources/unsubscribe',
  uri: string,
  now: number,
  done: (failure: Failure | undefined) => void,
): OwnCall {
  const call = new OwnCall(method, JSON.stringify({ uri }), now, (answer) => {
    const failure = isFailure(answer) ? answer : answer.kind === 'error' ? refusedBy(method) : undefined;
    if (failure) call.undo?.();
    done(failure);
  });
  return call;
}

function refusedBy(method: string): Failure {
  return { word: 'upstream_failed', message: `The server refused "${method}".` };
}
