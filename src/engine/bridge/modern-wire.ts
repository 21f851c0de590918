/**
 * A raw modern link with numbers of its own: who waits for which answer, and what belongs to what.
 *
 * Bounded by what its users have in flight.
 */
import { copySpan, ownNumber, type Message } from '../../protocol/message.ts';
import { errorResponse } from '../../protocol/errors.ts';
import { notification } from '../notice.ts';
import type { LinkEvents, UpstreamFault, UpstreamLink } from '../ports.ts';
import type { SendFacts } from '../ports-era.ts';

/** Who sent a request: told once what became of it, unless it calls it off. */
export interface Waiter {
  /** The engine's own number, where it is a request of the engine's. */
  readonly number?: number;
  /** Nothing of that one was sent before. Default true. */
  readonly isFirst?: boolean;
  answered(message: Message): void;
  failed(fault: UpstreamFault, isUnsent: boolean): void;
}

/** Who hears what belongs to no request, and of the end. */
export interface WireOwner {
  /** @param about who sent the request that the notification belongs to @param number the link's own of that request */
  notified(message: Message, about: Waiter | undefined, number: number): void;
  /** @param unsent engine's numbers of what certainly did not reach the server */
  closed(fault: UpstreamFault, unsent: ReadonlySet<number>): void;
  note(code: string, message: string): void;
}

export class ModernWire implements LinkEvents {
  /** Undefined until it is open. */
  raw: UpstreamLink | undefined;
  readonly #owner: WireOwner;
  readonly #waiting = new Map<number, Waiter>();
  #next = 1;

  constructor(owner: WireOwner) {
    this.#owner = owner;
  }

  get nextNumber(): number {
    return this.#next++;
  }

  send(number: number, bytes: Uint8Array, about: SendFacts, waiter: Waiter): void {
    this.#waiting.set(number, waiter);
    this.raw?.send(bytes, number, about);
  }

  /** Nobody waits any more: the server is told in the way of its carrier. */
  callOff(number: number, reason: string): void {
    if (!this.#waiting.delete(number)) return;
    this.raw?.send(notification('notifications/cancelled', { requestId: number, reason }));
    this.raw?.abandon?.(number);
  }

  /** The server ended one of the link's own requests without an answer. False for any other. */
  forget(number: number): boolean {
    const waiter = this.#waiting.get(number);
    return waiter !== undefined && waiter.number === undefined && this.#waiting.delete(number);
  }

  // ------------------------------------------------------------------------------------ from the raw link

  message(message: Message, related?: number): void {
    if (message.kind === 'notification') {
      const said = message.claims?.subscription;
      const number = said && said.end > 0 ? ownNumber(message.bytes, said) : (related ?? -1);
      return this.#owner.notified(message, this.#waiting.get(number), number);
    }
    if (message.kind === 'request') {
      const id = copySpan(message.bytes, message.id);
      const why = 'A server of 2026-07-28 must not send requests.';
      return this.raw?.send(errorResponse(id, 'method_not_found', why));
    }
    const number = ownNumber(message.bytes, message.id);
    const waiter = this.#waiting.get(number);
    if (!waiter)
      return this.#owner.note('unknown_answer', 'The server answered a request that is not in flight.');
    this.#waiting.delete(number);
    waiter.answered(message);
  }

  failed(number: number, fault: UpstreamFault, isUnsent: boolean): void {
    const waiter = this.#waiting.get(number);
    this.#waiting.delete(number);
    waiter?.failed(fault, isUnsent);
  }

  closed(fault: UpstreamFault): void {
    const unsent = new Set<number>();
    for (const [inner, { number, isFirst = true }] of this.#waiting)
      if (number !== undefined && isFirst && fault.unsent?.has(inner)) unsent.add(number);
    this.#waiting.clear();
    this.#owner.closed(fault, unsent);
  }
}
