/** What the client needs of a session, whichever way its messages travel. */
import type { Call } from './calls.ts';
import { ClientError } from './errors.ts';
import type { WireEvent } from './event-reader.ts';
import type { Rpc } from './rpc.ts';

/** Who hears what a session says. Never called after the session was closed. */
export interface Listener {
  event(event: WireEvent): void;
  message(message: Rpc): void;
  /** The stream is cut, and the session tries to take it up again. */
  interrupted(reason: ClientError): void;
  /** It was taken up again. */
  resumed(): void;
}

/** The part of a call that a session looks at. */
export type Waiting = Pick<Call, 'given' | 'isSettled'>;

export interface Session {
  /**
   * Sends one message; resolves when it is delivered or, where a POST carries its own answer, when that was read.
   * Rejects with `ClientError`; with one that `isGone` where the session is not known any more: then it should be ended.
   */
  send(message: Rpc, call: Waiting): Promise<void>;
  /** The server has agreed to a version: from now on it may speak of its own accord. */
  begin(version: string): void;
  /** Resolves with the reason when the session is no more. */
  readonly ended: Promise<ClientError>;
  /** It is no more, for this reason. */
  end(reason: ClientError): void;
  /** Ends it, and tells the gateway where it can be told. Idempotent. */
  close(): void;
}

/** The error of a POST to a session that is gone. */
export function gone(refusal: ClientError): ClientError {
  const message = 'The gateway does not know this session any more.';
  return new ClientError('lost', `${message} The request may have been carried out.`, {
    status: refusal.status,
    word: refusal.word,
    isGone: true,
  });
}

/** A signal that falls with another one, and can fall earlier. */
export function childOf(signal: AbortSignal): AbortController {
  const child = new AbortController();
  if (signal.aborted) child.abort();
  const fall = () => child.abort();
  signal.addEventListener('abort', fall, { once: true });
  child.signal.addEventListener('abort', () => signal.removeEventListener('abort', fall), { once: true });
  return child;
}
