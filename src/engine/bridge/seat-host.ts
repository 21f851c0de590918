/** What a seat is to those who lend it, and to those who use it. */
import type { Message } from '../../protocol/message.ts';
import type { ModernCall } from '../modern/modern-call.ts';
import type { Failure } from '../own-call.ts';
import type { BridgedRequest } from './bridged-request.ts';
import type { Greeting } from './greetings.ts';
import type { Parking } from './parking.ts';
import type { Seat } from './seat.ts';
import type { Terms } from './terms.ts';

/** Who wants to know what a server announces on a seat. */
export interface SeatWatcher {
  /** `…/list_changed` or `notifications/resources/updated`, as the server sent it. */
  announced(message: Message): void;
  /** The conversation was lost. What was subscribed to is asked for again by itself; the rest is not. */
  lost?(): void;
  /** The seat is closed: nothing more comes. */
  closed?(): void;
}

/** One more call that is to be served. */
export interface SeatCall {
  readonly call: ModernCall;
  readonly request: BridgedRequest;
  readonly terms: Terms;
  /** How often its client was asked already. */
  readonly round: number;
  /** When it came. */
  readonly since: number;
  /** Nothing else may run beside it: it may be asked, or wants log lines. */
  readonly isAlone: boolean;
}

/** Who lends seats. */
export interface SeatHost {
  readonly parking: Parking;
  /** No call runs on it any more, or nobody watches it. */
  rested(seat: Seat): void;
  /** Something runs on it, or somebody watches it. */
  used(seat: Seat): void;
  /** It is of no use to other calls. */
  spoilt(seat: Seat): void;
  /** A server announced something where nobody watches: there may be those who do in another conversation. */
  announced(seat: Seat, message: Message): void;
  /** The server has no room; true when the call waits for another seat. */
  startsAgain(seat: Seat, again: SeatCall): boolean;
}

/** Told once when the server has introduced itself, or why it cannot. */
export type Ready = (greeting: Greeting | Failure) => void;

export function isRefused(greeting: Greeting | Failure): greeting is Failure {
  return 'word' in greeting;
}
